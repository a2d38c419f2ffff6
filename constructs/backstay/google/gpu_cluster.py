"""A Kubernetes cluster with GPU nodes."""

from collections.abc import Mapping
from datetime import date

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.container_cluster import (
    ContainerCluster,
    ContainerClusterBinaryAuthorization,
    ContainerClusterCostManagementConfig,
    ContainerClusterDatabaseEncryption,
    ContainerClusterGatewayApiConfig,
    ContainerClusterIpAllocationPolicy,
    ContainerClusterNodeConfig,
    ContainerClusterNodeConfigShieldedInstanceConfig,
    ContainerClusterNodeConfigWorkloadMetadataConfig,
    ContainerClusterReleaseChannel,
    ContainerClusterSecretManagerConfig,
    ContainerClusterSecurityPostureConfig,
    ContainerClusterWorkloadIdentityConfig,
)
from cdktf_cdktf_provider_google.service_account import ServiceAccount
from cdktf_cdktf_provider_google.service_account_iam_member import ServiceAccountIamMember
from constructs import Construct

from backstay.google import cluster_endpoint, cluster_features
from backstay.google.cluster_access import ClusterAccess
from backstay.google.cluster_logs import ClusterLogs
from backstay.google.cluster_pools import Pool, gpu_pool, system_pool
from backstay.google.cluster_upkeep import maintenance_policy
from backstay.google.network import PODS_RANGE, SERVICES_RANGE
from backstay.google.node_pool import NodePool
from backstay.google.service_account import SCOPES, MachineAccount
from backstay.outputs import ClusterOutputs, KeyOutputs, NetworkOutputs
from backstay.topology import CloudRegion, ClusterSpec, Names
from backstay.topology.catalog.kubernetes import end_of_support
from backstay.topology.labels import labels

_NODE_ROLES = {"node": "roles/container.defaultNodeServiceAccount", "images": "roles/artifactregistry.reader"}
_WAIVERS = {
    "CKV_GCP_12": "Dataplane V2 enforces network policies by itself, and refuses the older way to",
    "CKV_GCP_65": "RBAC by Google groups takes a group of a fixed name in a domain; IAM admits groups too",
}


class GpuCluster(Construct):
    """Run models on Kubernetes: a control plane that only its network reaches, system nodes, and GPU nodes.

    Pods get permissions in Google Cloud by `grant_pod_identity`, never by their node's account. GPUs of different
    machines have no network of their own (RDMA): a model has the GPUs of one machine.

    GKE patches the cluster by itself, on one day of the week. A newer minor version comes with the spec: one apply
    takes the control plane there, the next one the nodes.

    Survives: the loss of a machine or a zone, where the other zones have machines to give; a failover that has
    changed the number of nodes; an apply that would delete it, unless disposable.
    Does not survive: the loss of its region. A cluster of the same name in another region takes over, and
    nothing in one refers to the other.
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
        key: KeyOutputs,
        log_key: KeyOutputs,
        tags: Mapping[str, str] | None = None,
        disposable: bool = False,
        today: date | None = None,
    ) -> None:
        """Make the cluster and its nodes.

        Args:
            scope: what the cluster is part of.
            id_: its id there.
            spec: what the cluster is.
            region: where it lives.
            names: the environment's names.
            network: where control plane and nodes have their addresses: the private subnet, with its ranges for pods
                and services.
            key: encrypts Kubernetes secrets and the disks of nodes; it must admit both uses.
            log_key: encrypts the control plane's logs; it must admit Cloud Logging.
            tags: what machines and disks carry as labels; a provider's default labels do not reach them.
            disposable: whether an apply may delete the cluster and its logs.
            today: the day on which the support of the Kubernetes version is judged; by default the current day.

        Raises:
            ValueError: when the Kubernetes version is out of standard support or unknown, when the GPU nodes'
                size is not known to have a GPU or is in none of the network's zones, or when they are both spot and
                reserved.
        """
        super().__init__(scope, id_)
        until = end_of_support(spec.kubernetes_version, region, today=today or date.today())
        self._names, self._key, self._tags = names, key, tags

        self.nodes = MachineAccount(
            self,
            "nodes",
            name=names.service_account("nodes", region),
            of=f"Nodes of {names.cluster()} in {region}",
            roles=_NODE_ROLES,
        )
        self._project = self.nodes.account.project
        self.logs = ClusterLogs(
            self,
            "logs",
            project=self._project,
            days=spec.log_days,
            region=region,
            names=names,
            key=log_key,
            disposable=disposable,
        )
        self.cluster = self._control_plane(spec, region, network, until=until, disposable=disposable)
        self.access = ClusterAccess(self, "access", cluster=self.cluster, project=self._project, admins=spec.admins)
        self.system_nodes = self._pool("system-nodes", system_pool(spec.system_nodes, network.zones))
        self.gpu_nodes = self._pool("gpu-nodes", gpu_pool(spec.gpu_nodes, network.zones, region))
        addresses = self.cluster.private_cluster_config
        self.outputs = ClusterOutputs(
            name=self.cluster.name,
            endpoint=f"https://{addresses.public_endpoint if spec.public_api else addresses.private_endpoint}",
            certificate_authority=self.cluster.master_auth.cluster_ca_certificate,
            # Firewall rules of Google Cloud name machines by whom they act as.
            security_group=self.nodes.account.email,
            node_role=self.nodes.account.email,
        )

    def pod_member(self, *, namespace: str, service_account: str) -> str:
        """The pods of one service account, as IAM policies name them.

        All clusters of a project are one to IAM: pods of the same namespace and service account are the same in each.
        """
        return f"serviceAccount:{self._project}.svc.id.goog[{namespace}/{service_account}]"

    def grant_pod_identity(
        self, *, namespace: str, service_account: str, role: ServiceAccount
    ) -> ServiceAccountIamMember:
        """Let the pods of a Kubernetes service account act as `role`, a service account of Google Cloud.

        The Kubernetes service account also names it, in its annotation `iam.gke.io/gcp-service-account`.
        """
        # The account is the scope, since service accounts of different namespaces may have the same name.
        return ServiceAccountIamMember(
            role,
            f"{namespace}-{service_account}",
            service_account_id=role.name,
            role="roles/iam.workloadIdentityUser",
            member=self.pod_member(namespace=namespace, service_account=service_account),
            # The pool of identities comes with the project's first cluster.
            depends_on=[self.cluster],
        )

    def _control_plane(
        self, spec: ClusterSpec, region: CloudRegion, network: NetworkOutputs, *, until: date, disposable: bool
    ) -> ContainerCluster:
        cluster = ContainerCluster(
            self,
            "cluster",
            name=self._names.cluster(),
            location=region.name,
            node_locations=[*network.zones],
            min_master_version=spec.kubernetes_version,
            release_channel=ContainerClusterReleaseChannel(channel="REGULAR"),
            maintenance_policy=maintenance_policy(region, until=until),
            network=network.id,
            subnetwork=network.private_subnets[0],
            networking_mode="VPC_NATIVE",
            ip_allocation_policy=ContainerClusterIpAllocationPolicy(
                cluster_secondary_range_name=PODS_RANGE, services_secondary_range_name=SERVICES_RANGE
            ),
            datapath_provider="ADVANCED_DATAPATH",
            enable_intranode_visibility=True,
            private_cluster_config=cluster_endpoint.private(spec.public_api),
            control_plane_endpoints_config=cluster_endpoint.without_name(),
            master_authorized_networks_config=cluster_endpoint.admitted(network, spec.public_api),
            master_auth=cluster_endpoint.without_certificates(),
            workload_identity_config=ContainerClusterWorkloadIdentityConfig(
                workload_pool=f"{self._project}.svc.id.goog"
            ),
            database_encryption=ContainerClusterDatabaseEncryption(state="ENCRYPTED", key_name=self._key.id),
            enable_shielded_nodes=True,
            enable_legacy_abac=False,
            binary_authorization=ContainerClusterBinaryAuthorization(
                evaluation_mode="PROJECT_SINGLETON_POLICY_ENFORCE"
            ),
            security_posture_config=ContainerClusterSecurityPostureConfig(mode="BASIC"),
            addons_config=cluster_features.add_ons(),
            gateway_api_config=ContainerClusterGatewayApiConfig(channel="CHANNEL_STANDARD"),
            secret_manager_config=ContainerClusterSecretManagerConfig(enabled=True),
            cost_management_config=ContainerClusterCostManagementConfig(enabled=True),
            logging_config=cluster_features.logging(),
            monitoring_config=cluster_features.monitoring(),
            # GKE makes no cluster without a pool; this one is gone before the others start.
            remove_default_node_pool=True,
            initial_node_count=1,
            node_config=self._first_machines(),
            resource_labels=labels(self._tags or {}),
            deletion_protection=not disposable,
            depends_on=[*self.nodes.roles],
            lifecycle=TerraformResourceLifecycle(
                prevent_destroy=None if disposable else True,
                # They are those of a pool that is gone.
                ignore_changes=["node_config", "initial_node_count"],
            ),
        )
        public = spec.public_api
        # checkov lets named networks pass; the reason is for whoever reviews them.
        cluster.add_override("//.checkov", _WAIVERS | ({"CKV_GCP_18": public.reason} if public else {}))
        return cluster

    def _first_machines(self) -> ContainerClusterNodeConfig:
        return ContainerClusterNodeConfig(
            service_account=self.nodes.account.email,
            oauth_scopes=SCOPES,
            boot_disk_kms_key=self._key.id,
            shielded_instance_config=ContainerClusterNodeConfigShieldedInstanceConfig(
                enable_secure_boot=True, enable_integrity_monitoring=True
            ),
            workload_metadata_config=ContainerClusterNodeConfigWorkloadMetadataConfig(mode="GKE_METADATA"),
        )

    def _pool(self, id_: str, pool: Pool) -> NodePool:
        return NodePool(
            self,
            id_,
            pool=pool,
            names=self._names,
            cluster=self.cluster,
            account=self.nodes.account.email,
            key=self._key,
            tags=self._tags,
            depends_on=self.nodes.roles,
        )
