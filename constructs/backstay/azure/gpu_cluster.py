"""A Kubernetes cluster with GPU nodes."""

from collections.abc import Mapping
from datetime import date

from cdktf_cdktf_provider_azurerm.data_azurerm_client_config import DataAzurermClientConfig
from cdktf_cdktf_provider_azurerm.federated_identity_credential import FederatedIdentityCredential
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.user_assigned_identity import UserAssignedIdentity
from constructs import Construct

from backstay.azure._machine import disk_encryption_set
from backstay.azure.cluster_access import ClusterAccess
from backstay.azure.cluster_identity import ClusterIdentity
from backstay.azure.cluster_pools import gpu_pool
from backstay.azure.control_plane import ControlPlane
from backstay.azure.default_tags import default_tags
from backstay.azure.key_access import KeyRole, current_version, grant_key
from backstay.azure.log_workspace import LogWorkspace
from backstay.azure.node_pool import NodePool
from backstay.outputs import ClusterOutputs, KeyOutputs, NetworkOutputs
from backstay.topology import CloudRegion, ClusterSpec, Names
from backstay.topology.catalog.kubernetes import end_of_support

# All that changes the cluster, without the reads that fill `kube-audit`.
# https://learn.microsoft.com/azure/aks/monitor-aks-reference#resource-logs
_LOG_CATEGORIES = (
    "cluster-autoscaler",
    "guard",
    "kube-apiserver",
    "kube-audit-admin",
    "kube-controller-manager",
    "kube-scheduler",
)
# https://learn.microsoft.com/entra/workload-id/workload-identity-federation-config-app-trust-managed-identity
_AUDIENCE = "api://AzureADTokenExchange"


class GpuCluster(Construct):
    """Run models on Kubernetes: a control plane that only its network reaches, system nodes, and GPU nodes.

    Pods get Azure permissions by `grant_pod_identity`, never by their node's identity. People get in by their Entra
    groups; there are no accounts of the cluster's own.

    Kubernetes secrets are encrypted with the newest version that the key had at the last apply, and secrets of
    before keep the version of their time, so old versions have to stay.
    The subscription must have the feature `EncryptionAtHost` of Microsoft.Compute registered.

    Survives: the loss of a machine or a zone, where the other zones have machines to give; a failover that has
    changed the number of nodes; an apply that would delete it, unless disposable.
    Does not survive: the loss of its region. A cluster of the same name in another region takes over, and nothing
    in one refers to the other; neighbouring regions are updated on different days. A loss of the key's vault: the
    API no longer reads secrets, while pods go on serving.
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
        log_key: KeyOutputs,  # noqa: ARG002 - as in every cloud; Log Analytics encrypts with keys of its own
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
            network: where control plane and nodes have their addresses: the first private subnet, which has a NAT
                gateway.
            key: encrypts Kubernetes secrets and the disks of nodes and pods; it must be for both uses.
            log_key: encrypts the control plane's logs elsewhere; here Azure's own keys do.
            tags: what machines and disks carry beyond the stack's tags.
            disposable: whether an apply may delete the cluster and its logs.
            today: the day on which the support of the Kubernetes version is judged; by default the current day.

        Raises:
            ValueError: when the Kubernetes version is out of standard support or unknown, when the key is not for
                disks, when the GPU nodes' size is retired or not known to have a GPU, or when they are both spot and
                reserved.
        """
        super().__init__(scope, id_)
        end_of_support(spec.kubernetes_version, region, today=today or date.today())
        tags = {**default_tags(self), **(tags or {})}
        self.group = ResourceGroup(
            self,
            "group",
            name=names.resource_group("cluster", region),
            location=region.name,
            tags=default_tags(self),
        )
        self.caller = DataAzurermClientConfig(self, "caller")
        reservation = spec.gpu_nodes.reservation
        self.identity = ClusterIdentity(
            self,
            "identity",
            name=names.resource("cluster"),
            resource_group=self.group,
            roles={
                # Node pools and load balancers join subnets; the API's private name is linked to the network.
                "network": ("Network Contributor", network.id),
                "disks": ("Reader", disk_encryption_set(key)),
                # Without it AKS makes the nodes outside their reservation, and only warns.
                **({"reservation": ("Contributor", reservation.id)} if reservation else {}),
            },
        )
        self.encrypt_secrets = grant_key(
            self,
            "encrypt-secrets",
            key=key,
            principal=self.identity.identity.principal_id,
            role=KeyRole.ENCRYPT_DECRYPT,
        )
        self.control_plane = ControlPlane(
            self,
            "control-plane",
            spec=spec,
            region=region,
            names=names,
            network=network,
            resource_group=self.group,
            identity=self.identity.identity.id,
            tenant=self.caller.tenant_id,
            key_version=current_version(self, "key-version", key=key),
            disk_encryption_set=disk_encryption_set(key),
            tags=tags,
            disposable=disposable,
            depends_on=[*self.identity.roles, self.encrypt_secrets],
        )
        self.cluster = self.control_plane.cluster
        self.logs = LogWorkspace(
            self,
            "logs",
            name=names.resource("cluster"),
            resource_group=self.group,
            retain_days=spec.log_days,
            disposable=disposable,
        )
        self.control_plane_log = self.logs.collect(
            "control-plane", resource=self.cluster.id, categories=_LOG_CATEGORIES
        )
        self.access = ClusterAccess(
            self,
            "access",
            cluster=self.cluster.id,
            caller=self.caller,
            groups=[admin.entra_group for admin in spec.admins if admin.entra_group],
        )
        self.gpu_nodes = NodePool(
            self,
            "gpu-nodes",
            pool=gpu_pool(spec.gpu_nodes, region),
            kubernetes_version=spec.kubernetes_version,
            cluster=self.cluster.id,
            network=network,
            tags=tags,
        )
        self.outputs = ClusterOutputs(
            name=self.cluster.name,
            endpoint=self.control_plane.endpoint,
            certificate_authority=self.cluster.kube_config.get(0).cluster_ca_certificate,
            security_group=network.private_subnets[0],
            node_role=self.cluster.kubelet_identity.object_id,
        )

    def grant_pod_identity(
        self, *, namespace: str, service_account: str, role: UserAssignedIdentity
    ) -> FederatedIdentityCredential:
        """Let the pods of a service account act as `role`, once they carry its client id as Workload Identity asks."""
        # The role is the scope, since service accounts of different namespaces may have the same name.
        return FederatedIdentityCredential(
            role,
            f"{namespace}-{service_account}",
            # Neither part can have an underscore.
            name=f"{namespace}_{service_account}",
            resource_group_name=role.resource_group_name,
            parent_id=role.id,
            issuer=self.cluster.oidc_issuer_url,
            subject=f"system:serviceaccount:{namespace}:{service_account}",
            audience=[_AUDIENCE],
        )
