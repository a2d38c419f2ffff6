"""One page on which people see how a region is."""

import json
from itertools import combinations
from typing import Any

import pytest

from backstay.aws.watch.alarm import Condition
from backstay.aws.watch.dashboard import Dashboard
from tests.aws.surroundings import NAMES, REGION, in_region
from tests.aws.watch.test_gpu_alarms import FLEET, NODES, conditions

WATCHED = {"Machines": [*conditions(NODES), *conditions(FLEET)], "Others": list(conditions(NODES))}


def widgets(watched: dict[str, list[Condition]]) -> list[dict[str, Any]]:
    made = in_region(
        lambda scope: Dashboard(scope, "page", watched=watched, alarms=["arn:alarm"], region=REGION, names=NAMES)
    ).only("aws_cloudwatch_dashboard")
    assert REGION.name in made["dashboard_name"]
    return json.loads(made["dashboard_body"])["widgets"]


@pytest.fixture(scope="module")
def page() -> list[dict[str, Any]]:
    return widgets(WATCHED)


def test_the_state_of_the_alarms_stands_on_top(page: list[dict[str, Any]]) -> None:
    assert page[0]["properties"]["alarms"] == ["arn:alarm"]
    assert min(widget["y"] for widget in page) == page[0]["y"] == 0


def test_everything_that_is_watched_is_shown_with_the_line_that_counts(page: list[dict[str, Any]]) -> None:
    shown = [widget["properties"] for widget in page if widget["type"] == "metric"]
    lines = [(chart["title"], chart["annotations"]["horizontal"][0]["value"]) for chart in shown]
    assert lines == [(one.purpose, one.threshold) for some in WATCHED.values() for one in some]


def test_what_an_expression_is_made_of_is_not_shown_beside_it(page: list[dict[str, Any]]) -> None:
    chart = next(widget["properties"] for widget in page if widget["properties"].get("title") == "gpu-fleet-too-few")
    *parts, result = chart["metrics"]
    assert [part[-1]["visible"] for part in parts] == [False, False]
    assert result == [{"id": "result", "expression": "desired - serving", "label": "gpu-fleet-too-few"}]


def test_no_chart_lies_on_another(page: list[dict[str, Any]]) -> None:
    def apart(a: dict[str, Any], b: dict[str, Any]) -> bool:
        beside = a["x"] + a["width"] <= b["x"] or b["x"] + b["width"] <= a["x"]
        above = a["y"] + a["height"] <= b["y"] or b["y"] + b["height"] <= a["y"]
        return beside or above

    assert all(apart(a, b) for a, b in combinations(page, 2))
    assert all(widget["x"] + widget["width"] <= 24 for widget in page)
