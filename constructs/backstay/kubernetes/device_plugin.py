"""What tells Kubernetes about the GPUs of its nodes."""

from cdktf_cdktf_provider_kubernetes.daemon_set_v1 import (
    DaemonSetV1,
    DaemonSetV1Metadata,
    DaemonSetV1Spec,
    DaemonSetV1SpecSelector,
    DaemonSetV1SpecStrategy,
    DaemonSetV1SpecStrategyRollingUpdate,
    DaemonSetV1SpecTemplate,
    DaemonSetV1SpecTemplateMetadata,
    DaemonSetV1SpecTemplateSpec,
    DaemonSetV1SpecTemplateSpecContainer,
    DaemonSetV1SpecTemplateSpecContainerResources,
    DaemonSetV1SpecTemplateSpecContainerSecurityContext,
    DaemonSetV1SpecTemplateSpecContainerSecurityContextCapabilities,
    DaemonSetV1SpecTemplateSpecContainerVolumeMount,
    DaemonSetV1SpecTemplateSpecSecurityContext,
    DaemonSetV1SpecTemplateSpecSecurityContextSeccompProfile,
    DaemonSetV1SpecTemplateSpecToleration,
    DaemonSetV1SpecTemplateSpecVolume,
    DaemonSetV1SpecTemplateSpecVolumeHostPath,
)
from constructs import Construct

from backstay.kubernetes import gpu_nodes
from backstay.kubernetes.workload import Workload

_IMAGE = "nvcr.io/nvidia/k8s-device-plugin:v0.20.1"
_NAMESPACE = "kube-system"
_SOCKETS = "/var/lib/kubelet/device-plugins"


class DevicePlugin(Construct):
    """Offer the GPUs of every GPU node to pods, and take broken ones out of use.

    For nodes whose image brings the NVIDIA driver and container toolkit, but no plugin of its own: on AWS, Amazon
    Linux and not Bottlerocket. Where the NVIDIA GPU Operator runs it brings this plugin along, and two would
    contend for the same GPUs.

    Survives: the loss of a zone, since each node has its own.
    Does not survive: a node without a driver. It waits there and offers nothing.
    """

    def __init__(self, scope: Construct, id_: str, *, part_of: str) -> None:
        """Make the daemon set.

        Args:
            scope: what the plugin is part of.
            id_: its id there.
            part_of: the application that it belongs to.
        """
        super().__init__(scope, id_)
        workload = Workload(name="nvidia-device-plugin", namespace=_NAMESPACE, part_of=part_of)
        self.daemon_set = DaemonSetV1(
            self,
            "daemon-set",
            metadata=DaemonSetV1Metadata(name=workload.name, namespace=workload.namespace, labels=workload.labels),
            spec=DaemonSetV1Spec(
                selector=DaemonSetV1SpecSelector(match_labels=workload.selector),
                strategy=DaemonSetV1SpecStrategy(
                    type="RollingUpdate",
                    rolling_update=DaemonSetV1SpecStrategyRollingUpdate(max_unavailable="1"),
                ),
                template=_pod(workload),
            ),
            # A region may have no GPU nodes yet.
            wait_for_rollout=False,
        )


def _pod(workload: Workload) -> DaemonSetV1SpecTemplate:
    return DaemonSetV1SpecTemplate(
        metadata=DaemonSetV1SpecTemplateMetadata(labels=workload.labels),
        spec=DaemonSetV1SpecTemplateSpec(
            # Without the plugin a node's GPUs are lost to everybody, so it goes last when a node runs short.
            priority_class_name="system-node-critical",
            automount_service_account_token=False,
            enable_service_links=False,
            node_selector=gpu_nodes.NODE_LABELS,
            toleration=[
                DaemonSetV1SpecTemplateSpecToleration(key=taint, operator="Exists", effect=gpu_nodes.TAINT_EFFECT)
                for taint in (gpu_nodes.TAINT_KEY, gpu_nodes.SPOT_TAINT_KEY)
            ],
            security_context=DaemonSetV1SpecTemplateSpecSecurityContext(
                seccomp_profile=DaemonSetV1SpecTemplateSpecSecurityContextSeccompProfile(type="RuntimeDefault")
            ),
            container=[
                DaemonSetV1SpecTemplateSpecContainer(
                    name=workload.name,
                    image=_IMAGE,
                    image_pull_policy="IfNotPresent",
                    resources=DaemonSetV1SpecTemplateSpecContainerResources(requests={"cpu": "10m", "memory": "64Mi"}),
                    security_context=DaemonSetV1SpecTemplateSpecContainerSecurityContext(
                        allow_privilege_escalation=False,
                        capabilities=DaemonSetV1SpecTemplateSpecContainerSecurityContextCapabilities(drop=["ALL"]),
                    ),
                    volume_mount=[DaemonSetV1SpecTemplateSpecContainerVolumeMount(name="sockets", mount_path=_SOCKETS)],
                )
            ],
            volume=[
                DaemonSetV1SpecTemplateSpecVolume(
                    name="sockets",
                    host_path=DaemonSetV1SpecTemplateSpecVolumeHostPath(path=_SOCKETS, type="Directory"),
                )
            ],
        ),
    )
