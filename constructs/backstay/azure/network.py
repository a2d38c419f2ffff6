"""A region's private network."""

from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.virtual_network import VirtualNetwork
from constructs import Construct

from backstay.azure.default_tags import default_tags
from backstay.azure.flow_logs import FlowLogs
from backstay.azure.nat_gateway import NatGateway
from backstay.azure.network_subnet import Admission, NetworkSubnet
from backstay.azure.zonal_nat_gateway import ZonalNatGateway
from backstay.outputs import KeyOutputs, NetworkOutputs
from backstay.topology import CloudRegion, Names, NetworkSpec

_ZONES = ("1", "2", "3")

_GATEWAY_ADMISSIONS = (
    Admission("https", "Internet", "443"),
    Admission("http", "Internet", "80", (("CKV_AZURE_160", "the only answer on port 80 is a redirect to HTTPS"),)),
    # https://learn.microsoft.com/azure/application-gateway/configuration-infrastructure#network-security-groups
    Admission("management", "GatewayManager", "65200-65535"),
)


class Network(Construct):
    """Give machines private addresses in three zones, a way out, and no way in.

    Subnets of Azure span zones, and so does the way out, at the price of one gateway. A region that has no such
    gateway yet says so at the first apply; there, `nat: single` takes one that stands in one zone.

    Survives: the loss of a zone; with `nat: single`, machines of all zones lose the internet with the gateway's zone.
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
        cluster_name: str | None = None,  # noqa: ARG002 - as in every cloud; subnets of Azure bear no cluster's name
        disposable: bool = False,
    ) -> None:
        """Make the network.

        Args:
            scope: what the network is part of.
            id_: its id there.
            spec: how it is cut.
            region: where it lives.
            names: the environment's names.
            key: encrypts the flow logs.
            cluster_name: the cluster that is to stand in the network.
            disposable: whether an apply may delete the flow logs.

        Raises:
            ValueError: when the spec names no addresses and the region has no computed ones.
        """
        super().__init__(scope, id_)
        name, plan, zones = names.resource("network"), spec.address_plan(region), spec.zones or _ZONES
        self.group = ResourceGroup(
            self,
            "group",
            name=names.resource_group("network", region),
            location=region.name,
            tags=default_tags(self),
        )
        self.network = VirtualNetwork(
            self,
            "network",
            name=name,
            resource_group_name=self.group.name,
            location=region.name,
            address_space=[str(plan.network)],
            tags=default_tags(self),
        )
        here = {"region": region, "resource_group": self.group}
        self.nat = (
            ZonalNatGateway(self, "nat", name=name, zone=zones[0], **here)
            if spec.nat == "single"
            else NatGateway(self, "nat", name=name, **here)
        )
        self.private = NetworkSubnet(
            self,
            "private",
            name="private",
            # Pods have addresses of their own, so half of the network is enough for machines and leaves room.
            addresses=next(plan.network.subnets()),
            network=self.network,
            nat_gateway=self.nat.id,
            # Weights of models weigh much, and the way out is paid by the gigabyte.
            service_endpoints=["Microsoft.Storage"],
            **here,
        )
        self.gateway = NetworkSubnet(
            self,
            "gateway",
            name="gateway",
            addresses=plan.public[0],
            network=self.network,
            admissions=_GATEWAY_ADMISSIONS,
            # Only in a subnet of its own can a gateway do without a public address.
            delegated_to="Microsoft.Network/applicationGateways",
            **here,
        )
        self.flow_logs = FlowLogs(
            self,
            "flow-logs",
            network=self.network.id,
            region=region,
            names=names,
            resource_group=self.group,
            key=key,
            keep_days=spec.flow_logs_days,
            disposable=disposable,
        )
        self.outputs = NetworkOutputs(
            id=self.network.id,
            cidr=str(plan.network),
            private_subnets=(self.private.id,),
            public_subnets=(self.gateway.id,),
            zones=zones,
        )
