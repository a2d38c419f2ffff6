"""CloudWatch, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def test_composite_alarm_is_kept(corrects) -> None:
    def rule(cloud: Cloud) -> str:
        client = cloud.client("cloudwatch")
        client.put_composite_alarm(AlarmName="region", AlarmRule="ALARM(lag) OR ALARM(errors)")
        (alarm,) = client.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
        return alarm["AlarmRule"]

    corrects(rule, "ALARM(lag) OR ALARM(errors)")


def test_alarms_are_found_by_name_and_state(corrects) -> None:
    def ringing(cloud: Cloud) -> list[str]:
        client = cloud.client("cloudwatch")
        for name in ("one", "two"):
            client.put_metric_alarm(
                AlarmName=name,
                Namespace="n",
                MetricName="m",
                Statistic="Maximum",
                Period=60,
                EvaluationPeriods=1,
                Threshold=1,
                ComparisonOperator="GreaterThanThreshold",
            )
        client.set_alarm_state(AlarmName="two", StateValue="ALARM", StateReason="test")
        found = client.describe_alarms(AlarmNames=["one", "two"], StateValue="ALARM")
        return [alarm["AlarmName"] for alarm in found["MetricAlarms"]]

    corrects(ringing, ["two"])
