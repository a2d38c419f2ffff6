"""Proof that a region's backups can be restored, and who judges it."""

import json
import re
from typing import Any

import pytest

from backstay.aws.backup.restore_test import RestoreTest
from backstay.aws.backup.restore_validation import RestoreValidation
from backstay.outputs import TopicOutputs, VaultOutputs
from backstay.testing import Synthesized
from backstay.topology.backups import BackupSpec, Kind
from tests.aws.policies import statements
from tests.aws.surroundings import NAMES, REGION, in_region

TOPIC = TopicOutputs(name="t", id="arn:t", key="arn:k", told=("arn:t",))
VAULT = VaultOutputs(name=NAMES.backup_vault(), id="arn:vault")


def restore_test(*kinds: Kind, **given: Any) -> Synthesized:
    return in_region(
        lambda scope: RestoreTest(
            scope,
            "test",
            spec=BackupSpec(**given),
            kinds=kinds,
            region=REGION,
            names=NAMES,
            vault=VAULT,
            settings={Kind.DATABASE: {"dbSubnetGroupName": "subnets"}},
        )
    )


@pytest.fixture(scope="module")
def weekly() -> Synthesized:
    return restore_test(*Kind)


def test_the_newest_backup_in_the_vault_is_restored_every_week(weekly: Synthesized) -> None:
    plan = weekly.only("aws_backup_restore_testing_plan")
    assert plan["schedule_expression"] == "cron(0 9 ? * MON *)"
    (chosen,) = plan["recovery_point_selection"]
    assert (chosen["algorithm"], chosen["include_vaults"]) == ("LATEST_WITHIN_WINDOW", ["arn:vault"])


def test_it_looks_back_as_far_as_a_backup_may_be_old(weekly: Synthesized) -> None:
    (chosen,) = weekly.only("aws_backup_restore_testing_plan")["recovery_point_selection"]
    assert chosen["selection_window_days"] * 86_400 >= BackupSpec().overdue.seconds


def test_its_name_is_written_as_aws_wants_it(weekly: Synthesized) -> None:
    assert re.fullmatch("[A-Za-z0-9_]{1,50}", weekly.only("aws_backup_restore_testing_plan")["name"])


def test_every_kind_that_aws_can_test_is_tested(weekly: Synthesized) -> None:
    tested = weekly.all("aws_backup_restore_testing_selection").values()
    assert {selection["protected_resource_type"] for selection in tested} == {"Aurora", "DynamoDB", "S3"}
    assert all(selection["protected_resource_arns"] == ["*"] for selection in tested)


def test_a_database_is_restored_into_the_regions_own_network(weekly: Synthesized) -> None:
    database = weekly.one("aws_backup_restore_testing_selection", "database")
    assert database["restore_metadata_overrides"] == {"dbSubnetGroupName": "subnets"}


def test_what_is_restored_stays_until_it_was_looked_at(weekly: Synthesized) -> None:
    assert weekly.one("aws_backup_restore_testing_selection", "table")["validation_window_hours"] == 4


def test_it_can_restore_and_not_back_up(weekly: Synthesized) -> None:
    attached = [policy["policy_arn"] for policy in weekly.all("aws_iam_role_policy_attachment").values()]
    assert len(attached) == 2
    assert all("Restore" in policy for policy in attached)


def test_a_region_with_nothing_to_test_is_told_so() -> None:
    with pytest.raises(ValueError, match="restoring cannot be tested in us-east-1: it has EKS"):
        restore_test(Kind.CLUSTER)


@pytest.fixture(scope="module")
def validation() -> Synthesized:
    return in_region(
        lambda scope: RestoreValidation(
            scope,
            "validation",
            restore_testing_plan="arn:plan",
            region=REGION,
            names=NAMES,
            vault=VAULT,
            topic=TOPIC,
        )
    )


def test_every_end_of_a_restore_of_the_plan_is_judged(validation: Synthesized) -> None:
    pattern = json.loads(validation.only("aws_cloudwatch_event_rule")["event_pattern"])
    assert pattern["detail"] == {
        "restoreTestingPlanArn": ["arn:plan"],
        "status": ["ABORTED", "COMPLETED", "FAILED"],
    }


def test_the_judge_reads_nothing_but_what_was_restored(validation: Synthesized) -> None:
    rights = statements(validation.one("aws_iam_role_policy", "policy")["policy"])
    reads = [statement for statement in rights if statement["Resource"] != ["*"]]
    assert all("awsbackup-restore-test-" in resource for statement in reads for resource in statement["Resource"])
    others = {action for statement in rights if statement["Resource"] == ["*"] for action in statement["Action"]}
    assert others == {"backup:PutRestoreValidationResult", "cloudwatch:PutMetricData"}


def test_a_failure_stays_an_alarm_until_a_restore_was_good(validation: Synthesized) -> None:
    alarm = validation.only("aws_cloudwatch_metric_alarm")
    assert alarm["treat_missing_data"] == "ignore"
    assert alarm["alarm_name"] == NAMES.alarm("restore-failed")
