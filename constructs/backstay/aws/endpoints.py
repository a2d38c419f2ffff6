"""The ways from a private network to AWS's own services."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc import Vpc
from cdktf_cdktf_provider_aws.vpc_endpoint import VpcEndpoint
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from backstay.aws.policy import Statement, allow, document
from backstay.topology import CloudRegion

# What the nodes and controllers of a cluster without a public endpoint call, and what Session Manager needs to
# reach a machine that has no way in (https://docs.aws.amazon.com/eks/latest/userguide/private-clusters.html).
CLUSTER_SERVICES = (
    "autoscaling",
    "ec2",
    "ec2messages",
    "ecr.api",
    "ecr.dkr",
    "eks",
    "eks-auth",
    "elasticloadbalancing",
    "kms",
    "logs",
    "secretsmanager",
    "ssm",
    "ssmmessages",
    "sts",
)


class Endpoints(Construct):
    """Reach AWS's services without leaving the network.

    Survives: the loss of a zone, and of every NAT gateway, for the services that it covers.
    Does not survive: the loss of a service's own control plane in the region.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        region: CloudRegion,
        vpc: Vpc,
        route_tables: Sequence[str],
        subnets: Sequence[str],
        services: Sequence[str] = CLUSTER_SERVICES,
    ) -> None:
        """Make the endpoints.

        Args:
            scope: the network.
            id_: its id there.
            name: the network's name.
            region: where the network lives.
            vpc: the network.
            route_tables: whose traffic to S3 and DynamoDB goes through the endpoints.
            subnets: where the other services' endpoints stand, one per zone.
            services: the services that get such an endpoint; each is billed per zone and hour.
        """
        super().__init__(scope, id_)
        account = DataAwsCallerIdentity(self, "account").account_id
        policies = {"s3": _s3_policy(account), "dynamodb": _dynamodb_policy(account)}
        self.gateways = {
            service: VpcEndpoint(
                self,
                service,
                vpc_id=vpc.id,
                service_name=_service_name(region, service),
                vpc_endpoint_type="Gateway",
                route_table_ids=[*route_tables],
                policy=policy,
                tags={"Name": f"{name}-{service}"},
            )
            for service, policy in policies.items()
        }
        self.interfaces: dict[str, VpcEndpoint] = {}
        if services:
            self.security_group = self._admit_https(name, vpc)
            self.interfaces = {
                service: VpcEndpoint(
                    self,
                    service.replace(".", "-"),
                    vpc_id=vpc.id,
                    service_name=_service_name(region, service),
                    vpc_endpoint_type="Interface",
                    private_dns_enabled=True,
                    subnet_ids=[*subnets],
                    security_group_ids=[self.security_group.id],
                    tags={"Name": f"{name}-{service}"},
                )
                for service in services
            }

    def _admit_https(self, name: str, vpc: Vpc) -> SecurityGroup:
        group = SecurityGroup(
            self,
            "security-group",
            name=f"{name}-endpoints",
            description="Endpoints of AWS services",
            vpc_id=vpc.id,
            tags={"Name": f"{name}-endpoints"},
        )
        self.https = VpcSecurityGroupIngressRule(
            self,
            "https",
            security_group_id=group.id,
            description="HTTPS from the network",
            cidr_ipv4=vpc.cidr_block,
            ip_protocol="tcp",
            from_port=443,
            to_port=443,
            tags={"Name": f"{name}-endpoints"},
        )
        return group


def _service_name(region: CloudRegion, service: str) -> str:
    return f"com.amazonaws.{region.name}.{service}"


# An endpoint's policy gives nobody any right: it only narrows, whatever the caller's own policies allow. So it
# names no actions, but whose credentials may pass: data does not leave with somebody else's.


def _dynamodb_policy(account: str) -> str:
    return document(_own_credentials("dynamodb:*", account))


def _s3_policy(account: str) -> str:
    # Packages and layers of public images are read unsigned, or by links that their owners signed.
    reads = allow(["s3:GetObject"], ["*"], sid="Reads", principal="*")
    return document(_own_credentials("s3:*", account), reads)


def _own_credentials(actions: str, account: str) -> Statement:
    condition = {"StringEquals": {"aws:PrincipalAccount": account}}
    return allow([actions], ["*"], sid="OwnCredentials", principal="*", condition=condition)
