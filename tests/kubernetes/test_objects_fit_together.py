"""Objects find each other by labels and names: what one looks for, another has to carry."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.synthesis import ENVIRONMENTS, documents, environment


class Objects:
    """The Kubernetes objects of one stack."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.resources: dict[str, dict[str, Any]] = document["resource"]
        self.deployment = self.only("kubernetes_deployment_v1")
        self.pod = self.deployment["spec"]["template"]
        self.policy = self.only("kubernetes_network_policy_v1", "llm-service")
        (self.container,) = self.pod["spec"]["container"]
        self.device_plugins = list(self.resources.get("kubernetes_daemon_set_v1", {}).values())

    def only(self, type_: str, containing: str = "") -> dict[str, Any]:
        (body,) = (body for name, body in self.resources[type_].items() if containing in name)
        return body

    def reference(self, type_: str) -> str:
        """How others refer to the name of the only object of a type."""
        (name,) = self.resources[type_]
        return f"${{{type_}.{name}.metadata[0].name}}"


STACKS = [
    pytest.param((name, stack), id=stack)
    for name in ENVIRONMENTS
    for stack in (environment(name).names.workloads_stack(one.location) for one in environment(name).regions.values())
]


@pytest.fixture(scope="module", params=STACKS)
def objects(request: pytest.FixtureRequest) -> Objects:
    name, stack = request.param
    return Objects(documents(name)[stack])


def carries(labels: dict[str, str], selector: dict[str, str]) -> bool:
    """Whether something with these labels is found by the selector, which must select something."""
    return bool(selector) and selector.items() <= labels.items()


def test_every_selector_finds_the_pods(objects: Objects) -> None:
    labels = objects.pod["metadata"]["labels"]
    for selector in (
        objects.deployment["spec"]["selector"]["match_labels"],
        objects.only("kubernetes_service_v1")["spec"]["selector"],
        objects.only("kubernetes_pod_disruption_budget_v1")["spec"]["selector"]["match_labels"],
        objects.policy["spec"]["pod_selector"]["match_labels"],
        *(
            constraint["label_selector"][0]["match_labels"]
            for constraint in objects.pod["spec"]["topology_spread_constraint"]
        ),
    ):
        assert carries(labels, selector)


def test_no_selector_finds_the_device_plugin(objects: Objects) -> None:
    for plugin in objects.device_plugins:
        labels = plugin["spec"]["template"]["metadata"]["labels"]
        assert carries(labels, plugin["spec"]["selector"]["match_labels"])
        assert not carries(labels, objects.deployment["spec"]["selector"]["match_labels"])


def test_the_autoscaler_scales_the_deployment(objects: Objects) -> None:
    autoscaler = objects.only("kubernetes_horizontal_pod_autoscaler_v2")
    target = autoscaler["spec"]["scale_target_ref"]
    assert (target["api_version"], target["kind"]) == ("apps/v1", "Deployment")
    assert target["name"] == objects.deployment["metadata"]["name"]
    assert autoscaler["metadata"]["namespace"] == objects.deployment["metadata"]["namespace"]
    assert 1 <= autoscaler["spec"]["min_replicas"] <= autoscaler["spec"]["max_replicas"]


def test_everything_of_the_service_is_in_its_namespace(objects: Objects) -> None:
    elsewhere = {"kubernetes_namespace_v1", "kubernetes_daemon_set_v1"}
    for type_ in objects.resources.keys() - elsewhere:
        namespaces = {body["metadata"]["namespace"] for body in objects.resources[type_].values()}
        assert namespaces == {objects.reference("kubernetes_namespace_v1")}, type_


def test_requests_probes_and_policy_go_to_the_port_of_the_container(objects: Objects) -> None:
    (port,) = objects.container["port"]
    (service_port,) = objects.only("kubernetes_service_v1")["spec"]["port"]
    (rule,) = objects.policy["spec"]["ingress"]
    assert service_port["target_port"] == port["name"]
    assert rule["ports"] == [{"port": str(port["container_port"]), "protocol": "TCP"}]
    for probe in ("startup_probe", "readiness_probe", "liveness_probe"):
        assert objects.container[probe]["http_get"]["port"] == port["name"]
    arguments = objects.container["args"]
    assert arguments[arguments.index("--port") + 1] == str(port["container_port"])


def test_every_mount_has_its_volume(objects: Objects) -> None:
    mounted = {mount["name"] for mount in objects.container["volume_mount"]}
    assert mounted == {volume["name"] for volume in objects.pod["spec"]["volume"]}


def test_the_container_gets_the_secret(objects: Objects) -> None:
    (source,) = objects.container["env_from"]
    assert source["secret_ref"]["name"] == objects.reference("kubernetes_secret_v1")


def test_the_pod_acts_as_the_account_of_the_service(objects: Objects) -> None:
    assert objects.pod["spec"]["service_account_name"] == objects.reference("kubernetes_service_account_v1")


def test_pods_tolerate_the_taint_and_look_for_the_label_of_the_gpu_nodes(objects: Objects) -> None:
    nodes = [found for name in ENVIRONMENTS for document in documents(name).values() for found in gpu_nodes(document)]
    pods = [objects.pod, *(plugin["spec"]["template"] for plugin in objects.device_plugins)]
    assert len(nodes) == sum(len(environment(name).regions) for name in ENVIRONMENTS)
    for labels, taint in nodes:
        for pod in pods:
            assert pod["spec"]["node_selector"].items() <= labels.items()
            toleration = next(one for one in pod["spec"]["toleration"] if one["key"] == taint)
            assert (toleration["operator"], toleration["effect"]) == ("Exists", "NoSchedule")


def gpu_nodes(document: dict[str, Any]) -> Iterator[tuple[dict[str, str], str]]:
    """The labels and the taint's key of the GPU nodes that a stack makes, whatever its cloud."""
    resources = document.get("resource", {})
    for group in resources.get("aws_eks_node_group", {}).values():
        for taint in group.get("taint") or ():
            assert taint["effect"] == "NO_SCHEDULE"
            yield group["labels"], taint["key"]
    for pool in resources.get("azurerm_kubernetes_cluster_node_pool", {}).values():
        for taint in pool.get("node_taints") or ():
            assert taint.endswith(":NoSchedule")
            yield pool["node_labels"], taint.split("=")[0]
    for pool in resources.get("google_container_node_pool", {}).values():
        for taint in pool["node_config"].get("taint") or ():
            assert taint["effect"] == "NO_SCHEDULE"
            yield pool["node_config"]["labels"], taint["key"]


def test_the_grace_period_covers_leaving_and_draining(objects: Objects) -> None:
    (stop,) = objects.container["lifecycle"]["pre_stop"]
    leave = int(stop["exec"]["command"][-1])
    drain = int(objects.container["args"][objects.container["args"].index("--shutdown-timeout") + 1])
    assert leave + drain < objects.pod["spec"]["termination_grace_period_seconds"] < 120
