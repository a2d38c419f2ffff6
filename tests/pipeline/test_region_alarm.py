"""What a region's own alarm says, read from an emulated CloudWatch."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from backstay.pipeline.region_alarm import ask
from tests.topology import sample

REGION, ALARM = "eu-west-1", "acme-example--region-unfit"


@pytest.fixture
def cloudwatch(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield boto3.client("cloudwatch", region_name=REGION)


def put(cloudwatch: Any, state: str) -> None:
    cloudwatch.put_metric_alarm(
        AlarmName=ALARM,
        ComparisonOperator="LessThanThreshold",
        EvaluationPeriods=1,
        MetricName="healthy",
        Namespace="test",
        Period=60,
        Statistic="Sum",
        Threshold=1,
    )
    cloudwatch.set_alarm_state(AlarmName=ALARM, StateValue=state, StateReason="the test says so")


@pytest.mark.parametrize(("state", "serves"), [("OK", True), ("ALARM", False), ("INSUFFICIENT_DATA", False)])
def test_a_region_serves_while_its_alarm_is_quiet(cloudwatch: Any, state: str, serves: bool) -> None:
    put(cloudwatch, state)
    answer = ask(sample.environment(), REGION, ALARM)
    assert (answer.serves, answer.says) == (serves, f"{ALARM} is in state {state}")


def test_an_alarm_that_is_not_there_says_nothing_good(cloudwatch: Any) -> None:
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []
    answer = ask(sample.environment(), REGION, ALARM)
    assert not answer.serves
    assert answer.is_absent


def test_an_alarm_is_read_with_the_role_that_deploys(cloudwatch: Any) -> None:
    put(cloudwatch, "OK")
    environment = sample.environment({"aws.deploy_role": "arn:aws:iam::123456789012:role/deploy"})
    assert ask(environment, REGION, ALARM).serves
    # The emulator keeps each account's alarms apart, as AWS does.
    elsewhere = sample.environment({"aws.deploy_role": "arn:aws:iam::210987654321:role/deploy"})
    assert ask(elsewhere, REGION, ALARM).is_absent


def test_without_credentials_the_alarm_cannot_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    answer = ask(sample.environment(), REGION, ALARM)
    assert answer.says == f"{ALARM} cannot be read: Unable to locate credentials"
