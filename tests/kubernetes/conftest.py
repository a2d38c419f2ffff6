"""The objects that the tests of this folder read: a service as a workloads stack makes it, and variations."""

from collections.abc import Callable
from typing import Any

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_kubernetes.provider import KubernetesProvider

from backstay.kubernetes.device_plugin import DevicePlugin
from backstay.kubernetes.llm_service import LlmService
from backstay.kubernetes.namespace import Namespace
from backstay.kubernetes.service_secret import ServiceSecret
from backstay.kubernetes.workload import Workload
from backstay.outputs import SecretValues
from backstay.testing import Synthesized
from backstay.topology import HealthCheckSpec, LlmServiceSpec, SecretSpec

SECRETS = (
    SecretSpec(name="VLLM_API_KEY", variable="llm_api_key"),
    SecretSpec(name="HF_TOKEN", stored_as="acme/production/hf-token"),
)
VALUES = SecretValues({"VLLM_API_KEY": "${var.llm_api_key}", "HF_TOKEN": "${var.hf_token}"}, True, "1.11.0")


@pytest.fixture(scope="session")
def made_of() -> Callable[..., Synthesized]:
    """Synthesize constructs in a stack with a Kubernetes provider."""

    def synthesized(build: Callable[[TerraformStack], Any]) -> Synthesized:
        def with_provider(stack: TerraformStack) -> Any:
            KubernetesProvider(stack, "kubernetes")
            return build(stack)

        return Synthesized(with_provider)

    return synthesized


@pytest.fixture(scope="session")
def llm_service(made_of: Callable[..., Synthesized]) -> Callable[..., Synthesized]:
    """Synthesize a model service; what is said of its spec or its wiring differs from the default."""

    def synthesized(spec: LlmServiceSpec | None = None, **wiring: Any) -> Synthesized:
        given = {
            "spec": spec or LlmServiceSpec(replicas=3),
            "health_check": HealthCheckSpec(),
            "workload": Workload("llm-service", "llm", "ai-llm"),
        }
        return made_of(lambda stack: LlmService(stack, "llm-service", **given | wiring))

    return synthesized


@pytest.fixture(scope="session")
def cluster(made_of: Callable[..., Synthesized]) -> Synthesized:
    """Everything that a workloads stack puts into a cluster."""

    def build(stack: TerraformStack) -> None:
        namespace = Namespace(stack, "namespace", name="llm", part_of="ai-llm")
        workload = Workload("llm-service", namespace.name, "ai-llm")
        secret = ServiceSecret(stack, "secret", specs=SECRETS, values=VALUES, workload=workload)
        LlmService(
            stack,
            "llm-service",
            spec=LlmServiceSpec(replicas=3),
            health_check=HealthCheckSpec(),
            workload=workload,
            secret=secret.outputs,
        )
        DevicePlugin(stack, "device-plugin", part_of="ai-llm")

    return made_of(build)
