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
