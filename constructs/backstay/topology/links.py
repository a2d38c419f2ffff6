"""Which region copies what it holds to which other."""

from collections.abc import Iterable
from itertools import groupby

from backstay.topology.cloud import CloudRegion
from backstay.topology.environment import Environment
from backstay.topology.region import Region
from backstay.topology.state import S3State


def peers(regions: Iterable[CloudRegion]) -> dict[CloudRegion, CloudRegion]:
    """The region that holds the second copy of what each region holds: its peer.

    The peer of a region is the one listed before it on the same cloud, and that of the first is the second. So every
    region's data is in two places with as few links as there are regions, no region is the peer of more than two, and
    a region that is added at the end leaves all other links as they are. A region that is alone on its cloud has no
    peer, since clouds do not copy to each other.
    """
    found: dict[CloudRegion, CloudRegion] = {}
    by_cloud = sorted(dict.fromkeys(regions), key=lambda region: region.cloud)
    for _, group in groupby(by_cloud, key=lambda region: region.cloud):
        alike = list(group)
        if len(alike) > 1:
            found |= zip(alike, [alike[1], *alike], strict=False)
    return found


def links(environment: Environment) -> tuple[tuple[Region, Region], ...]:
    """Each region that has something to copy and a peer to copy it to, with that peer, in the order of the regions."""
    at = {region.location: region for region in environment.regions.values()}
    found = peers(at)
    return tuple(
        (region, at[found[place]])
        for place, region in at.items()
        if place in found and _has_something_to_copy(environment, region)
    )


def _has_something_to_copy(environment: Environment, region: Region) -> bool:
    data = environment.data
    images = data.images is not None and data.images.replication_rules == "written"
    return images or data.artifacts is not None or isinstance(environment.state_of(region), S3State)


def others(environment: Environment, region: Region) -> tuple[CloudRegion, ...]:
    """The environment's other regions on a region's cloud: who gets what every region has to have at hand."""
    places = dict.fromkeys(other.location for other in environment.regions.values())
    return tuple(place for place in places if place.cloud is region.cloud and place != region.location)
