"""Who keeps the one copy that is written to, once some regions are lost, and where everything else is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from backstay.topology import Cloud, Environment, Region, S3State
from backstay.topology.backed_up import kinds
from backstay.topology.links import peers
from backstay.topology.stores import can_take_over, has_cache_copy, has_own_cache, is_cache_copied

DATABASE, CACHE = "vector database", "cache"

Part = Literal["writer", "copy", "promoted", "left behind", "alone"]


@dataclass(frozen=True)
class Store:
    """A kind of data that is written in one region, and the part that each region plays in it, by role."""

    name: str
    parts: Mapping[str, Part]

    @property
    def writer(self) -> str | None:
        """The role of the region that writes."""
        return next((role for role, part in self.parts.items() if part in ("writer", "promoted")), None)

    @property
    def copies(self) -> list[str]:
        """The roles of the regions that follow the writer."""
        return [role for role, part in self.parts.items() if part == "copy"]


def stores(environment: Environment, lost: Collection[str] = ()) -> list[Store]:
    """The vector database and the cache, as they are once the region that takes over has done so."""
    regions = {role: region for role, region in environment.regions.items() if region.cloud is Cloud.AWS}
    databases = {role: region.vector_db == "primary" for role, region in regions.items() if region.vector_db}
    copied = {
        role: has_own_cache(environment, region)
        for role, region in regions.items()
        if has_own_cache(environment, region) or has_cache_copy(environment, region)
    }
    alone: dict[str, Part] = {role: "alone" for role in copied if role not in lost}
    caches = _parts(environment, copied, lost) if is_cache_copied(environment) else alone
    found = [Store(DATABASE, _parts(environment, databases, lost)), Store(CACHE, caches)]
    return [store for store in found if store.parts]


def successor(environment: Environment, lost: Collection[str]) -> str | None:
    """The role of the region that takes over the writing; None where that is for people to do."""
    at = {region.location: role for role, region in environment.regions.items()}
    return next((at[place] for place in can_take_over(environment) if at[place] not in lost), None)


def place_in_line(environment: Environment, role: str) -> int:
    """How many come before a region when the writing is taken over; 0 for the writer, and for whoever never does."""
    order = can_take_over(environment)
    place = environment.regions[role].location
    return order.index(place) if place in order else 0


def peer(environment: Environment, region: Region) -> str | None:
    """The role of the region that has the copies of a region's state and backups."""
    at = {other.location: role for role, other in environment.regions.items()}
    found = peers(at).get(region.location)
    return at[found] if found else None


def copies_state(environment: Environment, region: Region) -> bool:
    """Whether a region's state is copied to its peer."""
    return isinstance(environment.state_of(region), S3State) and peer(environment, region) is not None


def is_backed_up(environment: Environment, region: Region) -> bool:
    """Whether anything of a region is backed up."""
    return environment.backups is not None and region.cloud is Cloud.AWS and bool(kinds(environment, region))


def _parts(environment: Environment, writes: Mapping[str, bool], lost: Collection[str]) -> dict[str, Part]:
    left = [role for role in writes if role not in lost]
    if any(writes[role] for role in left) or not any(writes.values()):
        single = len(writes) == 1
        return {role: "alone" if single else "writer" if writes[role] else "copy" for role in left}
    heir = successor(environment, lost)
    if heir not in left:
        return dict.fromkeys(left, "left behind")
    return {role: "promoted" if role == heir else "copy" for role in left}
