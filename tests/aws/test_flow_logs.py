"""A record of who talked to whom."""

from typing import Any

import pytest
from cdktf import TerraformStack
from constructs import Construct

from backstay.aws.flow_logs import FlowLogs
from backstay.outputs import KeyOutputs
from backstay.testing import Synthesized
from backstay.topology import aws_region
from tests.aws.policies import ACCOUNT, actions, statements
from tests.aws.surroundings import NAMES, REGION, in_region

KEY = KeyOutputs(id="arn:aws:kms:us-east-1:123456789012:key/logs", alias="alias/acme/production/logs")


def flow_logs(**given: Any) -> Synthesized:
    wiring = {"vpc": "vpc-1", "region": REGION, "names": NAMES, "key": KEY, "keep_days": 90}

    def build(scope: TerraformStack) -> Construct:
        return FlowLogs(scope, "flow-logs", **wiring | given)

    return in_region(build)


@pytest.fixture(scope="module")
def kept() -> Synthesized:
    return flow_logs()


def test_accepted_and_refused_traffic_is_recorded(kept: Synthesized) -> None:
    log = kept.only("aws_flow_log")
    assert (log["vpc_id"], log["traffic_type"]) == ("vpc-1", "ALL")


def test_records_are_encrypted_with_the_given_key(kept: Synthesized) -> None:
    assert kept.only("aws_cloudwatch_log_group")["kms_key_id"] == KEY.id


def test_records_go_where_they_are_kept(kept: Synthesized) -> None:
    (group,) = kept.all("aws_cloudwatch_log_group")
    log = kept.only("aws_flow_log")
    assert log["log_destination_type"] == "cloud-watch-logs"
    assert log["log_destination"] == f"${{aws_cloudwatch_log_group.{group}.arn}}"


def test_records_are_kept_as_long_as_asked() -> None:
    assert flow_logs(keep_days=365).only("aws_cloudwatch_log_group")["retention_in_days"] == 365


def test_an_apply_cannot_delete_the_records(kept: Synthesized) -> None:
    assert kept.only("aws_cloudwatch_log_group")["lifecycle"] == {"prevent_destroy": True}


def test_an_apply_can_delete_the_records_where_disposable() -> None:
    assert "lifecycle" not in flow_logs(disposable=True).only("aws_cloudwatch_log_group")


def test_only_flow_logs_of_the_account_and_region_take_the_role(kept: Synthesized) -> None:
    (statement,) = statements(kept.only("aws_iam_role")["assume_role_policy"])
    assert statement["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert statement["Action"] == ["sts:AssumeRole"]
    assert statement["Condition"] == {
        "StringEquals": {"aws:SourceAccount": ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:ec2:us-east-1:{ACCOUNT}:vpc-flow-log/*"},
    }


def test_the_role_writes_to_its_own_log_group_only(kept: Synthesized) -> None:
    (group,) = kept.all("aws_cloudwatch_log_group")
    policy = kept.only("aws_iam_role_policy")["policy"]
    (statement,) = statements(policy)
    assert statement["Resource"] == [f"${{aws_cloudwatch_log_group.{group}.arn}}:*"]
    assert not [action for action in actions(policy) if "*" in action or "Delete" in action]


def test_recording_starts_once_it_may_write(kept: Synthesized) -> None:
    (policy,) = kept.all("aws_iam_role_policy")
    assert kept.only("aws_flow_log")["depends_on"] == [f"aws_iam_role_policy.{policy}"]


def test_roles_of_two_regions_have_different_names(kept: Synthesized) -> None:
    west = flow_logs(region=aws_region("us-west-2"))
    assert west.only("aws_iam_role")["name"] != kept.only("aws_iam_role")["name"]
