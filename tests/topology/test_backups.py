"""What backups can be asked for, and when one is missing."""

from typing import Any

import pytest
from pydantic import ValidationError

from backstay.topology.backed_up import kinds
from backstay.topology.backups import BackupSpec, Kind
from backstay.topology.quantities import Duration
from tests.topology.sample import ABSENT, environment


@pytest.mark.parametrize("every", ["1h", "4h", "12h", "1d", "240m"])
def test_backups_divide_the_day_into_equal_hours(every: str) -> None:
    assert BackupSpec.model_validate({"every": every}).every == Duration.parse(every)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"every": "5h"}, "does not divide a day into equal hours"),
        ({"every": "90m"}, "does not divide a day into equal hours"),
        ({"every": "30m"}, "must be from 1h to 1d"),
        ({"every": "2d"}, "must be from 1h to 1d"),
        ({"keep": "180h"}, "not a number of whole days"),
        ({"keep": "6d"}, "must be from 7d to 3650d"),
        ({"hour": 24}, "less than or equal to 23"),
        ({"stays_in_region": "no"}, "a reason of at least 10 characters"),
    ],
)
def test_what_aws_backup_would_not_do_is_refused(given: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        BackupSpec.model_validate(given)


def test_a_slow_backup_is_not_taken_for_a_missing_one() -> None:
    assert BackupSpec().overdue == Duration.parse("36h")
    assert BackupSpec(every=Duration.parse("4h")).overdue == Duration.parse("16h")


@pytest.mark.parametrize(("often", "overdue"), [("daily", "2d"), ("weekly", "8d"), ("monthly", "32d")])
def test_a_restore_test_has_a_day_to_be_done(often: str, overdue: str) -> None:
    assert BackupSpec.model_validate({"restore_test": often}).restore_test_overdue == Duration.parse(overdue)


def test_what_a_region_holds_is_backed_up() -> None:
    made = environment({"data": {"sessions": {}, "artifacts": {}}})
    assert kinds(made, made.regions["secondary"]) == (Kind.DATABASE, Kind.TABLE, Kind.OBJECTS, Kind.CLUSTER)


def test_what_a_region_does_not_hold_is_not_waited_for() -> None:
    made = environment({"cluster": None, "fleet": {}, "regions.secondary.vector_db": ABSENT})
    assert kinds(made, made.regions["secondary"]) == ()
    assert kinds(made, made.regions["primary"]) == (Kind.DATABASE,)
