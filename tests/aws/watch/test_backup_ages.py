"""Alarms on backups that are missing."""

import json
from typing import Any

import pytest

from backstay.aws.watch.backup_ages import BackupAges
from backstay.outputs import TopicOutputs, VaultOutputs
from backstay.testing import Synthesized
from backstay.topology import aws_region
from backstay.topology.backups import BackupSpec, Kind
from tests.aws.policies import actions, statements
from tests.aws.surroundings import NAMES, REGION, in_region

TOPIC = TopicOutputs(name="t", id="arn:t", key="arn:k", told=("arn:t",))
VAULT = VaultOutputs(name=NAMES.backup_vault(), id="arn:vault")
PEER = aws_region("eu-west-1")


@pytest.fixture(scope="module")
def ages() -> Synthesized:
    return in_region(
        lambda scope: BackupAges(
            scope,
            "ages",
            spec=BackupSpec(),
            kinds=[Kind.DATABASE, Kind.TABLE],
            copied_from={PEER: [Kind.DATABASE]},
            restore_testing_plan="arn:plan",
            region=REGION,
            names=NAMES,
            vault=VAULT,
            topic=TOPIC,
        )
    )


@pytest.fixture(scope="module")
def alarms(ages: Synthesized) -> dict[str, Any]:
    made = ages.all("aws_cloudwatch_metric_alarm").values()
    return {alarm["alarm_name"].removeprefix(NAMES.alarm("")): alarm for alarm in made}


def test_each_kind_of_each_region_has_an_alarm_of_its_own(alarms: dict[str, Any]) -> None:
    assert set(alarms) == {
        "backup-database-missing",
        "backup-table-missing",
        "copy-eu-west-1-database-missing",
        "restore-untested",
    }


def test_a_measurement_that_fails_is_told_as_a_missing_backup(alarms: dict[str, Any]) -> None:
    assert {alarm["treat_missing_data"] for alarm in alarms.values()} == {"breaching"}


def test_a_backup_is_missing_when_it_is_older_than_the_slowest_would_be(alarms: dict[str, Any]) -> None:
    assert alarms["backup-table-missing"]["threshold"] == BackupSpec().overdue.seconds
    assert alarms["restore-untested"]["threshold"] == BackupSpec().restore_test_overdue.seconds


def test_what_is_watched_is_what_is_measured(ages: Synthesized, alarms: dict[str, Any]) -> None:
    steps = json.loads(ages.only("aws_sfn_state_machine")["definition"])
    measured = [
        {pair["Name"]: pair["Value"] for pair in source["Dimensions"]}
        for item in steps["States"]["EachKind"]["Items"]
        for source in item["Sources"]
    ]
    watched = [
        alarm["metric_query"][0]["metric"]["dimensions"] for name, alarm in alarms.items() if name != "restore-untested"
    ]
    assert sorted(measured, key=str) == sorted(watched, key=str)


def test_it_looks_once_an_hour_and_changes_nothing(ages: Synthesized) -> None:
    assert ages.only("aws_cloudwatch_event_rule")["schedule_expression"] == "rate(1 hour)"
    rights = ages.one("aws_iam_role_policy", "policy")["policy"]
    assert actions(rights) == {
        "backup:ListRecoveryPointsByBackupVault",
        "backup:ListRestoreJobs",
        "cloudwatch:PutMetricData",
    }


def test_it_publishes_no_metric_but_its_own(ages: Synthesized) -> None:
    (publish,) = [
        statement
        for statement in statements(ages.one("aws_iam_role_policy", "policy")["policy"])
        if statement["Action"] == ["cloudwatch:PutMetricData"]
    ]
    assert publish["Condition"] == {"StringEquals": {"cloudwatch:namespace": "Backstay"}}
