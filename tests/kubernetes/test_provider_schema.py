"""What is synthesized is what the provider takes: its blocks, its arguments, and those that it wants."""

import copy
from collections.abc import Callable

import pytest

from backstay.kubernetes.autoscaler import QueueMetric
from backstay.testing import Synthesized
from tests.kubernetes.provider_schema import violations
from tests.synthesis import ENVIRONMENTS, documents


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_provider_takes_every_argument_of_an_environment(name: str) -> None:
    workloads = [document for stack, document in documents(name).items() if stack.endswith("-workloads")]
    assert workloads
    for document in workloads:
        assert list(violations(document)) == []


def test_the_provider_takes_every_argument_of_a_service_with_all_options(
    llm_service: Callable[..., Synthesized],
) -> None:
    service = llm_service(queue=QueueMetric("waiting", 5), load_balancer={"internal": "true"})
    assert list(violations(service.document)) == []


def test_an_unknown_argument_is_found(cluster: Synthesized) -> None:
    document = copy.deepcopy(cluster.document)
    (deployment,) = document["resource"]["kubernetes_deployment_v1"].values()
    deployment["spec"]["template"]["spec"]["tolerations"] = []
    (found,) = violations(document)
    assert found.endswith("spec.template.spec.tolerations is no argument")


def test_a_missing_argument_is_found(cluster: Synthesized) -> None:
    document = copy.deepcopy(cluster.document)
    (autoscaler,) = document["resource"]["kubernetes_horizontal_pod_autoscaler_v2"].values()
    del autoscaler["spec"]["scale_target_ref"]["kind"]
    (found,) = violations(document)
    assert found.endswith("spec.scale_target_ref lacks kind")


def test_only_versioned_resources_are_used(cluster: Synthesized) -> None:
    types = [type_ for type_ in cluster.document["resource"] if type_.startswith("kubernetes_")]
    assert [type_ for type_ in types if not type_.endswith(("_v1", "_v2"))] == []


def test_a_secret_has_values_of_one_kind_only(cluster: Synthesized) -> None:
    # ConflictsWith and RequiredWith in kubernetes/resource_kubernetes_secret_v1.go at v2.38.0.
    secret = cluster.only("kubernetes_secret_v1")
    assert {"data_wo", "data_wo_revision"} <= secret.keys()
    assert "data" not in secret
    assert secret["data_wo_revision"] >= 1


def test_a_disruption_budget_says_one_number_only(cluster: Synthesized) -> None:
    # Kubernetes refuses both: https://kubernetes.io/docs/tasks/run-application/configure-pdb/
    spec = cluster.only("kubernetes_pod_disruption_budget_v1")["spec"]
    assert len({"max_unavailable", "min_available"} & spec.keys()) == 1


def test_no_apply_waits_for_pods(cluster: Synthesized) -> None:
    assert cluster.only("kubernetes_deployment_v1")["wait_for_rollout"] is False
    assert cluster.only("kubernetes_daemon_set_v1")["wait_for_rollout"] is False
    assert cluster.only("kubernetes_service_v1")["wait_for_load_balancer"] is False
