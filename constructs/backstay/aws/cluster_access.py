"""Who administers a cluster."""

import re
from collections.abc import Sequence

from cdktf import Fn, TerraformIterator, TerraformResourceLifecycle, Token
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.eks_access_entry import EksAccessEntry
from cdktf_cdktf_provider_aws.eks_access_policy_association import (
    EksAccessPolicyAssociation,
    EksAccessPolicyAssociationAccessScope,
)
from constructs import Construct

# As STS names whoever acts as a role, and what of it IAM's name of the role is made of.
_SESSION = "/^(arn:[^:]+):sts:(:[0-9]+):assumed-role/([^/]+)/.*$/"
_ROLE = "$1:iam:$2:role/$3"


class ClusterAccess(Construct):
    """Give whoever deploys first, and the named administrators, the whole cluster through its API.

    The first deployer keeps the entry when somebody else applies later, so that a plan does not depend on who
    makes it. Everybody else who deploys has to be named as an administrator; so has the first, where it acts as a role
    with a path, such as those of IAM Identity Center: a session does not tell the path, and IAM, which knows it, cannot
    be asked when us-east-1 is lost.
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
        self.deployer = EksAccessEntry(
            self,
            "deployer",
            cluster_name=cluster,
            principal_arn=_principal(self.caller.arn, admins),
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


def _principal(caller: str, admins: Sequence[str]) -> str:
    """Who the caller is to EKS, which knows roles and no sessions of them."""
    role = Fn.replace(caller, _SESSION, _ROLE)
    if not admins:
        return role
    # No two roles of an account have the same name, whatever their paths.
    without_paths = [re.sub(r":role/.*/", ":role/", admin) for admin in admins]
    named = Token.as_list(Fn.matchkeys([*admins], without_paths, [role]))
    return Token.as_string(Fn.element(Token.as_list(Fn.concat([named, [role]])), 0))
