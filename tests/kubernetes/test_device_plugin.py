"""What tells Kubernetes about the GPUs of its nodes."""

from typing import Any

import pytest

from backstay.testing import Synthesized


@pytest.fixture
def pod(cluster: Synthesized) -> dict[str, Any]:
    return cluster.only("kubernetes_daemon_set_v1")["spec"]["template"]["spec"]


def test_the_plugin_runs_on_gpu_nodes_only(pod: dict[str, Any]) -> None:
    assert pod["node_selector"] == {"accelerator": "gpu"}
    assert pod["toleration"] == [
        {"key": taint, "operator": "Exists", "effect": "NoSchedule"}
        for taint in ("nvidia.com/gpu", "kubernetes.azure.com/scalesetpriority")
    ]


def test_a_node_that_runs_short_keeps_its_plugin(cluster: Synthesized, pod: dict[str, Any]) -> None:
    assert pod["priority_class_name"] == "system-node-critical"
    # Other namespaces may not use that class by default.
    assert cluster.only("kubernetes_daemon_set_v1")["metadata"]["namespace"] == "kube-system"


def test_the_plugin_may_nothing_but_talk_to_the_kubelet(pod: dict[str, Any]) -> None:
    (container,) = pod["container"]
    assert container["security_context"] == {
        "allow_privilege_escalation": False,
        "capabilities": {"drop": ["ALL"]},
    }
    assert pod["automount_service_account_token"] is False
    sockets = "/var/lib/kubelet/device-plugins"
    assert [volume["host_path"]["path"] for volume in pod["volume"]] == [sockets]
    assert [mount["mount_path"] for mount in container["volume_mount"]] == [sockets]


def test_the_image_is_pinned(pod: dict[str, Any]) -> None:
    (container,) = pod["container"]
    assert container["image"] == "nvcr.io/nvidia/k8s-device-plugin:v0.20.1"
