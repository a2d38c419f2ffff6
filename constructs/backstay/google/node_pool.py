"""A pool of a cluster's machines, which GKE replaces, repairs, updates and scales."""

from collections.abc import Mapping, Sequence

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_google.container_cluster import ContainerCluster
from cdktf_cdktf_provider_google.container_node_pool import (
    ContainerNodePool,
    ContainerNodePoolAutoscaling,
    ContainerNodePoolManagement,
    ContainerNodePoolNodeConfig,
    ContainerNodePoolNodeConfigGcfsConfig,
    ContainerNodePoolNodeConfigGuestAccelerator,
    ContainerNodePoolNodeConfigGuestAcceleratorGpuDriverInstallationConfig,
    ContainerNodePoolNodeConfigGvnic,
    ContainerNodePoolNodeConfigKubeletConfig,
    ContainerNodePoolNodeConfigReservationAffinity,
    ContainerNodePoolNodeConfigShieldedInstanceConfig,
    ContainerNodePoolNodeConfigTaint,
    ContainerNodePoolNodeConfigWorkloadMetadataConfig,
    ContainerNodePoolUpgradeSettings,
)
from constructs import Construct

from backstay.google.cluster_pools import Gpus, Pool
from backstay.google.gpu_size import boot_disk_type
from backstay.google.reservation import RESERVATION_NAME
from backstay.google.service_account import SCOPES
from backstay.outputs import KeyOutputs
from backstay.topology import Names, ReservationSpec
from backstay.topology.labels import labels


class NodePool(Construct):
    """Run a pool of a cluster's machines in every zone of the network that has their size.

    A reservation lies in one zone, so reserved machines stand in the first zone that has their GPU: list the
    reservation's zone first in the network's `zones`. They do not grow beyond their reservation.

    Survives: the loss of a machine, which GKE repairs; the loss of a zone, where the others have capacity and nothing
    is reserved; a failover that has changed the number of machines, which the next apply leaves alone.
    Does not survive: a change of the machines' size, which replaces the whole pool; a shortage of GPUs without a
    reservation.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        pool: Pool,
        names: Names,
        cluster: ContainerCluster,
        account: str,
        key: KeyOutputs,
        tags: Mapping[str, str] | None = None,
        depends_on: Sequence[ITerraformDependable] = (),
    ) -> None:
        """Make the pool.

        Args:
            scope: what the pool is part of.
            id_: its id there.
            pool: what the machines are.
            names: the environment's names.
            cluster: the cluster.
            account: the email of the service account that the machines act as.
            key: what encrypts their disks. It must admit Compute Engine's service agent.
            tags: what machines and disks carry as labels; a provider's default labels do not reach them.
            depends_on: what machines need before they start.
        """
        super().__init__(scope, id_)
        spec = pool.spec
        zones, each = pool.starting
        self.pool = ContainerNodePool(
            self,
            "pool",
            name=names.node_group(pool.purpose),
            location=cluster.location,
            cluster=cluster.name,
            # GKE upgrades nodes by itself within a minor version, and Terraform takes them to the next one, once it
            # has found the control plane there.
            version=cluster.master_version,
            node_locations=[*zones],
            initial_node_count=each,
            autoscaling=ContainerNodePoolAutoscaling(
                total_min_node_count=spec.floor,
                total_max_node_count=spec.ceiling,
                location_policy=pool.location_policy,
            ),
            management=ContainerNodePoolManagement(auto_repair=True, auto_upgrade=True),
            upgrade_settings=ContainerNodePoolUpgradeSettings(
                strategy="SURGE", max_surge=pool.max_surge, max_unavailable=1 - pool.max_surge
            ),
            node_config=_machines(pool, account=account, key=key, tags=tags),
            depends_on=[*depends_on],
            lifecycle=TerraformResourceLifecycle(
                # Autoscalers and failovers own the number of machines, and zones follow from it.
                ignore_changes=["initial_node_count", "node_locations"]
            ),
        )


def _machines(
    pool: Pool, *, account: str, key: KeyOutputs, tags: Mapping[str, str] | None
) -> ContainerNodePoolNodeConfig:
    taint = pool.taint
    return ContainerNodePoolNodeConfig(
        machine_type=pool.spec.instance_type,
        spot=pool.spot,
        image_type="COS_CONTAINERD",
        disk_size_gb=pool.spec.disk.gib,
        disk_type=boot_disk_type(pool.spec.instance_type),
        boot_disk_kms_key=key.id,
        guest_accelerator=[_accelerator(pool.gpus)] if pool.gpus else None,
        reservation_affinity=_reserved(pool.reservation),
        # A container starts while its image is still on the way: model images are 15 to 20 GB.
        gcfs_config=ContainerNodePoolNodeConfigGcfsConfig(enabled=True),
        gvnic=ContainerNodePoolNodeConfigGvnic(enabled=True),
        service_account=account,
        oauth_scopes=SCOPES,
        workload_metadata_config=ContainerNodePoolNodeConfigWorkloadMetadataConfig(mode="GKE_METADATA"),
        metadata={"disable-legacy-endpoints": "true"},
        # Google signs the GPU driver that it installs on its own system.
        shielded_instance_config=ContainerNodePoolNodeConfigShieldedInstanceConfig(
            enable_secure_boot=True, enable_integrity_monitoring=True
        ),
        kubelet_config=ContainerNodePoolNodeConfigKubeletConfig(insecure_kubelet_readonly_port_enabled="FALSE"),
        labels=dict(pool.labels),
        taint=[ContainerNodePoolNodeConfigTaint(key=taint.key, value=taint.value, effect=taint.effect)]
        if taint
        else None,
        resource_labels=labels({**(tags or {}), **({"accelerator": "gpu"} if pool.gpus else {})}),
    )


def _accelerator(gpus: Gpus) -> ContainerNodePoolNodeConfigGuestAccelerator:
    return ContainerNodePoolNodeConfigGuestAccelerator(
        type=gpus.type,
        count=gpus.count,
        gpu_driver_installation_config=ContainerNodePoolNodeConfigGuestAcceleratorGpuDriverInstallationConfig(
            gpu_driver_version="DEFAULT"
        ),
    )


def _reserved(reservation: ReservationSpec | None) -> ContainerNodePoolNodeConfigReservationAffinity | None:
    if reservation is None:
        return None
    return ContainerNodePoolNodeConfigReservationAffinity(
        consume_reservation_type="SPECIFIC_RESERVATION", key=RESERVATION_NAME, values=[reservation.id]
    )
