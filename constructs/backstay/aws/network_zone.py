"""One availability zone of a network."""

from collections.abc import Mapping
from ipaddress import IPv4Network

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.eip import Eip
from cdktf_cdktf_provider_aws.nat_gateway import NatGateway
from cdktf_cdktf_provider_aws.route import Route
from cdktf_cdktf_provider_aws.route_table import RouteTable
from cdktf_cdktf_provider_aws.route_table_association import RouteTableAssociation
from cdktf_cdktf_provider_aws.subnet import Subnet
from constructs import Construct

ANYWHERE = "0.0.0.0/0"


class NetworkZone(Construct):
    """A private and a public subnet in one zone, with a way out that needs no other zone.

    Survives: the loss of every other zone, unless it shares another zone's NAT gateway.
    Does not survive: the loss of its own zone.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        zone: str,
        keeps_zone: bool,
        vpc: str,
        private: IPv4Network,
        public: IPv4Network,
        private_tags: Mapping[str, str],
        public_tags: Mapping[str, str],
        internet: Route,
        shared_nat: NatGateway | None,
    ) -> None:
        """Make the zone's subnets and their routes.

        Args:
            scope: the network.
            id_: its id there.
            name: the network's name and the zone's number, for people.
            zone: the availability zone's name; may be a token.
            keeps_zone: whether the subnets stay where they are when `zone` changes later.
            vpc: the network's id.
            private: addresses of the private subnet.
            public: addresses of the public subnet.
            private_tags: further tags of the private subnet.
            public_tags: further tags of the public subnet.
            internet: the public subnets' way out.
            shared_nat: another zone's NAT gateway to use in place of an own one.
        """
        super().__init__(scope, id_)
        self.private = Subnet(
            self,
            "private",
            vpc_id=vpc,
            availability_zone=zone,
            cidr_block=str(private),
            map_public_ip_on_launch=False,
            tags={"Name": f"{name}-private", **private_tags},
            lifecycle=TerraformResourceLifecycle(ignore_changes=["availability_zone"]) if keeps_zone else None,
        )
        self.public = Subnet(
            self,
            "public",
            vpc_id=vpc,
            # Not `zone`, so that the pair stays together however zones are renumbered.
            availability_zone=self.private.availability_zone,
            cidr_block=str(public),
            map_public_ip_on_launch=False,
            tags={"Name": f"{name}-public", **public_tags},
        )
        self.public_association = RouteTableAssociation(
            self,
            "public-association",
            subnet_id=self.public.id,
            route_table_id=internet.route_table_id,
            depends_on=[internet],
        )
        self.nat = shared_nat or self._nat_gateway(name)
        self.routes = RouteTable(self, "routes", vpc_id=vpc, tags={"Name": f"{name}-private"})
        self.way_out = Route(
            self,
            "way-out",
            route_table_id=self.routes.id,
            destination_cidr_block=ANYWHERE,
            nat_gateway_id=self.nat.id,
        )
        self.private_association = RouteTableAssociation(
            self,
            "private-association",
            subnet_id=self.private.id,
            route_table_id=self.routes.id,
            depends_on=[self.way_out],
        )

    @property
    def private_subnet(self) -> str:
        """The private subnet, for what must not start before it has a way out."""
        return self.private_association.subnet_id

    @property
    def public_subnet(self) -> str:
        """The public subnet, for what must not start before it reaches the internet."""
        return self.public_association.subnet_id

    def _nat_gateway(self, name: str) -> NatGateway:
        self.address = Eip(self, "address", domain="vpc", tags={"Name": f"{name}-nat"})
        return NatGateway(
            self,
            "nat",
            allocation_id=self.address.allocation_id,
            subnet_id=self.public_association.subnet_id,
            tags={"Name": name},
        )
