"""One page on which people see how a region is."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_dashboard import CloudwatchDashboard
from constructs import Construct

from backstay.aws.watch.alarm import Condition
from backstay.topology import CloudRegion, Names

_WIDTH, _COLUMNS, _HEIGHT = 24, 3, 6


class Dashboard(Construct):
    """Show everything that a region's alarms watch, each with the line at which its alarm goes off.

    Survives: the loss of every other region. CloudWatch shows the dashboards of all regions in one list, so the region
    is part of the name.
    Does not survive: the loss of its region, whose metrics are then gone with it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        watched: Mapping[str, Sequence[Condition]],
        alarms: Sequence[str],
        region: CloudRegion,
        names: Names,
    ) -> None:
        """Make the page.

        Args:
            scope: where it belongs.
            id_: its id there.
            watched: what to show, under headings.
            alarms: the ARNs of the alarms whose state stands on top.
            region: the region.
            names: the environment's names.
        """
        super().__init__(scope, id_)
        widgets = [_state(alarms)]
        for heading, conditions in watched.items():
            top = max(widget["y"] + widget["height"] for widget in widgets)
            widgets.append(_text(heading, top))
            widgets += [_chart(condition, index, top + 1, region=region) for index, condition in enumerate(conditions)]
        self.dashboard = CloudwatchDashboard(
            self,
            "dashboard",
            dashboard_name=names.resource(region.name, limit=255),
            dashboard_body=json.dumps({"widgets": widgets}),
        )


def _state(alarms: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "alarm",
        "x": 0,
        "y": 0,
        "width": _WIDTH,
        "height": 3,
        "properties": {"title": "Alarms", "alarms": list(alarms)},
    }


def _text(heading: str, top: int) -> dict[str, Any]:
    markdown = {"markdown": f"## {heading}"}
    return {"type": "text", "x": 0, "y": top, "width": _WIDTH, "height": 1, "properties": markdown}


def _chart(condition: Condition, index: int, top: int, *, region: CloudRegion) -> dict[str, Any]:
    width = _WIDTH // _COLUMNS
    row, column = divmod(index, _COLUMNS)
    return {
        "type": "metric",
        "x": column * width,
        "y": top + row * _HEIGHT,
        "width": width,
        "height": _HEIGHT,
        "properties": {
            "title": condition.purpose,
            "region": region.name,
            "view": "timeSeries",
            "period": condition.seconds,
            "metrics": _series(condition),
            "annotations": {"horizontal": [{"label": condition.says, "value": condition.threshold}]},
        },
    }


def _series(condition: Condition) -> list[list[Any]]:
    is_hidden = {"visible": False} if condition.expression is not None else {}
    series: list[list[Any]] = [
        [
            metric.namespace,
            metric.name,
            *(part for dimension in metric.dimensions.items() for part in dimension),
            {"id": id_, "stat": metric.statistic, **is_hidden},
        ]
        for id_, metric in condition.metrics.items()
    ]
    if condition.expression is not None:
        series.append([{"id": "result", "expression": condition.expression, "label": condition.purpose}])
    return series
