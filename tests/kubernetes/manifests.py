"""Terraform resources as the objects that the provider sends to Kubernetes.

Follows the provider's expand functions (kubernetes/structure*.go at v2.38.0): names become camel case, repeated blocks
become lists with the name in the plural, and numbers that the provider takes as strings become numbers.
"""

import re
from collections.abc import Iterator
from typing import Any

from tests.kubernetes.provider_schema import SCHEMA

_KINDS = {
    "kubernetes_daemon_set_v1": ("apps/v1", "DaemonSet"),
    "kubernetes_deployment_v1": ("apps/v1", "Deployment"),
    "kubernetes_horizontal_pod_autoscaler_v2": ("autoscaling/v2", "HorizontalPodAutoscaler"),
    "kubernetes_namespace_v1": ("v1", "Namespace"),
    "kubernetes_network_policy_v1": ("networking.k8s.io/v1", "NetworkPolicy"),
    "kubernetes_pod_disruption_budget_v1": ("policy/v1", "PodDisruptionBudget"),
    "kubernetes_secret_v1": ("v1", "Secret"),
    "kubernetes_service_account_v1": ("v1", "ServiceAccount"),
    "kubernetes_service_v1": ("v1", "Service"),
}
_PLURALS = {
    "container": "containers",
    "metric": "metrics",
    "policy": "policies",
    "port": "ports",
    "toleration": "tolerations",
    "topology_spread_constraint": "topologySpreadConstraints",
    "volume": "volumes",
    "volume_mount": "volumeMounts",
}
_SINGLE = {"label_selector", "pre_stop", "scale_down", "scale_up"}
_NUMBERS = {
    *("fs_group", "max_surge", "max_unavailable", "port", "replicas"),
    *("run_as_group", "run_as_user", "target_port", "toleration_seconds"),
}
_OF_TERRAFORM = {"data_wo_revision", "lifecycle", "wait_for_load_balancer", "wait_for_rollout"}
_REFERENCE = re.compile(r"\$\{[^}]+\}")


def manifests(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The Kubernetes objects of a document; a reference to another object becomes a name."""
    for type_, named in document["resource"].items():
        version, kind = _KINDS[type_]
        for body in named.values():
            own = {key: value for key, value in body.items() if key not in _OF_TERRAFORM}
            if "data_wo" in own:
                own["string_data"] = own.pop("data_wo")
            made = _object(SCHEMA[type_], ".", own)
            if kind == "DaemonSet":
                made["spec"]["updateStrategy"] = made["spec"].pop("strategy")
            yield {"apiVersion": version, "kind": kind, **made}


def _object(schema: dict[str, Any], path: str, block: dict[str, Any]) -> dict[str, Any]:
    maps = {*schema.get(path, {}).get("maps", ()), "string_data"}
    made = {}
    for key, value in block.items():
        if key in maps:
            made[_camel_case(key)] = value
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            inner = [_object(schema, _within(path, key), item) for item in value]
            made[_PLURALS.get(key, _camel_case(key))] = inner[0] if key in _SINGLE else inner
        elif isinstance(value, dict):
            made[_camel_case(key)] = _object(schema, _within(path, key), value)
        else:
            made[_camel_case(key)] = _scalar(key, value)
    return made


def _within(path: str, key: str) -> str:
    return key if path == "." else f"{path}.{key}"


def _camel_case(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def _scalar(key: str, value: Any) -> Any:
    if isinstance(value, str):
        if key in _NUMBERS and value.isdigit():
            return int(value)
        return _REFERENCE.sub("referred", value)
    return value
