"""How a region's network is cut."""

from ipaddress import IPv4Network
from typing import Annotated, Literal

from pydantic import AfterValidator

from backstay.topology.catalog import catalog
from backstay.topology.cloud import Cloud, CloudRegion
from backstay.topology.forms import Cidr, Form, must_be
from backstay.topology.logs import LogDays
from backstay.topology.spec import Spec

_SUPERNET = IPv4Network("10.0.0.0/8")
# Each cloud owns a block of 64 of the supernet's 256 /16 networks.
_FIRST_SLOT = {Cloud.AWS: 0, Cloud.AZURE: 64, Cloud.GOOGLE: 128}

# RFC 1918, and the shared space of RFC 6598 that clouds route privately too.
_PRIVATE = tuple(map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10")))


def _fits(network: IPv4Network) -> IPv4Network:
    if not (16 <= network.prefixlen <= 20 and any(network.subnet_of(private) for private in _PRIVATE)):
        raise must_be(f"a network of /16 to /20 within {', '.join(map(str, _PRIVATE[:-1]))} or {_PRIVATE[-1]}")
    return network


def _none_or_three(zones: tuple[str, ...]) -> tuple[str, ...]:
    if zones and not len(zones) == len(set(zones)) == 3:
        raise must_be("three different zones, or left out")
    return zones


Zone = Annotated[str, Form("an availability zone", r"[a-z0-9]+(-[a-z0-9]+)*", ("us-east-1a",), longest=40)]


class NetworkSpec(Spec):
    """The private network of one region."""

    cidr: Annotated[Cidr, AfterValidator(_fits)] | None = None
    """The network's addresses, /16 to /20. By default computed from the region, so that no two regions overlap."""

    zones: Annotated[tuple[Zone, ...], AfterValidator(_none_or_three)] = ()
    """Names of the three availability zones to use. By default the first three that the account sees."""

    nat: Literal["per-zone", "single"] | None = None
    """NAT gateways: one per zone by default, a single one by default where the environment is disposable."""

    flow_logs_days: LogDays = 90
    """How long flow logs are kept, in days."""

    def address_plan(self, region: CloudRegion) -> "AddressPlan":
        """The network's addresses in a region, cut into subnets."""
        return AddressPlan(self.cidr or default_network(region))


class AddressPlan:
    """A network cut into three large private and three small public subnets, one pair per zone.

    A quarter of the network goes to each private subnet, since every pod takes an address there;
    the public subnets hold load balancers and NAT gateways only.
    """

    def __init__(self, network: IPv4Network) -> None:
        quarters = list(network.subnets(prefixlen_diff=2))
        self.network = network
        self.private = tuple(quarters[:3])
        self.public = tuple(list(quarters[3].subnets(prefixlen_diff=4))[:3])


def default_network(region: CloudRegion) -> IPv4Network:
    """The /16 that belongs to a region, the same in every environment and for ever.

    Raises:
        ValueError: when the region is not in its cloud's table.
    """
    facts = catalog(region.cloud).regions.get(region.name)
    if facts is None:
        raise ValueError(f"region {region.name!r} is not a {region.cloud} region that Backstay knows; set network.cidr")
    slot = _FIRST_SLOT[region.cloud] + facts.slot
    return IPv4Network((int(_SUPERNET.network_address) + (slot << 16), 16))
