"""What a region's cache is made of, be it the one that takes writes or a copy."""

from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.elasticache_replication_group import ElasticacheReplicationGroup
from cdktf_cdktf_provider_aws.elasticache_subnet_group import ElasticacheSubnetGroup
from cdktf_cdktf_provider_aws.elasticache_user import ElasticacheUser, ElasticacheUserAuthenticationMode
from cdktf_cdktf_provider_aws.elasticache_user_group import ElasticacheUserGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from backstay.aws.policy import allow, document
from backstay.outputs import CacheOutputs, NetworkOutputs
from backstay.topology import CloudRegion, Names

ENGINE = "valkey"
# ElastiCache's own choice where none is made; a copy may make none.
_PORT = 6379
# Everything with every entry, except what changes or endangers the server.
_RIGHTS = "on ~* &* +@all -@admin -@dangerous"


class CacheFoundation(Construct):
    """Give a region's cache its subnets, its firewall, and a user who logs in with IAM in place of a password."""

    def __init__(self, scope: Construct, id_: str, *, names: Names, network: NetworkOutputs) -> None:
        super().__init__(scope, id_)
        self.name = cache_name(names)
        tags = {"Name": names.machine("cache")}
        self.subnets = ElasticacheSubnetGroup(
            self,
            "subnets",
            name=self.name,
            description="Private subnets of the cache",
            subnet_ids=list(network.private_subnets),
            tags=tags,
        )
        self.security_group = SecurityGroup(
            self,
            "security-group",
            name=names.machine("cache"),
            description="Clients of the cache",
            vpc_id=network.id,
            tags=tags,
        )
        self.clients = VpcSecurityGroupIngressRule(
            self,
            "clients",
            security_group_id=self.security_group.id,
            description="Valkey from within the network",
            ip_protocol="tcp",
            from_port=_PORT,
            to_port=_PORT,
            cidr_ipv4=network.cidr,
        )
        # With IAM, ElastiCache wants the id and the name to be the same.
        user = names.identifier("cache-clients", limit=40)
        self.user = ElasticacheUser(
            self,
            "user",
            user_id=user,
            user_name=user,
            engine=ENGINE,
            access_string=_RIGHTS,
            authentication_mode=ElasticacheUserAuthenticationMode(type="iam"),
        )
        self.user_group = ElasticacheUserGroup(
            self, "user-group", user_group_id=self.name, engine=ENGINE, user_ids=[self.user.user_id]
        )

    def outputs(self, group: ElasticacheReplicationGroup) -> CacheOutputs:
        """What the cache hands on."""
        return CacheOutputs(
            name=self.name,
            endpoint=group.primary_endpoint_address,
            reader_endpoint=group.reader_endpoint_address,
            port=_PORT,
            security_group=self.security_group.id,
            user=self.user.user_name,
        )

    def connection(self, role: IamRole, *, region: CloudRegion) -> IamRolePolicy:
        """Let a role log in to the region's cache."""
        account = DataAwsCallerIdentity(role, "cache-account").account_id
        partition = DataAwsPartition(role, "cache-partition").partition
        place = f"arn:{partition}:elasticache:{region.name}:{account}"
        resources = [f"{place}:replicationgroup:{self.name}", f"{place}:user:{self.user.user_id}"]
        # The role is the scope, since two roles of different constructs may have the same id.
        policy = document(allow(["elasticache:Connect"], resources))
        return IamRolePolicy(role, "connect-to-cache", name="connect-to-cache", role=role.name, policy=policy)


def cache_name(names: Names) -> str:
    """The cache's name, the same in every region; ElastiCache allows 40 characters."""
    return names.identifier("cache", limit=40)
