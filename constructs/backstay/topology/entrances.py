"""Where each region is reached from outside."""

import re
from dataclasses import dataclass

from backstay.topology.cloud import Cloud
from backstay.topology.environment import Environment
from backstay.topology.forms import IPV4_ADDRESS
from backstay.topology.region import Region, Status


@dataclass(frozen=True)
class Entrance:
    """A region's own name, which clients are led to.

    Attributes:
        host: the name.
        target: the host name or address that it leads to, where the region does not publish it itself.
        serves: whether the region takes clients on a good day.
        has_switches: whether the load balancer behind it has drain switches for other regions.
    """

    host: str
    target: str | None
    serves: bool
    has_switches: bool

    @property
    def is_address(self) -> bool:
        """Whether the name has addresses of its own, and is not just another name for something."""
        return self.target is None or re.fullmatch(IPV4_ADDRESS, self.target, re.ASCII) is not None


def publishes_itself(environment: Environment, region: Region) -> bool:
    """Whether a region's load balancer puts the region's own name into the zone."""
    return region.fleet is not None and region.cloud is environment.service.zone.cloud


def entrances(environment: Environment) -> dict[str, Entrance]:
    """The entrances of the regions that have one, by role: of active regions first, else in the file's order."""
    return {
        role: Entrance(
            host=environment.names.regional_host(environment.service.host, region.location),
            target=None if publishes_itself(environment, region) else region.entrance,
            serves=region.status is Status.ACTIVE,
            has_switches=publishes_itself(environment, region)
            and region.cloud is Cloud.AWS
            and environment.service.routing.drain_switch,
        )
        for role, region in {**environment.active, **environment.standby}.items()
        if is_reached(environment, region)
    }


def drainable_from(environment: Environment, region: Region) -> tuple[str, ...]:
    """The roles of the regions for which a region's load balancer has a drain switch.

    It has one for its own region too, which no health check reads, so that every region is built alike.
    """
    found = entrances(environment)
    host = environment.names.regional_host(environment.service.host, region.location)
    if len(found) < 2 or not any(entrance.host == host and entrance.has_switches for entrance in found.values()):
        return ()
    return tuple(role for role in environment.regions if role in found)


def is_reached(environment: Environment, region: Region) -> bool:
    """Whether clients outside can reach a region, as far as the environment says."""
    if publishes_itself(environment, region):
        return region.fleet is not None and region.fleet.public is not None
    return region.entrance is not None
