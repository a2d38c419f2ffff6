"""What of a region is backed up, when, and where to."""

from fnmatch import fnmatchcase
from typing import Any

import pytest

from backstay.aws.backup.backups import Backups
from backstay.outputs import VaultOutputs
from backstay.testing import Synthesized
from backstay.topology import Duration, aws_region
from backstay.topology.backups import BackupSpec, Kind
from tests.aws.policies import ACCOUNT, statements
from tests.aws.surroundings import NAMES, REGION, in_region

VAULT = VaultOutputs(name=NAMES.backup_vault(), id="arn:vault")
PEER = aws_region("eu-west-1")


def backups(*, kinds: tuple[Kind, ...] = tuple(Kind), **spec: Any) -> Synthesized:
    return in_region(
        lambda scope: Backups(
            scope,
            "backups",
            spec=BackupSpec(**spec),
            kinds=kinds,
            region=REGION,
            names=NAMES,
            vault=VAULT,
            copy_to=PEER,
        )
    )


@pytest.fixture(scope="module")
def daily() -> Synthesized:
    return backups()


@pytest.fixture(scope="module")
def rule(daily: Synthesized) -> dict[str, Any]:
    (found,) = daily.only("aws_backup_plan")["rule"]
    return found


def filled(text: str) -> str:
    (statement,) = statements(f'{{"Statement": [{{"text": "{text}"}}]}}')
    return statement["text"]


def selects(made: Synthesized, arn: str) -> bool:
    selection = made.only("aws_backup_selection")
    wanted = any(fnmatchcase(arn, filled(pattern)) for pattern in selection["resources"])
    return wanted and not any(fnmatchcase(arn, filled(pattern)) for pattern in selection["not_resources"])


def test_everything_is_backed_up_once_a_day_and_kept_for_five_weeks(rule: dict[str, Any]) -> None:
    assert rule["schedule"] == "cron(0 3/24 * * ? *)"
    assert rule["lifecycle"] == {"delete_after": 35}
    assert rule["target_vault_name"] == NAMES.backup_vault()


@pytest.mark.parametrize(("every", "hour", "hours"), [("6h", 3, "3/6"), ("6h", 15, "3/6"), ("1h", 3, "0/1")])
def test_several_a_day_go_on_through_the_night(every: str, hour: int, hours: str) -> None:
    (rule,) = backups(every=Duration.parse(every), hour=hour).only("aws_backup_plan")["rule"]
    assert rule["schedule"] == f"cron(0 {hours} * * ? *)"


def test_each_is_copied_to_the_vault_of_another_region_which_nobody_looks_up(rule: dict[str, Any]) -> None:
    (copy,) = rule["copy_action"]
    assert filled(copy["destination_vault_arn"]) == (
        f"arn:aws:backup:eu-west-1:{ACCOUNT}:backup-vault:{NAMES.backup_vault()}"
    )
    assert copy["lifecycle"] == {"delete_after": 35}


def test_what_has_a_reason_to_stay_is_not_copied() -> None:
    (rule,) = backups(stays_in_region="the law of the land forbids it").only("aws_backup_plan")["rule"]
    assert "copy_action" not in rule


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster:acme",
        f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/acme",
        f"arn:aws:eks:us-east-1:{ACCOUNT}:cluster/acme",
        "arn:aws:s3:::acme",
    ],
)
def test_data_is_selected_by_its_type_and_what_a_test_restored_is_not(daily: Synthesized, arn: str) -> None:
    assert selects(daily, arn)
    assert not selects(daily, arn.replace("acme", "awsbackup-restore-test-1"))


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:rds:eu-west-1:{ACCOUNT}:cluster:acme",
        f"arn:aws:rds:us-east-1:{ACCOUNT}:db:acme",
        f"arn:aws:ec2:us-east-1:{ACCOUNT}:instance/i-1",
    ],
)
def test_nothing_else_is_selected(daily: Synthesized, arn: str) -> None:
    assert not selects(daily, arn)


def test_only_what_the_environment_tags_is_selected(daily: Synthesized) -> None:
    (condition,) = daily.only("aws_backup_selection")["condition"]
    assert condition["string_equals"] == [
        {"key": "aws:ResourceTag/Backup", "value": "true"},
        {"key": "aws:ResourceTag/Environment", "value": "production"},
    ]


def test_it_can_back_up_and_not_restore(daily: Synthesized) -> None:
    attached = [policy["policy_arn"] for policy in daily.all("aws_iam_role_policy_attachment").values()]
    assert len(attached) == 2
    assert not [policy for policy in attached if "Restore" in policy]


def test_it_touches_buckets_only_where_there_are_some() -> None:
    made = backups(kinds=(Kind.DATABASE,))
    assert "S3" not in made.only("aws_iam_role_policy_attachment")["policy_arn"]
    assert selects(made, f"arn:aws:rds:us-east-1:{ACCOUNT}:cluster:acme")
    assert not selects(made, "arn:aws:s3:::acme")


def test_a_region_without_data_has_nothing_to_back_up() -> None:
    with pytest.raises(ValueError, match="us-east-1 holds nothing that can be backed up"):
        backups(kinds=())
