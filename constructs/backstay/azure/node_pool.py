"""A pool of a cluster's machines, which AKS replaces, repairs and updates."""

from collections.abc import Mapping

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_azurerm.kubernetes_cluster import (
    KubernetesClusterDefaultNodePool,
    KubernetesClusterDefaultNodePoolUpgradeSettings,
)
from cdktf_cdktf_provider_azurerm.kubernetes_cluster_node_pool import (
    KubernetesClusterNodePool,
    KubernetesClusterNodePoolUpgradeSettings,
)
from constructs import Construct

from backstay.azure.cluster_pools import Pool
from backstay.outputs import NetworkOutputs

# Kubernetes' own limit for a node; pods have addresses of their own, so more would only crowd it.
_PODS = 110


class NodePool(Construct):
    """Run a pool of a cluster's GPU machines in every zone of the network.

    The size has to be offered to the subscription in each of the zones; `az vm list-skus --zone` tells. Reserved
    machines start in their group, which has to hold capacity in each of the zones, and go beyond it on demand.

    Survives: the loss of a machine, which AKS repairs or replaces; the loss of a zone, where the others have
    capacity; a failover that has changed the number of machines, which the next apply leaves alone.
    Does not survive: a shortage of GPUs without a reservation. A change of the machines' size or disk moves the
    nodes to a pool that stands in, for which there have to be GPUs as well.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        pool: Pool,
        kubernetes_version: str,
        cluster: str,
        network: NetworkOutputs,
        tags: Mapping[str, str],
    ) -> None:
        """Make the pool.

        Args:
            scope: what the pool is part of.
            id_: its id there.
            pool: its machines.
            kubernetes_version: the version that they run.
            cluster: the cluster's resource id.
            network: where they stand: the first private subnet.
            tags: what machines and disks carry.
        """
        super().__init__(scope, id_)
        spec = pool.spec
        self.pool = KubernetesClusterNodePool(
            self,
            "pool",
            name=pool.purpose,
            temporary_name_for_rotation=pool.stand_in,
            kubernetes_cluster_id=cluster,
            orchestrator_version=kubernetes_version,
            mode="User",
            os_type="Linux",
            vm_size=spec.instance_type,
            gpu_driver="Install",
            auto_scaling_enabled=True,
            node_count=spec.desired,
            min_count=spec.floor,
            max_count=spec.ceiling,
            zones=[*network.zones] or None,
            vnet_subnet_id=network.private_subnets[0],
            max_pods=_PODS,
            # Images of models outgrow the disks that many GPU sizes have of their own.
            os_disk_type="Managed",
            os_disk_size_gb=spec.disk.gib,
            host_encryption_enabled=True,
            priority="Spot" if pool.is_spot else "Regular",
            eviction_policy="Delete" if pool.is_spot else None,
            # The price of on-demand machines, so that only a shortage takes them away.
            spot_max_price=-1 if pool.is_spot else None,
            capacity_reservation_group_id=pool.reservation and pool.reservation.id,
            # Spot nodes are replaced as they go. Others are updated without a spare, for which GPUs may be lacking.
            upgrade_settings=None if pool.is_spot else KubernetesClusterNodePoolUpgradeSettings(max_unavailable="1"),
            node_labels=dict(pool.labels),
            node_taints=[*pool.taints],
            tags=tags,
            # Autoscalers and failovers own the number of machines.
            lifecycle=TerraformResourceLifecycle(ignore_changes=["node_count"]),
        )


def default_node_pool(
    pool: Pool, *, kubernetes_version: str, network: NetworkOutputs, tags: Mapping[str, str]
) -> KubernetesClusterDefaultNodePool:
    """The pool that a cluster is made with, for what every cluster runs."""
    spec = pool.spec
    return KubernetesClusterDefaultNodePool(
        name=pool.purpose,
        temporary_name_for_rotation=pool.stand_in,
        orchestrator_version=kubernetes_version,
        only_critical_addons_enabled=True,
        type="VirtualMachineScaleSets",
        vm_size=spec.instance_type,
        auto_scaling_enabled=True,
        node_count=spec.desired,
        # AKS keeps a system pool from becoming empty.
        min_count=max(1, spec.floor),
        max_count=spec.ceiling,
        zones=[*network.zones] or None,
        vnet_subnet_id=network.private_subnets[0],
        max_pods=_PODS,
        os_disk_type="Managed",
        os_disk_size_gb=spec.disk.gib,
        host_encryption_enabled=True,
        upgrade_settings=KubernetesClusterDefaultNodePoolUpgradeSettings(max_surge="33%"),
        node_labels=dict(pool.labels),
        tags=tags,
    )
