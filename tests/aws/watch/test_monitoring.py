"""All that a region sees of itself and of the others."""

import json
import re
from typing import Any

import pytest

from backstay.aws.watch.monitoring import Monitoring
from backstay.aws.watch.region_health import Peer
from backstay.outputs import TopicOutputs
from backstay.testing import Synthesized
from backstay.topology import HealthCheckSpec, ObjectivesSpec, aws_region
from backstay.topology.monitoring import MonitoringSpec
from tests.aws.surroundings import NAMES, REGION, in_region
from tests.aws.watch.test_gpu_alarms import NODES, unfit
from tests.aws.watch.test_serving_alarms import LOAD_BALANCER

TOPIC = TopicOutputs(name="t", id="arn:t", key="arn:k", told=("arn:t",))


def monitoring(**given: Any) -> Synthesized:
    return in_region(
        lambda scope: Monitoring(
            scope,
            "monitoring",
            spec=MonitoringSpec(),
            objectives=ObjectivesSpec(),
            health_check=HealthCheckSpec(),
            region=REGION,
            names=NAMES,
            topic=TOPIC,
            **given,
        )
    )


@pytest.fixture(scope="module")
def watched() -> Synthesized:
    peers = [Peer(aws_region("eu-west-1"), "https://eu-west-1.llm.example.com/health")]
    return monitoring(load_balancer=LOAD_BALANCER, groups=[NODES], peers=peers, shown={"Backups": list(unfit(NODES))})


def widgets(made: Synthesized, type_: str) -> list[dict[str, Any]]:
    body = made.only("aws_cloudwatch_dashboard")["dashboard_body"]
    # What Terraform fills in has quotation marks of its own.
    filled = json.loads(re.sub(r"\$\{[^}]*\}", "known-later", body))
    return [widget for widget in filled["widgets"] if widget["type"] == type_]


def test_the_page_shows_every_alarm_of_the_region_and_what_else_belongs_there(watched: Synthesized) -> None:
    titles = [widget["properties"]["title"] for widget in widgets(watched, "metric")]
    alarms = [alarm["alarm_name"] for alarm in watched.all("aws_cloudwatch_metric_alarm").values()]
    also_shown = [condition.purpose for condition in unfit(NODES)]
    assert sorted(map(NAMES.alarm, titles)) == sorted([*alarms, *map(NAMES.alarm, also_shown)])


def test_what_decides_about_traffic_stands_on_top(watched: Synthesized) -> None:
    (state,) = widgets(watched, "alarm")
    assert len(state["properties"]["alarms"]) == len(watched.all("aws_cloudwatch_composite_alarm")) == 2


def test_a_region_that_is_alone_has_no_heading_for_others() -> None:
    headings = [widget["properties"]["markdown"] for widget in widgets(monitoring(groups=[NODES]), "text")]
    assert headings == ["## Whether this region should serve", "## This region"]
