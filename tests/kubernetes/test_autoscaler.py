"""The number of copies follows the load between a floor and a ceiling."""

from collections.abc import Callable
from typing import Any

import pytest

from backstay.kubernetes.autoscaler import Autoscaler, QueueMetric
from backstay.kubernetes.workload import Workload
from backstay.testing import Synthesized
from backstay.topology import Duration, LlmServiceSpec

Made = Callable[..., Synthesized]


def scaling(made: Synthesized) -> dict[str, Any]:
    return made.only("kubernetes_horizontal_pod_autoscaler_v2")["spec"]


def test_the_replicas_are_the_floor_and_twice_as_many_the_ceiling(llm_service: Made) -> None:
    spec = scaling(llm_service(LlmServiceSpec(replicas=3)))
    assert (spec["min_replicas"], spec["max_replicas"]) == (3, 6)


def test_a_service_that_sleeps_is_not_scaled_until_somebody_wakes_it(llm_service: Made) -> None:
    made = llm_service(LlmServiceSpec(replicas=0))
    assert made.only("kubernetes_deployment_v1")["spec"]["replicas"] == "0"
    # Kubernetes takes no floor of zero, and leaves a deployment of zero replicas alone.
    assert scaling(made)["min_replicas"] == 1


def test_a_ceiling_below_the_floor_is_refused(made_of: Made) -> None:
    given = {"minimum": 3, "maximum": 2, "warm_up": Duration.parse("15m")}
    with pytest.raises(ValueError, match="autoscaler of 'llm-service' has minimum 3 above maximum 2; raise"):
        made_of(lambda stack: Autoscaler(stack, "a", workload=Workload("llm-service", "llm", "ai-llm"), **given))


def test_processors_are_followed_by_default(llm_service: Made) -> None:
    (metric,) = scaling(llm_service())["metric"]
    target = {"type": "Utilization", "average_utilization": 60}
    assert metric == {"type": "Resource", "resource": {"name": "cpu", "target": target}}


def test_a_queue_is_followed_where_the_cluster_measures_it(llm_service: Made) -> None:
    (metric,) = scaling(llm_service(queue=QueueMetric("vllm_num_requests_waiting", 5)))["metric"]
    assert metric == {
        "type": "Pods",
        "pods": {
            "metric": {"name": "vllm_num_requests_waiting"},
            "target": {"type": "AverageValue", "average_value": "5"},
        },
    }


@pytest.mark.parametrize(("warm_up", "window"), [("15m", 900), ("2h", 3600)])
def test_a_surplus_copy_is_kept_as_long_as_a_new_one_would_take(llm_service: Made, warm_up: str, window: int) -> None:
    (down,) = scaling(llm_service(LlmServiceSpec(warm_up=Duration.parse(warm_up))))["behavior"]["scale_down"]
    assert down["stabilization_window_seconds"] == window
    assert down["policy"] == [{"type": "Pods", "value": 1, "period_seconds": 300}]


def test_another_regions_load_is_taken_on_within_a_minute(llm_service: Made) -> None:
    (up,) = scaling(llm_service())["behavior"]["scale_up"]
    assert up["policy"] == [{"type": "Percent", "value": 100, "period_seconds": 60}]
