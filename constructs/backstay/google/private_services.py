"""A private way to Google's services that live in networks of their own."""

from ipaddress import IPv4Network

from cdktf_cdktf_provider_google.compute_global_address import ComputeGlobalAddress
from cdktf_cdktf_provider_google.service_networking_connection import ServiceNetworkingConnection
from constructs import Construct

from backstay.topology import CloudRegion, Names


class PrivateServices(Construct):
    """Let databases and caches that Google runs have addresses of the network, and none of the internet."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc: str,
        addresses: IPv4Network,
        region: CloudRegion,
        names: Names,
    ) -> None:
        """Reserve the addresses and peer the network.

        Args:
            scope: the network.
            id_: its id there.
            vpc: the network's id.
            addresses: what Google may give to its services.
            region: where the network lives.
            names: the environment's names.
        """
        super().__init__(scope, id_)
        self.range = ComputeGlobalAddress(
            self,
            "range",
            name=names.resource(f"private-services-{region.name}"),
            network=vpc,
            purpose="VPC_PEERING",
            address_type="INTERNAL",
            address=str(addresses.network_address),
            prefix_length=addresses.prefixlen,
        )
        self.connection = ServiceNetworkingConnection(
            self,
            "connection",
            network=vpc,
            service="servicenetworking.googleapis.com",
            reserved_peering_ranges=[self.range.name],
        )
