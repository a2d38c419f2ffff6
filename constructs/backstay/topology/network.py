"""How a region's network is cut."""

from ipaddress import IPv4Network
from typing import Literal, Self

from pydantic import Field, model_validator

from backstay.topology.catalog import catalog
from backstay.topology.cloud import Cloud, CloudRegion
from backstay.topology.spec import Spec

_SUPERNET = IPv4Network("10.0.0.0/8")
# Each cloud owns a block of 64 of the supernet's 256 /16 networks.
_FIRST_SLOT = {Cloud.AWS: 0, Cloud.AZURE: 64, Cloud.GOOGLE: 128}


class NetworkSpec(Spec):
    """The private network of one region."""

    cidr: IPv4Network | None = None
    """The network's addresses, /16 to /20. By default computed from the region, so that no two regions overlap."""

    zones: tuple[str, ...] = Field(default=(), max_length=3)
    """Names of the three availability zones to use. By default the first three that the account sees."""

    nat: Literal["per-zone", "single"] | None = None
    """NAT gateways: one per zone by default, a single one by default where the environment is disposable."""

    flow_logs_days: int = Field(strict=True, default=90, ge=1)
    """How long flow logs are kept, in days."""

    @model_validator(mode="after")
    def _sizes_fit(self) -> Self:
        if self.cidr is not None and not 16 <= self.cidr.prefixlen <= 20:
            raise ValueError(f"network {self.cidr} has /{self.cidr.prefixlen}; allowed are /16 to /20")
        if self.zones and len(set(self.zones)) != 3:
            raise ValueError(f"zones names {len(set(self.zones))} different zones; name three, or none")
        return self

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
    tables = catalog(region.cloud)
    facts = tables.regions.get(region.name) if tables else None
    if facts is None:
        raise ValueError(f"region {region.name!r} is not a {region.cloud} region that Backstay knows; set network.cidr")
    slot = _FIRST_SLOT[region.cloud] + facts.slot
    return IPv4Network((int(_SUPERNET.network_address) + (slot << 16), 16))
