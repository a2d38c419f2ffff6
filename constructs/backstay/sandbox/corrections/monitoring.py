"""CloudWatch."""

from __future__ import annotations

from typing import Any

from backstay.sandbox.corrections.registry import around, correction, instead


@correction
def keep_composite_alarms() -> None:
    """A composite alarm is kept; its rule is not evaluated.

    PutCompositeAlarm is not implemented, although the rest of moto knows such alarms.
    """
    from moto.cloudwatch.responses import CloudWatchResponse

    instead(CloudWatchResponse, "put_composite_alarm")(CloudWatchResponse.put_metric_alarm)


@correction
def find_alarms_by_state() -> None:
    """Alarms that are asked for by name and state have both.

    Moto looks at the names alone, so that whoever asks which of these alarms ring is told that all of them do.
    """
    from moto.cloudwatch.responses import CloudWatchResponse

    @around(CloudWatchResponse, "describe_alarms")
    def describe_alarms(original: Any, self: Any) -> Any:
        answer = original(self)
        if state := self._get_param("StateValue"):
            for kind in ("MetricAlarms", "CompositeAlarms"):
                answer.result[kind] = [alarm for alarm in answer.result[kind] if alarm.state_value == state]
        return answer
