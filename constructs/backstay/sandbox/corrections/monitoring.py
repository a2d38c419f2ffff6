"""CloudWatch."""

from __future__ import annotations

from backstay.sandbox.corrections.registry import correction, instead


@correction
def keep_composite_alarms() -> None:
    """A composite alarm is kept; its rule is not evaluated.

    PutCompositeAlarm is not implemented, although the rest of moto knows such alarms.
    """
    from moto.cloudwatch.responses import CloudWatchResponse

    instead(CloudWatchResponse, "put_composite_alarm")(CloudWatchResponse.put_metric_alarm)
