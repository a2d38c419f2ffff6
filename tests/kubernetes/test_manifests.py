"""Kubernetes itself knows every field of what it is sent, in the version that clusters have by default."""

import copy
import importlib.util
from collections.abc import Callable
from typing import Any

import pytest

from backstay.kubernetes.autoscaler import QueueMetric
from backstay.testing import Synthesized
from backstay.topology import ClusterSpec
from tests.conftest import require
from tests.kubernetes.manifests import manifests


@pytest.fixture
def problem() -> Callable[[dict[str, Any]], str | None]:
    """What Kubernetes would refuse in an object, by its published schema; unknown fields included."""
    require(importlib.util.find_spec("kubernetes_validate"), "kubernetes-validate is not installed")
    import kubernetes_validate

    def first(manifest: dict[str, Any]) -> str | None:
        try:
            kubernetes_validate.validate(manifest, ClusterSpec().kubernetes_version, strict=True)
        except kubernetes_validate.ValidationError as error:
            return f"{manifest['kind']}: {error.message}"
        return None

    return first


def test_every_object_is_valid(cluster: Synthesized, problem: Callable[[dict[str, Any]], str | None]) -> None:
    objects = list(manifests(cluster.document))
    kinds = {manifest["kind"] for manifest in objects}
    assert {"Deployment", "DaemonSet", "HorizontalPodAutoscaler", "NetworkPolicy", "Secret"} <= kinds
    assert [found for found in map(problem, objects) if found] == []


def test_every_object_of_a_service_with_all_options_is_valid(
    llm_service: Callable[..., Synthesized], problem: Callable[[dict[str, Any]], str | None]
) -> None:
    service = llm_service(queue=QueueMetric("waiting", 5), load_balancer={"internal": "true"})
    assert [found for found in map(problem, manifests(service.document)) if found] == []


def test_an_unknown_field_is_found(cluster: Synthesized, problem: Callable[[dict[str, Any]], str | None]) -> None:
    document = copy.deepcopy(cluster.document)
    (deployment,) = document["resource"]["kubernetes_deployment_v1"].values()
    deployment["spec"]["template"]["spec"]["tollerations"] = []
    (found,) = [found for found in map(problem, manifests(document)) if found]
    assert found.startswith("Deployment: ")
    assert "tollerations" in found
