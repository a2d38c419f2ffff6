"""The identities of a cluster: its control plane, its nodes, and single pods."""

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.eks_pod_identity_association import EksPodIdentityAssociation
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from backstay.aws.policy import document
from backstay.aws.role import Role


class ManagedRole(Construct):
    """Let a service act with policies that AWS maintains."""

    def __init__(
        self, scope: Construct, id_: str, *, name: str, trust: str, partition: str, policies: Mapping[str, str]
    ) -> None:
        """Make the role and attach its policies.

        Args:
            scope: what the role is part of.
            id_: its id there.
            name: its name.
            trust: the policy that says who takes the role.
            partition: the partition of the account, such as `aws`.
            policies: path and name of each AWS-managed policy, by the id of its attachment.
        """
        super().__init__(scope, id_)
        self.role = Role(self, "role", name=name, assume_role_policy=trust)
        self.policies = [
            IamRolePolicyAttachment(
                self, policy_id, role=self.role.name, policy_arn=f"arn:{partition}:iam::aws:policy/{policy}"
            )
            for policy_id, policy in policies.items()
        ]


class PodRole(ManagedRole):
    """Let the pods of one service account, in one namespace of one cluster, act in AWS without a key."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        cluster: str,
        cluster_arn: str,
        namespace: str,
        service_account: str,
        partition: str,
        policies: Mapping[str, str],
    ) -> None:
        """Make the role and bind it to the service account.

        Args:
            scope: what the role is part of.
            id_: its id there.
            name: its name.
            cluster: the cluster's name.
            cluster_arn: the cluster.
            namespace: the pods' namespace.
            service_account: the pods' service account.
            partition: the partition of the account, such as `aws`.
            policies: path and name of each AWS-managed policy, by the id of its attachment.
        """
        trust = pod_identity_trust(cluster_arn, namespace=namespace, service_account=service_account)
        super().__init__(scope, id_, name=name, trust=trust, partition=partition, policies=policies)
        self.identity = EksPodIdentityAssociation(
            self,
            "identity",
            cluster_name=cluster,
            namespace=namespace,
            service_account=service_account,
            role_arn=self.role.arn,
            # Whoever waits for the identity finds it with its permissions, and loses them after it.
            depends_on=self.policies,
        )


def pod_identity_trust(cluster_arn: str, *, namespace: str, service_account: str) -> str:
    """The trust policy of a role that only the pods of one service account in one cluster take.

    Any Pod Identity association of the account could hand out a role that trusted the service alone, so the
    session tags that the service sets are required:
    https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
    """
    tags = {
        "aws:RequestTag/eks-cluster-arn": cluster_arn,
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": service_account,
    }
    return document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
            "Condition": {"StringEquals": tags},
        }
    )
