"""An alarm: what is watched, when it goes off, and who is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import (
    CloudwatchMetricAlarm,
    CloudwatchMetricAlarmMetricQuery,
    CloudwatchMetricAlarmMetricQueryMetric,
)
from constructs import Construct

from backstay.outputs import TopicOutputs
from backstay.topology import Names

_COMPARISONS = {
    "<": "LessThanThreshold",
    "<=": "LessThanOrEqualToThreshold",
    ">": "GreaterThanThreshold",
    ">=": "GreaterThanOrEqualToThreshold",
}
_RESULT = "result"


@dataclass(frozen=True)
class Metric:
    """A metric of CloudWatch.

    Attributes:
        namespace: the service that publishes it.
        name: its name.
        dimensions: what it is of.
        statistic: what its samples of a period become, such as `Sum` or `p99`.
    """

    namespace: str
    name: str
    dimensions: Mapping[str, str]
    statistic: str


@dataclass(frozen=True)
class Condition:
    """When something is wrong.

    Attributes:
        purpose: tells its alarm from others of the environment.
        says: what is wrong, and what to look at, for whoever is told.
        metrics: what is watched, by the name that the expression has for it.
        comparison: how it compares with the threshold when something is wrong.
        threshold: the threshold, in the metric's unit.
        seconds: the length of a period.
        periods: for how many of them in a row.
        expression: what is made of the metrics; of a single one, nothing.
        missing: what it means that there are no samples.
    """

    purpose: str
    says: str
    metrics: Mapping[str, Metric]
    comparison: Literal["<", "<=", ">", ">="]
    threshold: float
    seconds: int = 60
    periods: int = 3
    expression: str | None = None
    missing: Literal["breaching", "notBreaching", "missing", "ignore"] = field(default="notBreaching", kw_only=True)


def alarm(scope: Construct, condition: Condition, *, names: Names, topic: TopicOutputs) -> CloudwatchMetricAlarm:
    """Tell people when something is wrong, and when it no longer is."""
    told = list(topic.told) or None
    return CloudwatchMetricAlarm(
        scope,
        condition.purpose,
        alarm_name=names.alarm(condition.purpose),
        alarm_description=condition.says,
        comparison_operator=_COMPARISONS[condition.comparison],
        threshold=condition.threshold,
        evaluation_periods=condition.periods,
        treat_missing_data=condition.missing,
        metric_query=_queries(condition),
        alarm_actions=told,
        ok_actions=told,
    )


def _queries(condition: Condition) -> list[CloudwatchMetricAlarmMetricQuery]:
    queries = [
        CloudwatchMetricAlarmMetricQuery(
            id=id_,
            return_data=condition.expression is None,
            metric=CloudwatchMetricAlarmMetricQueryMetric(
                namespace=metric.namespace,
                metric_name=metric.name,
                dimensions=dict(metric.dimensions),
                stat=metric.statistic,
                period=condition.seconds,
            ),
        )
        for id_, metric in condition.metrics.items()
    ]
    if condition.expression is not None:
        queries.append(
            CloudwatchMetricAlarmMetricQuery(
                id=_RESULT, expression=condition.expression, label=condition.purpose, return_data=True
            )
        )
    return queries
