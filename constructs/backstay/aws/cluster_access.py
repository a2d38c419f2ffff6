"""Who administers a cluster."""

from collections.abc import Sequence

from cdktf import Fn, TerraformIterator, TerraformResourceLifecycle, Token
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_iam_session_context import DataAwsIamSessionContext
from cdktf_cdktf_provider_aws.eks_access_entry import EksAccessEntry
from cdktf_cdktf_provider_aws.eks_access_policy_association import (
    EksAccessPolicyAssociation,
    EksAccessPolicyAssociationAccessScope,
)
from constructs import Construct


class ClusterAccess(Construct):
    """Give whoever deploys first, and the named administrators, the whole cluster through its API.

    The first deployer keeps the entry when somebody else applies later, so that a plan does not depend on who
    makes it. Everybody else who deploys has to be named as an administrator.
    """

    def __init__(self, scope: Construct, id_: str, *, cluster: str, partition: str, admins: Sequence[str]) -> None:
        """Make the access entries.

        Args:
            scope: what the access is part of.
            id_: its id there.
            cluster: the cluster's name.
            partition: the partition of the account, such as `aws`.
            admins: the ARNs of administrators besides whoever deploys.
        """
        super().__init__(scope, id_)
        self._cluster = cluster
        self._policy = f"arn:{partition}:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"

        self.caller = DataAwsCallerIdentity(self, "caller")
        # An access entry names a role, and the caller's ARN is that of a session of the role.
        self.session = DataAwsIamSessionContext(self, "session", arn=self.caller.arn)
        self.deployer = EksAccessEntry(
            self,
            "deployer",
            cluster_name=cluster,
            principal_arn=self.session.issuer_arn,
            lifecycle=TerraformResourceLifecycle(ignore_changes=["principal_arn"]),
        )
        self.deployer_policy = self._administers("deployer-policy", self.deployer.principal_arn)
        if admins:
            self._name_admins(admins)

    def _name_admins(self, admins: Sequence[str]) -> None:
        # EKS refuses a second entry for a principal, and whoever deploys may be named as well.
        others = Fn.setsubtract([*admins], [self.deployer.principal_arn])
        named = TerraformIterator.from_list(Token.as_list(others))
        self.admins = EksAccessEntry(
            self,
            "admin",
            for_each=named,
            cluster_name=self._cluster,
            principal_arn=Token.as_string(named.value),
        )
        entries = TerraformIterator.from_resources(self.admins)
        self.admin_policies = self._administers("admin-policy", entries.get_string("principal_arn"), entries)

    def _administers(
        self, id_: str, principal: str, for_each: TerraformIterator | None = None
    ) -> EksAccessPolicyAssociation:
        return EksAccessPolicyAssociation(
            self,
            id_,
            for_each=for_each,
            cluster_name=self._cluster,
            principal_arn=principal,
            policy_arn=self._policy,
            access_scope=EksAccessPolicyAssociationAccessScope(type="cluster"),
        )
