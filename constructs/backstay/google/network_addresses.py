"""How a region's addresses are shared out on Google Cloud."""

from dataclasses import dataclass
from ipaddress import IPv4Network

# Google peers its services with private networks of RFC 1918 only.
_UNPEERED = IPv4Network("100.64.0.0/10")


@dataclass(frozen=True)
class NetworkAddresses:
    """A network cut for one subnet that spans the zones, and for what a cluster and load balancers need beside it.

    Attributes:
        pods: half of the network. GKE gives each node a block of it, /24 unless told otherwise.
        machines: a quarter: nodes and other machines.
        services: a sixteenth: the cluster's services.
        proxies: a sixteenth: the proxies of regional load balancers.
        peered: a sixteenth: Google's services that live in networks of their own, such as databases.
    """

    pods: IPv4Network
    machines: IPv4Network
    services: IPv4Network
    proxies: IPv4Network
    peered: IPv4Network

    @classmethod
    def of(cls, network: IPv4Network) -> "NetworkAddresses":
        """Cut a network of /16 to /20; the last sixteenth stays free.

        Raises:
            ValueError: when Google could not peer its services with the network.
        """
        if network.subnet_of(_UNPEERED):
            raise ValueError(
                f"network {network} is within {_UNPEERED}, where Google Cloud peers no services; "
                "choose one within 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"
            )
        pods, rest = network.subnets()
        machines, last = rest.subnets()
        services, proxies, peered, _ = last.subnets(prefixlen_diff=2)
        return cls(pods=pods, machines=machines, services=services, proxies=proxies, peered=peered)
