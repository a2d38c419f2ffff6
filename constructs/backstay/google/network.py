"""A region's private network.

Clusters find the addresses of their pods and services in the secondary ranges `PODS_RANGE` and `SERVICES_RANGE` of the
private subnet.
"""

from cdktf_cdktf_provider_google.compute_network import ComputeNetwork
from cdktf_cdktf_provider_google.compute_router import ComputeRouter
from cdktf_cdktf_provider_google.compute_router_nat import ComputeRouterNat, ComputeRouterNatLogConfig
from cdktf_cdktf_provider_google.compute_subnetwork import (
    ComputeSubnetwork,
    ComputeSubnetworkLogConfig,
    ComputeSubnetworkSecondaryIpRange,
)
from cdktf_cdktf_provider_google.dns_policy import DnsPolicy, DnsPolicyNetworks
from constructs import Construct

from backstay.google.firewall import Firewall
from backstay.google.flow_logs import FlowLogs
from backstay.google.network_addresses import NetworkAddresses
from backstay.google.private_services import PrivateServices
from backstay.outputs import KeyOutputs, NetworkOutputs
from backstay.topology import Cloud, CloudRegion, Names, NetworkSpec
from backstay.topology.catalog import catalog

PODS_RANGE = "pods"
SERVICES_RANGE = "services"

_JUMBO_FRAMES = 8_896
_ZONES = 3


class Network(Construct):
    """Give machines private addresses in three zones, a way out, and no way in but what they themselves allow.

    The network belongs to one region, although Google's networks can span all of them: a region stands alone, and
    nothing that happens to another region's network reaches this one.

    Survives: the loss of a zone. Subnets, routes and NAT are regional, so nothing in them has a zone to lose.
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
        cluster_name: str | None = None,  # noqa: ARG002 - GKE needs no marks on its subnet, as EKS does
        disposable: bool = False,
    ) -> None:
        """Make the network.

        Args:
            scope: what the network is part of.
            id_: its id there.
            spec: how it is cut; `nat` says nothing here, since Cloud NAT has no zones.
            region: where it lives.
            names: the environment's names.
            key: encrypts the flow logs; it must admit Cloud Logging.
            cluster_name: the cluster that may use the network.
            disposable: whether an apply may delete the flow logs.

        Raises:
            ValueError: when the spec names no addresses or no zones and the region has no known ones, or when Google
                could not peer its services with the addresses.
        """
        super().__init__(scope, id_)
        zones = spec.zones or _first_zones(region)
        plan = spec.address_plan(region)
        addresses = NetworkAddresses.of(plan.network)
        self.vpc = ComputeNetwork(
            self,
            "vpc",
            # Networks have no region, and all regions of an environment share a project.
            name=names.resource(f"network-{region.name}"),
            auto_create_subnetworks=False,
            routing_mode="REGIONAL",
            mtu=_JUMBO_FRAMES,
        )
        self.router = ComputeRouter(
            self, "router", name=names.resource("router"), network=self.vpc.id, region=region.name
        )
        self.nat = ComputeRouterNat(
            self,
            "nat",
            name=names.resource("nat"),
            router=self.router.name,
            region=region.name,
            nat_ip_allocate_option="AUTO_ONLY",
            source_subnetwork_ip_ranges_to_nat="ALL_SUBNETWORKS_ALL_IP_RANGES",
            # A node pulls an image from one address over many connections; 64 ports, the fixed share, are soon gone.
            enable_dynamic_port_allocation=True,
            enable_endpoint_independent_mapping=False,
            log_config=ComputeRouterNatLogConfig(enable=True, filter="ERRORS_ONLY"),
        )
        self.machines = ComputeSubnetwork(
            self,
            "machines",
            name=names.resource("machines"),
            network=self.vpc.id,
            region=region.name,
            ip_cidr_range=str(addresses.machines),
            secondary_ip_range=[
                ComputeSubnetworkSecondaryIpRange(range_name=PODS_RANGE, ip_cidr_range=str(addresses.pods)),
                ComputeSubnetworkSecondaryIpRange(range_name=SERVICES_RANGE, ip_cidr_range=str(addresses.services)),
            ],
            private_ip_google_access=True,
            log_config=ComputeSubnetworkLogConfig(
                aggregation_interval="INTERVAL_10_MIN", flow_sampling=1, metadata="INCLUDE_ALL_METADATA"
            ),
            # So that no machine starts before it has a way out.
            depends_on=[self.nat],
        )
        self.proxies = ComputeSubnetwork(
            self,
            "proxies",
            name=names.resource("proxies"),
            network=self.vpc.id,
            region=region.name,
            ip_cidr_range=str(addresses.proxies),
            purpose="REGIONAL_MANAGED_PROXY",
            role="ACTIVE",
        )
        self.firewall = Firewall(self, "firewall", vpc=self.vpc.id, region=region, names=names)
        self.private_services = PrivateServices(
            self, "private-services", vpc=self.vpc.id, addresses=addresses.peered, region=region, names=names
        )
        self.dns_policy = DnsPolicy(
            self,
            "dns-policy",
            name=names.resource(f"dns-{region.name}"),
            enable_logging=True,
            networks=[DnsPolicyNetworks(network_url=self.vpc.id)],
        )
        self.flow_logs = FlowLogs(
            self,
            "flow-logs",
            subnet=self.machines,
            region=region,
            names=names,
            key=key,
            keep_days=spec.flow_logs_days,
            disposable=disposable,
        )
        self.outputs = NetworkOutputs(
            id=self.vpc.id,
            cidr=str(plan.network),
            private_subnets=(self.machines.id,),
            public_subnets=(self.proxies.id,),
            zones=zones,
        )


def _first_zones(region: CloudRegion) -> tuple[str, ...]:
    facts = catalog(Cloud.GOOGLE).regions.get(region.name)
    if facts is None:
        raise ValueError(f"region {region.name!r} is not a google region that Backstay knows; set network.zones")
    return facts.zone_names[:_ZONES]
