"""The stack that holds what runs in a region's cluster."""

from collections.abc import Sequence

from cdktf import TerraformStack
from constructs import Construct

from backstay import clouds
from backstay.kubernetes.device_plugin import DevicePlugin
from backstay.kubernetes.llm_service import LlmService
from backstay.kubernetes.mounted_secrets import MountedSecrets
from backstay.kubernetes.namespace import Namespace
from backstay.kubernetes.service_secret import ServiceSecret
from backstay.kubernetes.workload import Workload
from backstay.state_backend import attach_backend, require_terraform
from backstay.topology import Environment, Region, SecretSpec
from backstay.topology.catalog import catalog


class WorkloadsStack(TerraformStack):
    """The model service of one region and what it needs in the cluster, which is found by its computed name."""

    def __init__(self, scope: Construct, *, environment: Environment, region: Region) -> None:
        place, names = region.location, environment.names
        super().__init__(scope, names.workloads_stack(place))
        kit = clouds.kit(environment, region)
        kit.attach_provider(self)
        self.secrets = kit.secrets(self, "secrets")
        require_terraform(
            self,
            attach_backend(self, environment=environment, region=region),
            kit.attach_cluster(self),
            self.secrets.outputs.terraform,
        )

        service, part_of = region.llm_service, environment.application
        if kit.needs_device_plugin:
            self.device_plugin = DevicePlugin(self, "device-plugin", part_of=part_of)
        self.namespace = Namespace(self, "namespace", name=service.namespace, part_of=part_of)
        workload = Workload(name="llm-service", namespace=self.namespace.name, part_of=part_of)
        passed, mounted = environment.passed_secrets(region), environment.mounted_secrets(region)
        self.secret = (
            ServiceSecret(self, "secret", specs=passed, values=self.secrets.outputs, workload=workload)
            if passed
            else None
        )
        self.mounted_secrets = self._mounted(kit, mounted, workload, service.namespace) if mounted else None
        self.llm_service = LlmService(
            self,
            "llm-service",
            spec=service,
            health_check=environment.service.health_check,
            workload=workload,
            secret=self.secret.outputs if self.secret else None,
            mounted=self.mounted_secrets.outputs if self.mounted_secrets else None,
            spare_gpus=_has_spare_gpus(region),
        )

    def _mounted(
        self, kit: clouds.CloudKit, specs: Sequence[SecretSpec], workload: Workload, namespace: str
    ) -> MountedSecrets:
        if kit.stored_secrets is None:
            raise ValueError(
                f"the cluster of {self.node.id} cannot read {', '.join(spec.name for spec in specs)} by itself; "
                "its secrets_route has to be ephemeral"
            )
        self.stored_secrets = kit.stored_secrets(
            self, "stored-secrets", namespace=namespace, service_account=workload.name
        )
        return MountedSecrets(
            self, "mounted-secrets", specs=specs, store=self.stored_secrets.outputs, workload=workload
        )


def _has_spare_gpus(region: Region) -> bool:
    """Whether the cluster's GPU nodes hold one copy more than the service starts with."""
    nodes = region.cluster.gpu_nodes if region.cluster else None
    size = catalog(region.cloud).gpu_types.get(nodes.instance_type) if nodes else None
    if nodes is None or size is None:
        return False
    return nodes.desired * (size.count // region.llm_service.gpus) > region.llm_service.replicas
