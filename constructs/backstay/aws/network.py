"""A region's private network."""

from cdktf import Postcondition, TerraformResourceLifecycle, Token
from cdktf_cdktf_provider_aws.data_aws_availability_zones import (
    DataAwsAvailabilityZones,
    DataAwsAvailabilityZonesFilter,
)
from cdktf_cdktf_provider_aws.default_security_group import DefaultSecurityGroup
from cdktf_cdktf_provider_aws.internet_gateway import InternetGateway
from cdktf_cdktf_provider_aws.route import Route
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.vpc import Vpc
from constructs import Construct

from backstay.aws.endpoints import CLUSTER_SERVICES, Endpoints
from backstay.aws.flow_logs import FlowLogs
from backstay.aws.network_zone import ANYWHERE, NetworkZone
from backstay.outputs import KeyOutputs, NetworkOutputs
from backstay.topology import CloudRegion, Names, NetworkSpec

# Where EKS places no control plane, so that a cluster with a subnet there is refused
# (https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html).
_ZONES_WITHOUT_EKS = ("use1-az3", "usw1-az2", "cac1-az3")


class Network(Construct):
    """Give machines private addresses in three zones, a way out, and no way in.

    Survives: the loss of a zone. Each zone has its own subnets, routes and NAT gateway; with a single NAT
    gateway, which is the default where disposable, machines of all zones lose the internet with its zone.
    Does not survive: the loss of its region; another region's network has other addresses and shares nothing.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: NetworkSpec,
        region: CloudRegion,
        names: Names,
        key: KeyOutputs,
        cluster_name: str | None = None,
        disposable: bool = False,
    ) -> None:
        """Make the network.

        Args:
            scope: what the network is part of.
            id_: its id there.
            spec: how it is cut.
            region: where it lives.
            names: the environment's names.
            key: encrypts the flow logs; it must admit CloudWatch Logs.
            cluster_name: the cluster whose load balancers may use the subnets.
            disposable: whether an apply may delete the flow logs, and whether to save on gateways and endpoints.

        Raises:
            ValueError: when the spec names no addresses and the region has no computed ones.
        """
        super().__init__(scope, id_)
        name, plan = names.network(), spec.address_plan(region)
        self.vpc = Vpc(
            self,
            "vpc",
            cidr_block=str(plan.network),
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags={"Name": name},
        )
        # Taken over without rules: what forgets to name a security group can neither reach nor be reached.
        self.default_security_group = DefaultSecurityGroup(
            self, "default-security-group", vpc_id=self.vpc.id, tags={"Name": f"{name}-closed"}
        )
        self.internet_gateway = InternetGateway(self, "internet-gateway", vpc_id=self.vpc.id, tags={"Name": name})
        self.public_routes = RouteTable(self, "public-routes", vpc_id=self.vpc.id, tags={"Name": f"{name}-public"})
        self.internet = Route(
            self,
            "internet",
            route_table_id=self.public_routes.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=self.internet_gateway.id,
        )
        zones = spec.zones or self._first_zones(region)
        has_single_nat = (spec.nat or ("single" if disposable else "per-zone")) == "single"
        self.zones: list[NetworkZone] = []
        for number, (zone, private, public) in enumerate(zip(zones, plan.private, plan.public, strict=True)):
            made = NetworkZone(
                self,
                f"zone-{number}",
                name=f"{name}-{number}",
                zone=zone,
                # A zone that AWS opens later moves the others up in its list, and must not move subnets.
                keeps_zone=not spec.zones,
                vpc=self.vpc.id,
                private=private,
                public=public,
                private_tags=_cluster_tags("internal-elb", cluster_name),
                public_tags=_cluster_tags("elb", cluster_name),
                internet=self.internet,
                shared_nat=self.zones[0].nat if has_single_nat and self.zones else None,
            )
            self.zones.append(made)
        self.endpoints = Endpoints(
            self,
            "endpoints",
            name=name,
            region=region,
            vpc=self.vpc,
            route_tables=[self.public_routes.id, *(zone.routes.id for zone in self.zones)],
            subnets=[zone.private.id for zone in self.zones],
            # Billed per zone and hour, while the NAT gateway, which is there anyway, reaches the same services.
            services=() if disposable else CLUSTER_SERVICES,
        )
        self.flow_logs = FlowLogs(
            self,
            "flow-logs",
            vpc=self.vpc.id,
            region=region,
            names=names,
            key=key,
            keep_days=spec.flow_logs_days,
            disposable=disposable,
        )
        self.outputs = NetworkOutputs(
            id=self.vpc.id,
            cidr=str(plan.network),
            private_subnets=tuple(zone.private_subnet for zone in self.zones),
            public_subnets=tuple(zone.public_subnet for zone in self.zones),
            zones=tuple(zone.private.availability_zone for zone in self.zones),
        )

    def _first_zones(self, region: CloudRegion) -> tuple[str, ...]:
        """The first three zones that the account sees, without Local Zones and others that need opting in."""
        self.seen = DataAwsAvailabilityZones(
            self,
            "zones",
            state="available",
            exclude_zone_ids=[*_ZONES_WITHOUT_EKS],
            filter=[DataAwsAvailabilityZonesFilter(name="opt-in-status", values=["opt-in-not-required"])],
            lifecycle=TerraformResourceLifecycle(
                postcondition=[
                    Postcondition(
                        condition="${length(self.names) >= 3}",
                        error_message=f"region {region.name} shows this account fewer than three availability zones "
                        "that take a cluster; choose another region, or name three zones in network.zones",
                    )
                ]
            ),
        )
        self.seen.add_override(
            # Not in the data source's own comment, as in resources: CDKTF writes its metadata over that.
            "lifecycle.//.checkov",
            {"CKV_AWS_394": "a zone that AWS adds changes no subnet: those ignore their zone once made"},
        )
        return tuple(Token.as_string(self.seen.interpolation_for_attribute(f"names[{number}]")) for number in range(3))


def _cluster_tags(role: str, cluster_name: str | None) -> dict[str, str]:
    """What lets a cluster's load balancer controller find the subnets, and keeps another cluster's from them."""
    if cluster_name is None:
        return {}
    return {f"kubernetes.io/role/{role}": "1", f"kubernetes.io/cluster/{cluster_name}": "shared"}
