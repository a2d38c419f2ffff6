"""The control plane of a cluster, which AKS runs."""

from collections.abc import Mapping, Sequence
from typing import Any

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_azurerm.kubernetes_cluster import (
    KubernetesCluster,
    KubernetesClusterApiServerAccessProfile,
    KubernetesClusterAzureActiveDirectoryRoleBasedAccessControl,
    KubernetesClusterIdentity,
    KubernetesClusterKeyManagementService,
    KubernetesClusterKeyVaultSecretsProvider,
    KubernetesClusterMaintenanceWindowAutoUpgrade,
    KubernetesClusterMaintenanceWindowNodeOs,
    KubernetesClusterNetworkProfile,
)
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from constructs import Construct

from backstay.azure.api_subnet import ApiSubnet
from backstay.azure.cluster_pools import system_pool
from backstay.azure.default_tags import default_tags
from backstay.azure.node_pool import default_node_pool
from backstay.outputs import NetworkOutputs
from backstay.topology import ApiAccessSpec, CloudRegion, ClusterSpec, Names
from backstay.topology.catalog import catalog

# Only seen inside the cluster, and beyond what regions of any cloud take for their networks by default:
# a /24 for each of 4096 nodes, and 65,536 services.
_PODS, _SERVICES, _DNS = "10.240.0.0/12", "10.239.0.0/16", "10.239.0.10"
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DNS_PREFIX_LIMIT = 54
_NODE_GROUP_LIMIT = 80
_WEEK_HOURS = 168


class ControlPlane(Construct):
    """Run a cluster's API where its network reaches it, and named networks if that is wanted.

    AKS applies fixes within the Kubernetes version every week, on a day that is another one in the neighbouring
    regions, so that a bad update meets one region at a time.

    Attributes:
        cluster: the control plane, with the pool of system nodes.
        api_subnet: where an API that is public as well answers the network.
        endpoint: the URL of the API.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: ClusterSpec,
        region: CloudRegion,
        names: Names,
        network: NetworkOutputs,
        resource_group: ResourceGroup,
        identity: str,
        tenant: str,
        key_version: str,
        disk_encryption_set: str,
        tags: Mapping[str, str],
        disposable: bool,
        depends_on: Sequence[ITerraformDependable],
    ) -> None:
        """Make the control plane and its system nodes.

        Args:
            scope: what it is part of.
            id_: its id there.
            spec: what the cluster is.
            region: where it lives.
            names: the environment's names.
            network: where it has its addresses: the first private subnet.
            resource_group: where it lies.
            identity: the managed identity that it acts as.
            tenant: whose Entra users and groups get in.
            key_version: the version of a key that encrypts Kubernetes secrets.
            disk_encryption_set: encrypts the disks of nodes and pods.
            tags: what the system nodes and their disks carry.
            disposable: whether an apply may delete it.
            depends_on: what lets the identity act.
        """
        super().__init__(scope, id_)
        public = spec.public_api
        if public:
            self.api_subnet = ApiSubnet(self, "api-subnet", network=network, resource_group=resource_group, names=names)
        self.cluster = KubernetesCluster(
            self,
            "cluster",
            name=names.cluster(),
            resource_group_name=resource_group.name,
            location=resource_group.location,
            dns_prefix=names.resource("cluster", limit=_DNS_PREFIX_LIMIT),
            # The name that AKS would make of the group's, the cluster's and the region's is soon too long for it.
            node_resource_group=names.resource(f"nodes-{region.name}", limit=_NODE_GROUP_LIMIT),
            # Free of charge there is no promise of availability.
            sku_tier="Standard",
            support_plan="KubernetesOfficial",
            kubernetes_version=spec.kubernetes_version,
            identity=KubernetesClusterIdentity(type="UserAssigned", identity_ids=[identity]),
            private_cluster_enabled=public is None,
            private_dns_zone_id=None if public else "System",
            api_server_access_profile=self._public_access(public) if public else None,
            role_based_access_control_enabled=True,
            local_account_disabled=True,
            azure_active_directory_role_based_access_control=(
                KubernetesClusterAzureActiveDirectoryRoleBasedAccessControl(azure_rbac_enabled=True, tenant_id=tenant)
            ),
            oidc_issuer_enabled=True,
            workload_identity_enabled=True,
            azure_policy_enabled=True,
            image_cleaner_enabled=True,
            image_cleaner_interval_hours=_WEEK_HOURS,
            key_vault_secrets_provider=KubernetesClusterKeyVaultSecretsProvider(secret_rotation_enabled=True),
            key_management_service=KubernetesClusterKeyManagementService(
                key_vault_key_id=key_version, key_vault_network_access="Public"
            ),
            disk_encryption_set_id=disk_encryption_set,
            network_profile=_network_profile(),
            automatic_upgrade_channel="patch",
            node_os_upgrade_channel="NodeImage",
            maintenance_window_auto_upgrade=KubernetesClusterMaintenanceWindowAutoUpgrade(**_window(region)),
            maintenance_window_node_os=KubernetesClusterMaintenanceWindowNodeOs(**_window(region)),
            default_node_pool=default_node_pool(
                system_pool(spec.system_nodes),
                kubernetes_version=spec.kubernetes_version,
                network=network,
                tags=tags,
            ),
            tags=default_tags(self),
            depends_on=[*depends_on],
            lifecycle=TerraformResourceLifecycle(
                prevent_destroy=None if disposable else True,
                # Autoscalers and failovers own the number of machines.
                ignore_changes=["default_node_pool[0].node_count"],
            ),
        )
        self.cluster.add_override("//.checkov", _WAIVERS | ({"CKV_AZURE_115": public.reason} if public else {}))
        self.endpoint = f"https://{self.cluster.fqdn if public else self.cluster.private_fqdn}:443"

    def _public_access(self, public: ApiAccessSpec) -> KubernetesClusterApiServerAccessProfile:
        return KubernetesClusterApiServerAccessProfile(
            authorized_ip_ranges=[str(cidr) for cidr in public.cidrs],
            virtual_network_integration_enabled=True,
            subnet_id=self.api_subnet.id,
        )


_WAIVERS = {
    "CKV_AZURE_4": "the control plane's logs are kept; what containers print may hold prompts, and keeping that is "
    "for whoever runs them to decide",
    "CKV_AZURE_226": "the size of system nodes is the environment's to say, and not all have a disk of their own; "
    "the disks that they do have are encrypted with the environment's key",
}


def _network_profile() -> KubernetesClusterNetworkProfile:
    return KubernetesClusterNetworkProfile(
        network_plugin="azure",
        network_plugin_mode="overlay",
        network_data_plane="cilium",
        network_policy="cilium",
        pod_cidr=_PODS,
        service_cidr=_SERVICES,
        dns_service_ip=_DNS,
        outbound_type="userAssignedNATGateway",
        load_balancer_sku="standard",
    )


def _window(region: CloudRegion) -> dict[str, Any]:
    """When a region's cluster is updated; neighbours stand beside each other in the catalog."""
    facts = catalog(region.cloud).regions.get(region.name)
    return {
        "frequency": "Weekly",
        "interval": 1,
        "day_of_week": _DAYS[(facts.slot if facts else 0) % len(_DAYS)],
        "start_time": "02:00",
        "utc_offset": "+00:00",
        "duration": 8,
    }
