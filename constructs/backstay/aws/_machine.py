"""What single GPU machines and fleets have in common: who they are, and who reaches them."""

import base64

from cdktf import Token
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.iam_instance_profile import IamInstanceProfile
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from constructs import Construct

from backstay.aws.policy import trust
from backstay.aws.role import Role
from backstay.outputs import NetworkOutputs
from backstay.topology import CloudRegion, Names

ACCELERATOR = {"accelerator": "gpu"}


class MachineAccess(Construct):
    """Administer machines without a way in: Session Manager takes the place of SSH, its keys and its open port.

    Survives: the loss of any other region.
    Does not survive: a loss of Systems Manager in its own region; machines go on serving, but nobody logs in.
    """

    def __init__(
        self, scope: Construct, id_: str, *, purpose: str, region: CloudRegion, names: Names, network: NetworkOutputs
    ) -> None:
        super().__init__(scope, id_)
        partition = DataAwsPartition(self, "partition").partition
        name = names.role(purpose, region)
        self.role = Role(self, "role", name=name, assume_role_policy=trust("ec2.amazonaws.com"))
        self.session_manager = IamRolePolicyAttachment(
            self,
            "session-manager",
            role=self.role.name,
            policy_arn=f"arn:{partition}:iam::aws:policy/AmazonSSMManagedInstanceCore",
        )
        self.profile = IamInstanceProfile(self, "profile", name=name, role=self.role.name)
        self.security_group = SecurityGroup(
            self,
            "security-group",
            name=names.machine(purpose),
            description="GPU machines",
            vpc_id=network.id,
            tags={"Name": names.machine(purpose)},
        )
        # Images, weights and AWS's own services are all fetched by HTTPS; DNS by the network's resolver needs no rule.
        self.https = VpcSecurityGroupEgressRule(
            self,
            "https",
            security_group_id=self.security_group.id,
            description="HTTPS to anywhere",
            cidr_ipv4="0.0.0.0/0",
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
        )


def encoded(user_data: str | None) -> str | None:
    """User data as EC2 takes it.

    It is encoded here and not by Terraform, which would take a shell's `${NAME}` for its own.

    Raises:
        ValueError: when the text contains a value that is known only after an apply.
    """
    if user_data is None:
        return None
    if Token.is_unresolved(user_data):
        raise ValueError("user data contains a value that is known only after an apply; use a computed name instead")
    return base64.b64encode(user_data.encode()).decode()
