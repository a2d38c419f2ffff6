"""The pod of a language model server: where it may run, as whom, and with what to write to."""

from cdktf_cdktf_provider_kubernetes.deployment_v1 import (
    DeploymentV1SpecTemplate,
    DeploymentV1SpecTemplateMetadata,
    DeploymentV1SpecTemplateSpec,
    DeploymentV1SpecTemplateSpecSecurityContext,
    DeploymentV1SpecTemplateSpecSecurityContextSeccompProfile,
    DeploymentV1SpecTemplateSpecToleration,
    DeploymentV1SpecTemplateSpecTopologySpreadConstraint,
    DeploymentV1SpecTemplateSpecTopologySpreadConstraintLabelSelector,
    DeploymentV1SpecTemplateSpecVolume,
    DeploymentV1SpecTemplateSpecVolumeCsi,
    DeploymentV1SpecTemplateSpecVolumeEmptyDir,
)

from backstay.kubernetes import gpu_nodes
from backstay.kubernetes.llm_container import GROUP_ID, HOME, TERMINATION_SECONDS, USER_ID, llm_container
from backstay.kubernetes.start_command import with_secrets
from backstay.kubernetes.workload import Workload
from backstay.outputs import MountedSecretsOutputs, ServiceSecretOutputs
from backstay.topology import HealthCheckSpec, LlmServiceSpec

# What the processes of one copy share, for each GPU; the figure of vLLM's Kubernetes guide.
_SHARED_MEMORY_GIB_PER_GPU = 2

# Kubernetes waits five minutes before it replaces the pods of a node that has gone silent. Every minute counts
# towards the recovery time, and a pod on a silent node gets no requests anyway.
_GONE_NODE_SECONDS = 60
_GONE_NODE_TAINTS = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")

_SECRETS, _SECRETS_FOLDER = "secrets", "/mnt/secrets-store"

_SPREAD_OVER = ("topology.kubernetes.io/zone", "kubernetes.io/hostname")


def llm_pod(
    spec: LlmServiceSpec,
    *,
    health_check: HealthCheckSpec,
    workload: Workload,
    service_account: str,
    secret: ServiceSecretOutputs | None,
    mounted: MountedSecretsOutputs | None,
) -> DeploymentV1SpecTemplate:
    """The template of the pods that serve the model.

    Args:
        spec: what they serve and with how many GPUs each.
        health_check: the question that their health is judged by.
        workload: what they are called.
        service_account: as whom they act.
        secret: the secret whose entries they get as environment variables.
        mounted: secrets that the cluster reads by itself, which they get as environment variables too.
    """
    mounts = {"home": HOME, "temporary": "/tmp", "shared-memory": "/dev/shm"}  # noqa: S108
    if mounted:
        mounts[_SECRETS] = _SECRETS_FOLDER
    return DeploymentV1SpecTemplate(
        metadata=DeploymentV1SpecTemplateMetadata(
            labels=workload.labels,
            annotations=_revisions(secret, mounted) or None,
        ),
        spec=DeploymentV1SpecTemplateSpec(
            service_account_name=service_account,
            automount_service_account_token=False,
            # For a service called vllm Kubernetes would set VLLM_PORT to a URL, which vLLM refuses to start with.
            enable_service_links=False,
            termination_grace_period_seconds=TERMINATION_SECONDS,
            node_selector=gpu_nodes.NODE_LABELS,
            toleration=_tolerations(),
            topology_spread_constraint=[_spread_over(key, workload) for key in _SPREAD_OVER],
            security_context=DeploymentV1SpecTemplateSpecSecurityContext(
                run_as_non_root=True,
                run_as_user=USER_ID,
                run_as_group=GROUP_ID,
                fs_group=GROUP_ID,
                seccomp_profile=DeploymentV1SpecTemplateSpecSecurityContextSeccompProfile(type="RuntimeDefault"),
            ),
            container=[
                llm_container(
                    spec,
                    name=workload.name,
                    health_check=health_check,
                    secrets=[name for name in (secret and secret.name, mounted and mounted.synced) if name],
                    mounts=mounts,
                    command=with_secrets(mounted.names, _SECRETS_FOLDER) if mounted and not mounted.synced else None,
                )
            ],
            volume=[
                _scratch("home"),
                _scratch("temporary"),
                _scratch("shared-memory", memory_gib=spec.gpus * _SHARED_MEMORY_GIB_PER_GPU),
                *([_store(mounted)] if mounted else []),
            ],
        ),
    )


def _revisions(secret: ServiceSecretOutputs | None, mounted: MountedSecretsOutputs | None) -> dict[str, str]:
    """What differs when secrets do: pods read them when they start, and another template makes new pods."""
    revisions = {"secret-revision": secret, "mounted-secrets-revision": mounted}
    return {f"backstay.io/{name}": str(source.revision) for name, source in revisions.items() if source}


def _tolerations() -> list[DeploymentV1SpecTemplateSpecToleration]:
    return [
        *(
            DeploymentV1SpecTemplateSpecToleration(key=taint, operator="Exists", effect=gpu_nodes.TAINT_EFFECT)
            for taint in (gpu_nodes.TAINT_KEY, gpu_nodes.SPOT_TAINT_KEY)
        ),
        *(
            DeploymentV1SpecTemplateSpecToleration(
                key=taint, operator="Exists", effect="NoExecute", toleration_seconds=str(_GONE_NODE_SECONDS)
            )
            for taint in _GONE_NODE_TAINTS
        ),
    ]


def _spread_over(topology_key: str, workload: Workload) -> DeploymentV1SpecTemplateSpecTopologySpreadConstraint:
    return DeploymentV1SpecTemplateSpecTopologySpreadConstraint(
        topology_key=topology_key,
        max_skew=1,
        # Not DoNotSchedule: the nodes of a lost zone count as places that have to be filled evenly, so the copies
        # that should replace the lost ones would wait for the zone instead of starting in the others.
        when_unsatisfiable="ScheduleAnyway",
        # Each rollout is spread by itself, whatever the old copies leave behind.
        match_label_keys=["pod-template-hash"],
        label_selector=[
            DeploymentV1SpecTemplateSpecTopologySpreadConstraintLabelSelector(match_labels=workload.selector)
        ],
    )


def _scratch(name: str, *, memory_gib: int | None = None) -> DeploymentV1SpecTemplateSpecVolume:
    """Room that is gone with the pod, on the node's disk unless it is to be memory."""
    memory = {"medium": "Memory", "size_limit": f"{memory_gib}Gi"} if memory_gib else {}
    return DeploymentV1SpecTemplateSpecVolume(name=name, empty_dir=DeploymentV1SpecTemplateSpecVolumeEmptyDir(**memory))


def _store(mounted: MountedSecretsOutputs) -> DeploymentV1SpecTemplateSpecVolume:
    """Secrets, which are read from their store while the pod waits."""
    return DeploymentV1SpecTemplateSpecVolume(
        name=_SECRETS,
        csi=DeploymentV1SpecTemplateSpecVolumeCsi(
            driver=mounted.driver,
            read_only=True,
            volume_attributes={"secretProviderClass": mounted.provider_class},
        ),
    )
