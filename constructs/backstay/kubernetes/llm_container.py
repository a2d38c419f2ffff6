"""The container of a language model server: what it runs, how its health is asked for, and what it may do."""

import math
from collections.abc import Sequence

from cdktf_cdktf_provider_kubernetes.deployment_v1 import (
    DeploymentV1SpecTemplateSpecContainer,
    DeploymentV1SpecTemplateSpecContainerEnv,
    DeploymentV1SpecTemplateSpecContainerEnvFrom,
    DeploymentV1SpecTemplateSpecContainerEnvFromSecretRef,
    DeploymentV1SpecTemplateSpecContainerLifecycle,
    DeploymentV1SpecTemplateSpecContainerLifecyclePreStop,
    DeploymentV1SpecTemplateSpecContainerLifecyclePreStopExec,
    DeploymentV1SpecTemplateSpecContainerLivenessProbe,
    DeploymentV1SpecTemplateSpecContainerLivenessProbeHttpGet,
    DeploymentV1SpecTemplateSpecContainerPort,
    DeploymentV1SpecTemplateSpecContainerReadinessProbe,
    DeploymentV1SpecTemplateSpecContainerReadinessProbeHttpGet,
    DeploymentV1SpecTemplateSpecContainerResources,
    DeploymentV1SpecTemplateSpecContainerSecurityContext,
    DeploymentV1SpecTemplateSpecContainerSecurityContextCapabilities,
    DeploymentV1SpecTemplateSpecContainerStartupProbe,
    DeploymentV1SpecTemplateSpecContainerStartupProbeHttpGet,
    DeploymentV1SpecTemplateSpecContainerVolumeMount,
)

from backstay.kubernetes import gpu_nodes
from backstay.topology import HealthCheckSpec, LlmServiceSpec

PORT_NAME = "http"

HOME = "/home/vllm"
# The user that vLLM's image brings along for running without root:
# https://docs.vllm.ai/en/latest/deployment/docker/ (run as a non-root user).
USER, USER_ID, GROUP_ID = "vllm", "2000", "0"

# What a copy is sure of on its node, for each GPU. vLLM's own Kubernetes guide asks for this much for a 7B model
# (https://docs.vllm.ai/en/latest/deployment/k8s/); what else the node has goes to whoever uses it.
_CPUS_PER_GPU = 2
_MEMORY_GIB_PER_GPU = 6

# Until every load balancer has heard that the pod goes, and then until the requests under way are answered. Together
# they stay under the two minutes that AWS gives notice before it takes a spot machine.
_LEAVE_SECONDS = 15
_DRAIN_SECONDS = 90
TERMINATION_SECONDS = _LEAVE_SECONDS + _DRAIN_SECONDS + 10

_STARTUP_PERIOD_SECONDS = 10
# A busy server answers late, and a late answer is not a failure.
_READINESS_TIMEOUT_SECONDS = 5
_LIVENESS_TIMEOUT_SECONDS = 10
# A restart costs a whole warm-up, so it comes long after the pod has stopped getting requests.
_LIVENESS_PATIENCE = 3


def llm_container(
    spec: LlmServiceSpec,
    *,
    name: str,
    health_check: HealthCheckSpec,
    secrets: Sequence[str],
    mounts: dict[str, str],
    command: list[str] | None = None,
) -> DeploymentV1SpecTemplateSpecContainer:
    """The container that serves the model.

    Args:
        spec: what it serves and with how many GPUs.
        name: its name in the pod.
        health_check: the question that its health is judged by.
        secrets: the secrets whose entries it gets as environment variables.
        mounts: where it finds its volumes, by their name.
        command: what to start in place of the image's own command.
    """
    return DeploymentV1SpecTemplateSpecContainer(
        name=name,
        image=spec.image,
        # A copy that restarts while the registry is away uses the image that its node has.
        image_pull_policy="IfNotPresent",
        command=command,
        args=_arguments(spec),
        port=[DeploymentV1SpecTemplateSpecContainerPort(name=PORT_NAME, container_port=spec.port)],
        env=[
            DeploymentV1SpecTemplateSpecContainerEnv(name=variable, value=value)
            for variable, value in {
                # What the server caches goes there: weights, compiled kernels.
                "HOME": HOME,
                # PyTorch asks for the user's name, and fails where the image does not list the user.
                "USER": USER,
                "VLLM_NO_USAGE_STATS": "1",
            }.items()
        ],
        env_from=[
            DeploymentV1SpecTemplateSpecContainerEnvFrom(
                secret_ref=DeploymentV1SpecTemplateSpecContainerEnvFromSecretRef(name=secret)
            )
            for secret in secrets
        ]
        or None,
        resources=_resources(spec.gpus),
        volume_mount=[
            DeploymentV1SpecTemplateSpecContainerVolumeMount(name=volume, mount_path=path)
            for volume, path in mounts.items()
        ],
        startup_probe=DeploymentV1SpecTemplateSpecContainerStartupProbe(
            http_get=DeploymentV1SpecTemplateSpecContainerStartupProbeHttpGet(path=health_check.path, port=PORT_NAME),
            period_seconds=_STARTUP_PERIOD_SECONDS,
            timeout_seconds=_READINESS_TIMEOUT_SECONDS,
            failure_threshold=max(1, math.ceil(spec.warm_up.seconds / _STARTUP_PERIOD_SECONDS)),
        ),
        readiness_probe=DeploymentV1SpecTemplateSpecContainerReadinessProbe(
            http_get=DeploymentV1SpecTemplateSpecContainerReadinessProbeHttpGet(path=health_check.path, port=PORT_NAME),
            period_seconds=health_check.interval.seconds,
            timeout_seconds=_READINESS_TIMEOUT_SECONDS,
            failure_threshold=health_check.threshold,
        ),
        liveness_probe=DeploymentV1SpecTemplateSpecContainerLivenessProbe(
            http_get=DeploymentV1SpecTemplateSpecContainerLivenessProbeHttpGet(path=health_check.path, port=PORT_NAME),
            period_seconds=health_check.interval.seconds,
            timeout_seconds=_LIVENESS_TIMEOUT_SECONDS,
            failure_threshold=_LIVENESS_PATIENCE * health_check.threshold,
        ),
        lifecycle=DeploymentV1SpecTemplateSpecContainerLifecycle(
            pre_stop=[
                DeploymentV1SpecTemplateSpecContainerLifecyclePreStop(
                    exec=DeploymentV1SpecTemplateSpecContainerLifecyclePreStopExec(
                        command=["sleep", str(_LEAVE_SECONDS)]
                    )
                )
            ]
        ),
        security_context=DeploymentV1SpecTemplateSpecContainerSecurityContext(
            allow_privilege_escalation=False,
            privileged=False,
            read_only_root_filesystem=True,
            run_as_non_root=True,
            run_as_user=USER_ID,
            capabilities=DeploymentV1SpecTemplateSpecContainerSecurityContextCapabilities(drop=["ALL"]),
        ),
    )


def _arguments(spec: LlmServiceSpec) -> list[str]:
    """The command line after `vllm serve`, which vLLM's image starts with."""
    parallel = ["--tensor-parallel-size", str(spec.gpus)] if spec.gpus > 1 else []
    drain = ["--shutdown-timeout", str(_DRAIN_SECONDS)]
    return [spec.model, "--port", str(spec.port), *parallel, *drain, *spec.arguments]


def _resources(gpus: int) -> DeploymentV1SpecTemplateSpecContainerResources:
    gpu = {gpu_nodes.RESOURCE: str(gpus)}
    return DeploymentV1SpecTemplateSpecContainerResources(
        requests={"cpu": str(gpus * _CPUS_PER_GPU), "memory": f"{gpus * _MEMORY_GIB_PER_GPU}Gi", **gpu},
        # GPUs cannot be shared out beyond the request, so request and limit must be one.
        limits=gpu,
    )
