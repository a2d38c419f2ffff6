"""All of a region's backups."""

from typing import Any

from backstay.aws.backup.region_backups import RegionBackups
from backstay.outputs import TopicOutputs
from backstay.testing import Synthesized
from backstay.topology import aws_region
from backstay.topology.backups import BackupSpec, Kind
from tests.aws.surroundings import KEY, NAMES, REGION, in_region

TOPIC = TopicOutputs(name="t", id="arn:t", key="arn:k", told=("arn:t",))
PEER = aws_region("eu-west-1")


def backups(**given: Any) -> Synthesized:
    wanted = {"spec": BackupSpec(), "kinds": [Kind.CLUSTER], "copy_to": PEER, "copied_from": {}} | given
    return in_region(
        lambda scope: RegionBackups(scope, "backups", region=REGION, names=NAMES, key=KEY, topic=TOPIC, **wanted)
    )


def alarms(made: Synthesized) -> set[str]:
    names = [alarm["alarm_name"] for alarm in made.all("aws_cloudwatch_metric_alarm").values()]
    return {name.removeprefix(NAMES.alarm("")) for name in names}


def test_what_others_copied_here_is_restored_for_a_test_too() -> None:
    made = backups(copied_from={PEER: [Kind.TABLE]})
    assert made.only("aws_backup_restore_testing_selection")["protected_resource_type"] == "DynamoDB"
    assert "copy-eu-west-1-table-missing" in alarms(made)


def test_a_region_that_has_clusters_only_tests_no_restore_and_waits_for_none() -> None:
    made = backups()
    assert made.all("aws_backup_restore_testing_plan") == {}
    assert alarms(made) == {"backup-cluster-missing"}


def test_a_region_without_data_keeps_what_others_copy_to_it() -> None:
    made = backups(kinds=[], copied_from={PEER: [Kind.DATABASE]})
    assert made.all("aws_backup_plan") == {}
    assert alarms(made) == {"copy-eu-west-1-database-missing", "restore-failed", "restore-untested"}


def test_nobody_waits_for_copies_that_stay_where_they_are() -> None:
    spec = BackupSpec(stays_in_region="the law of the land forbids it")
    assert alarms(backups(spec=spec, copied_from={PEER: [Kind.DATABASE]})) == {"backup-cluster-missing"}


def test_everything_that_has_an_alarm_can_be_shown() -> None:
    made = backups(kinds=list(Kind), copied_from={PEER: list(Kind)})
    assert {condition.purpose for condition in made.construct.watched} == alarms(made)
