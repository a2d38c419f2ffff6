"""A Kubernetes cluster with GPU nodes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from cdktf import ITerraformDependable, TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.eks_cluster import (
    EksCluster,
    EksClusterAccessConfig,
    EksClusterEncryptionConfig,
    EksClusterEncryptionConfigProvider,
    EksClusterUpgradePolicy,
    EksClusterVpcConfig,
    EksClusterZonalShiftConfig,
)
from cdktf_cdktf_provider_aws.eks_pod_identity_association import EksPodIdentityAssociation
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from backstay.aws.cluster_access import ClusterAccess
from backstay.aws.cluster_addons import CONTROLLERS, NODE_AGENTS, AddOns
from backstay.aws.cluster_pools import Pool, gpu_pool, system_pool
from backstay.aws.cluster_roles import ManagedRole, PodRole, pod_identity_trust
from backstay.aws.key_policy import ENCRYPT_DECRYPT
from backstay.aws.node_group import NodeGroup
from backstay.aws.policy import allow, document, trust
from backstay.outputs import ClusterOutputs, KeyOutputs, NetworkOutputs
from backstay.topology import CloudRegion, ClusterSpec, Names
from backstay.topology.backups import BACKED_UP
from backstay.topology.catalog.kubernetes import end_of_support

_LOG_TYPES = ["api", "audit", "authenticator", "controllerManager", "scheduler"]


class GpuCluster(Construct):
    """Run models on Kubernetes: a control plane that only its network reaches, system nodes, and GPU nodes.

    Pods get AWS permissions by `grant_pod_identity`, never by their node's role.

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
        workflow_role: str | None = None,
        tags: Mapping[str, str] | None = None,
        disposable: bool = False,
        today: date | None = None,
    ) -> None:
        """Make the cluster, its nodes and its add-ons.

        Args:
            scope: what the cluster is part of.
            id_: its id there.
            spec: what the cluster is.
            region: where it lives.
            names: the environment's names.
            network: where control plane and nodes have their addresses: the private subnets.
            key: encrypts Kubernetes secrets and the disks of nodes and pods; it must admit both uses.
            log_key: encrypts the control plane's logs; it must admit CloudWatch Logs.
            workflow_role: the ARN of the role by which workflows apply, which administers the cluster too, whoever made
                it; it has to exist by then.
            tags: what machines, disks and network interfaces carry; a provider's default tags do not reach them.
            disposable: whether an apply may delete the cluster and its logs.
            today: the day on which the support of the Kubernetes version is judged; by default the current day.

        Raises:
            ValueError: when the Kubernetes version is out of standard support or unknown, when the GPU nodes'
                size is not known to have a GPU, or when they are both spot and reserved.
        """
        super().__init__(scope, id_)
        end_of_support(spec.kubernetes_version, region, today=today or date.today())
        self._region, self._names, self._network, self._key = region, names, network, key
        self._partition = DataAwsPartition(self, "partition").partition

        self.logs = self._log_group(spec, log_key, disposable=disposable)
        self.role = ManagedRole(
            self,
            "role",
            name=names.role("cluster", region),
            trust=trust("eks.amazonaws.com"),
            partition=self._partition,
            policies={"cluster": "AmazonEKSClusterPolicy"},
        )
        self.encrypt_secrets = IamRolePolicy(
            self,
            "encrypt-secrets",
            name="encrypt-secrets",
            role=self.role.role.name,
            policy=document(allow(["kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:ListGrants"], [key.id])),
        )
        self.cluster = self._control_plane(spec, disposable=disposable)
        self.access = ClusterAccess(
            self,
            "access",
            cluster=self.cluster.name,
            partition=self._partition,
            admins=_distinct(*(admin.role_arn for admin in spec.admins), workflow_role),
        )

        self.node_role = ManagedRole(
            self,
            "node-role",
            name=names.role("nodes", region),
            trust=trust("ec2.amazonaws.com"),
            partition=self._partition,
            policies={"worker": "AmazonEKSWorkerNodePolicy", "images": "AmazonEC2ContainerRegistryPullOnly"},
        )
        self.outputs = ClusterOutputs(
            name=self.cluster.name,
            endpoint=self.cluster.endpoint,
            certificate_authority=self.cluster.certificate_authority.get(0).data,
            security_group=self.cluster.vpc_config.cluster_security_group_id,
            node_role=self.node_role.role.arn,
        )
        self.network_role = self._pod_role("vpc-cni", "aws-node", {"network": "AmazonEKS_CNI_Policy"})
        self.node_agents = self._add_ons("node-agents", NODE_AGENTS, [self.network_role.identity])
        self.system_nodes = self._nodes("system-nodes", system_pool(spec.system_nodes), spec, tags)
        self.gpu_nodes = self._nodes("gpu-nodes", gpu_pool(spec.gpu_nodes, region), spec, tags)
        gpu_group = self.gpu_nodes.group.resources.get(0).autoscaling_groups.get(0).name
        self.outputs = replace(self.outputs, gpu_group=gpu_group)

        self.volume_role = self._pod_role(
            "ebs-csi", "ebs-csi-controller-sa", {"volumes": "service-role/AmazonEBSCSIDriverPolicy"}
        )
        self.encrypt_volumes = self._encrypt_volumes()
        self.controllers = self._add_ons(
            "controllers", CONTROLLERS, [self.volume_role.identity, self.encrypt_volumes, self.system_nodes.group]
        )

    def pod_identity_trust(self, *, namespace: str, service_account: str) -> str:
        """The trust policy of a role that only the pods of one service account of this cluster take."""
        return pod_identity_trust(self.cluster.arn, namespace=namespace, service_account=service_account)

    def grant_pod_identity(self, *, namespace: str, service_account: str, role: IamRole) -> EksPodIdentityAssociation:
        """Let the pods of a service account act as `role`, whose trust policy is that of `pod_identity_trust`."""
        # The role is the scope, since service accounts of different namespaces may have the same name.
        return EksPodIdentityAssociation(
            role,
            f"{namespace}-{service_account}",
            cluster_name=self.cluster.name,
            namespace=namespace,
            service_account=service_account,
            role_arn=role.arn,
        )

    def _log_group(self, spec: ClusterSpec, key: KeyOutputs, *, disposable: bool) -> CloudwatchLogGroup:
        logs = CloudwatchLogGroup(
            self,
            "logs",
            name=f"/aws/eks/{self._names.cluster()}/cluster",
            retention_in_days=spec.log_days,
            kms_key_id=key.id,
            lifecycle=_protected(disposable=disposable),
        )
        logs.add_override("//.checkov", {"CKV_AWS_338": "how long logs are kept is the environment's to say"})
        return logs

    def _control_plane(self, spec: ClusterSpec, *, disposable: bool) -> EksCluster:
        public = spec.public_api
        cluster = EksCluster(
            self,
            "cluster",
            name=self._names.cluster(),
            version=spec.kubernetes_version,
            tags=dict(BACKED_UP),
            role_arn=self.role.role.arn,
            vpc_config=EksClusterVpcConfig(
                subnet_ids=[*self._network.private_subnets],
                endpoint_private_access=True,
                endpoint_public_access=public is not None,
                public_access_cidrs=[str(cidr) for cidr in public.cidrs] if public else None,
            ),
            access_config=EksClusterAccessConfig(
                authentication_mode="API", bootstrap_cluster_creator_admin_permissions=False
            ),
            # The add-ons take the place of what EKS would install and then leave alone.
            bootstrap_self_managed_addons=False,
            enabled_cluster_log_types=_LOG_TYPES,
            encryption_config=EksClusterEncryptionConfig(
                resources=["secrets"], provider=EksClusterEncryptionConfigProvider(key_arn=self._key.id)
            ),
            # In extended support a version costs six times as much; here EKS upgrades it instead.
            upgrade_policy=EksClusterUpgradePolicy(support_type="STANDARD"),
            zonal_shift_config=EksClusterZonalShiftConfig(enabled=True),
            # EKS makes the log group itself, unencrypted and kept for ever, if it is not there.
            depends_on=[self.logs, *self.role.policies, self.encrypt_secrets],
            # EKS's own deletion protection has no argument in version 5 of the provider.
            lifecycle=_protected(disposable=disposable),
        )
        if public:
            cluster.add_override("//.checkov", {"CKV_AWS_39": public.reason})
        return cluster

    def _pod_role(self, purpose: str, service_account: str, policies: Mapping[str, str]) -> PodRole:
        return PodRole(
            self,
            purpose,
            name=self._names.role(purpose, self._region),
            cluster=self.cluster.name,
            cluster_arn=self.cluster.arn,
            namespace="kube-system",
            service_account=service_account,
            partition=self._partition,
            policies=policies,
        )

    def _encrypt_volumes(self) -> IamRolePolicy:
        through_ec2 = {"StringEquals": {"kms:ViaService": f"ec2.{self._region.name}.amazonaws.com"}}
        # The grant is what EC2 attaches and reads a volume with later.
        for_ec2 = {**through_ec2, "Bool": {"kms:GrantIsForAWSResource": "true"}}
        return IamRolePolicy(
            self,
            "encrypt-volumes",
            name="encrypt-volumes",
            role=self.volume_role.role.name,
            policy=document(
                allow(ENCRYPT_DECRYPT, [self._key.id], condition=through_ec2),
                allow(["kms:CreateGrant"], [self._key.id], condition=for_ec2),
            ),
        )

    def _add_ons(self, id_: str, add_ons: tuple[str, ...], depends_on: list[ITerraformDependable]) -> AddOns:
        return AddOns(self, id_, cluster=self.cluster.name, add_ons=add_ons, depends_on=depends_on)

    def _nodes(self, id_: str, pool: Pool, spec: ClusterSpec, tags: Mapping[str, str] | None) -> NodeGroup:
        return NodeGroup(
            self,
            id_,
            pool=pool,
            kubernetes_version=spec.kubernetes_version,
            names=self._names,
            cluster=self.outputs,
            network=self._network,
            key=self._key,
            tags=tags,
            depends_on=[*self.node_role.policies, *self.node_agents.add_ons.values()],
        )


def _distinct(*roles: str | None) -> list[str]:
    return list(dict.fromkeys(role for role in roles if role))


def _protected(*, disposable: bool) -> TerraformResourceLifecycle | None:
    return None if disposable else TerraformResourceLifecycle(prevent_destroy=True)
