"""A region's alarms, and its own word on whether it should serve."""

from typing import Any

import pytest

from backstay.aws.watch.alarms import Alarms
from backstay.outputs import InstancesOutputs, TopicOutputs
from backstay.testing import Synthesized
from backstay.topology import HealthCheckSpec, ObjectivesSpec
from backstay.topology.monitoring import MonitoringSpec
from tests.aws.surroundings import NAMES, in_region
from tests.aws.watch.test_gpu_alarms import FLEET, NODES
from tests.aws.watch.test_serving_alarms import LOAD_BALANCER

TOPIC = TopicOutputs(name="t", id="arn:t", key="arn:k", told=("arn:t",))
INSTANCES = InstancesOutputs(ids=("i-1", "i-2"), role="arn:role", security_group="sg-1")


def alarms(**given: Any) -> Synthesized:
    return in_region(
        lambda scope: Alarms(
            scope,
            "alarms",
            spec=MonitoringSpec(),
            objectives=ObjectivesSpec(),
            health_check=HealthCheckSpec(),
            names=NAMES,
            topic=TOPIC,
            **given,
        )
    )


def rule(**given: Any) -> str:
    found = alarms(**given).only("aws_cloudwatch_composite_alarm")["alarm_rule"]
    return found.replace(NAMES.alarm(""), "")


def test_a_region_is_unfit_when_nothing_answers_or_most_requests_fail() -> None:
    assert rule(load_balancer=LOAD_BALANCER, groups=[FLEET], instances=INSTANCES) == (
        'ALARM("entrance-none-healthy") OR ALARM("entrance-failing")'
    )


def test_a_region_whose_cluster_has_no_gpu_machine_left_is_unfit() -> None:
    assert rule(groups=[NODES]) == 'ALARM("gpu-nodes-none-running")'


def test_a_region_of_single_machines_is_unfit_when_all_of_them_are_ill() -> None:
    assert rule(instances=INSTANCES) == 'ALARM("gpu-instances-0-status") AND ALARM("gpu-instances-1-status")'


def test_a_region_where_nothing_could_tell_is_never_unfit() -> None:
    assert rule() == "FALSE"


@pytest.fixture(scope="module")
def everything() -> Synthesized:
    return alarms(load_balancer=LOAD_BALANCER, groups=[FLEET, NODES], instances=INSTANCES)


def test_whoever_moves_traffic_finds_the_alarm_by_its_name(everything: Synthesized) -> None:
    made = everything.only("aws_cloudwatch_composite_alarm")
    assert made["alarm_name"] == NAMES.alarm("region-unfit") == everything.construct.outputs


def test_it_is_made_after_the_alarms_that_it_is_about(everything: Synthesized) -> None:
    made = everything.only("aws_cloudwatch_composite_alarm")
    alarms = everything.all("aws_cloudwatch_metric_alarm")
    assert set(made["depends_on"]) == {f"aws_cloudwatch_metric_alarm.{name}" for name in alarms}


def test_people_are_told_of_every_alarm(everything: Synthesized) -> None:
    made = [*everything.all("aws_cloudwatch_metric_alarm").values(), everything.only("aws_cloudwatch_composite_alarm")]
    assert [alarm["alarm_actions"] for alarm in made] == [["arn:t"]] * len(made)


def test_every_alarm_has_a_name_of_its_own(everything: Synthesized) -> None:
    names = [alarm["alarm_name"] for alarm in everything.all("aws_cloudwatch_metric_alarm").values()]
    assert len(set(names)) == len(names)
