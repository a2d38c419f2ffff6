"""A language model server on the GPUs of a cluster."""

from collections.abc import Mapping

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_kubernetes.deployment_v1 import (
    DeploymentV1,
    DeploymentV1Metadata,
    DeploymentV1Spec,
    DeploymentV1SpecSelector,
    DeploymentV1SpecStrategy,
    DeploymentV1SpecStrategyRollingUpdate,
)
from cdktf_cdktf_provider_kubernetes.service_account_v1 import ServiceAccountV1, ServiceAccountV1Metadata
from cdktf_cdktf_provider_kubernetes.service_v1 import ServiceV1, ServiceV1Metadata, ServiceV1Spec, ServiceV1SpecPort
from constructs import Construct

from backstay.kubernetes.autoscaler import Autoscaler, QueueMetric
from backstay.kubernetes.disruption_budget import DisruptionBudget
from backstay.kubernetes.llm_container import PORT_NAME
from backstay.kubernetes.llm_network_policy import LlmNetworkPolicy
from backstay.kubernetes.llm_pod import llm_pod
from backstay.kubernetes.workload import Workload
from backstay.outputs import MountedSecretsOutputs, ServiceOutputs, ServiceSecretOutputs
from backstay.topology import HealthCheckSpec, LlmServiceSpec

# For the image, which takes minutes to fetch before the warm-up begins: 15 to 20 GB.
_IMAGE_SECONDS = 600

# People and controllers change these at run time, and the next apply leaves them alone.
_OWNED_AT_RUN_TIME = [
    "spec[0].replicas",
    'spec[0].template[0].metadata[0].annotations["kubectl.kubernetes.io/restartedAt"]',
]

_WAIVERS = {
    "CKV_K8S_11": "the node's spare processors belong to the server: its taint keeps everything else away",
    "CKV_K8S_12": "the node's spare memory belongs to the server: its taint keeps everything else away",
    "CKV_K8S_15": "a copy must be able to restart while the registry is away",
    "CKV_K8S_35": "the server reads its keys from environment variables only",
    "CKV_K8S_43": "the image is the user's choice, and the default one is pinned by its release",
}


class LlmService(Construct):
    """Serve a language model on GPUs, with copies in several zones and their number following the load.

    The image is vLLM's (0.26 or newer) or one like it: its server takes vLLM's arguments, and runs as user 2000 in
    group 0 on a read-only file system. Where secrets are mounted as files only, it also has a shell, and is started by
    one: see `backstay.kubernetes.start_command`.

    An apply does not wait for the copies: they take as long as the model's weights, longer than a cluster's token
    lives, and a region without a free GPU must still be able to apply. Health checks say when they serve.

    Survives: the loss of a zone, with what the other zones have GPUs for; the drain of its nodes, one copy at a
    time; a server that hangs, by a restart.
    Does not survive: the loss of all GPUs of the region. A new copy loads the weights from where they are kept, so
    it does not start while that place is away.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: LlmServiceSpec,
        health_check: HealthCheckSpec,
        workload: Workload,
        secret: ServiceSecretOutputs | None = None,
        mounted: MountedSecretsOutputs | None = None,
        spare_gpus: bool = True,
        queue: QueueMetric | None = None,
        load_balancer: Mapping[str, str] | None = None,
    ) -> None:
        """Make the deployment, its service, and what keeps it going.

        Args:
            scope: what the service is part of.
            id_: its id there.
            spec: what to serve.
            health_check: the question that decides whether a copy serves.
            workload: what it is called, and where.
            secret: the secret whose entries the server gets as environment variables.
            mounted: secrets that the cluster reads by itself, which the server gets as environment variables too.
            spare_gpus: whether there are GPUs for one more copy. A rollout then starts the new copy first;
                otherwise it stops an old one first.
            queue: the metric for scaling, where the cluster serves it.
            load_balancer: the annotations by which the cluster's cloud makes a load balancer that is internal;
                by default only pods of the cluster reach the service.
        """
        super().__init__(scope, id_)
        metadata = {"name": workload.name, "namespace": workload.namespace, "labels": workload.labels}
        self.service_account = ServiceAccountV1(
            self,
            "service-account",
            metadata=ServiceAccountV1Metadata(
                **metadata, annotations=dict(mounted.annotations) if mounted and mounted.annotations else None
            ),
            automount_service_account_token=False,
        )
        self.deployment = DeploymentV1(
            self,
            "deployment",
            metadata=DeploymentV1Metadata(**metadata),
            spec=DeploymentV1Spec(
                replicas=str(spec.replicas),
                revision_history_limit=3,
                progress_deadline_seconds=spec.warm_up.seconds + _IMAGE_SECONDS,
                selector=DeploymentV1SpecSelector(match_labels=workload.selector),
                strategy=DeploymentV1SpecStrategy(
                    type="RollingUpdate",
                    rolling_update=DeploymentV1SpecStrategyRollingUpdate(
                        max_surge="1" if spare_gpus else "0", max_unavailable="0" if spare_gpus else "1"
                    ),
                ),
                template=llm_pod(
                    spec,
                    health_check=health_check,
                    workload=workload,
                    service_account=self.service_account.metadata.name,
                    secret=secret,
                    mounted=mounted,
                ),
            ),
            wait_for_rollout=False,
            lifecycle=TerraformResourceLifecycle(ignore_changes=_OWNED_AT_RUN_TIME),
        )
        self.deployment.add_override("//.checkov", _WAIVERS)
        self.service = ServiceV1(
            self,
            "service",
            metadata=ServiceV1Metadata(**metadata, annotations=dict(load_balancer) if load_balancer else None),
            spec=ServiceV1Spec(
                type="LoadBalancer" if load_balancer else "ClusterIP",
                selector=workload.selector,
                port=[ServiceV1SpecPort(name=PORT_NAME, port=spec.port, target_port=PORT_NAME)],
            ),
            wait_for_load_balancer=False,
        )
        self.network_policy = LlmNetworkPolicy(
            self, "network-policy", workload=workload, port=spec.port, from_outside=load_balancer is not None
        )
        self.disruption_budget = DisruptionBudget(self, "disruption-budget", workload=workload)
        self.autoscaler = Autoscaler(
            self,
            "autoscaler",
            workload=workload,
            minimum=spec.replicas,
            maximum=spec.ceiling,
            warm_up=spec.warm_up,
            queue=queue,
        )
        self.outputs = ServiceOutputs(
            namespace=workload.namespace,
            name=workload.name,
            host=f"{workload.name}.{workload.namespace}.svc",
            port=spec.port,
        )
