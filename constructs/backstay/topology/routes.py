"""The records by which clients are led to a region: what they say, whatever writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from backstay.topology.cloud import Cloud
from backstay.topology.entrances import Entrance, entrances
from backstay.topology.environment import Environment, Mode
from backstay.topology.quantities import Percentage
from backstay.topology.region import Region, Status
from backstay.topology.routing import Policy

# The largest weight of a record is 255: https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html
_HEAVIEST = 255


@dataclass(frozen=True)
class ToRegion:
    """To a region, while it is healthy."""

    role: str


@dataclass(frozen=True)
class ToGroup:
    """To the records of another name, while one of them is healthy."""

    group: str


@dataclass(frozen=True)
class ToAccelerator:
    """To the accelerator, while the service answers through it."""


@dataclass(frozen=True)
class Weight:
    """Chosen as often as its share of all weights; with 0 only when all that weigh something are unhealthy."""

    weight: int


@dataclass(frozen=True)
class Rank:
    """Chosen first, or when the first is unhealthy."""

    rank: Literal["PRIMARY", "SECONDARY"]


@dataclass(frozen=True)
class Nearest:
    """Chosen by clients to whom this cloud region is nearest."""

    region: str


@dataclass(frozen=True)
class Record:
    """One of the records of a group, all of which have the same name.

    Attributes:
        id: tells it from the others, and stays while what it leads to changes.
        leads: where to.
        chosen: when.
    """

    id: str
    leads: ToRegion | ToGroup | ToAccelerator
    chosen: Weight | Rank | Nearest


@dataclass(frozen=True)
class Routes:
    """The clients' name and what it leads to.

    Attributes:
        entrances: the regions that clients are led to, by role, in the order in which they take over.
        groups: records by the name that they share, that of the clients first.
    """

    entrances: Mapping[str, Entrance]
    groups: Mapping[str, Sequence[Record]]


def routes(environment: Environment) -> Routes | None:
    """How clients are led to the regions; None when no region has an entrance, or Route 53 does not hold the zone."""
    found = entrances(environment)
    if not found or environment.service.zone.cloud is not Cloud.AWS:
        return None
    regions = {role: environment.regions[role] for role in found}
    host, accelerated = environment.service.host, environment.service.routing.accelerator is not None
    by_dns = _by_dns(f"regions.{host}" if accelerated else host, host, policy(environment), regions)
    if not accelerated:
        return Routes(found, by_dns)
    front = _ranked(ToAccelerator(), ToGroup(f"regions.{host}"))
    return Routes(found, {host: front, **by_dns})


def home(environment: Environment) -> str | None:
    """The role of the region that routing is deployed from; None when no region is on the zone's cloud."""
    fit = (role for role, region in environment.regions.items() if region.cloud is environment.service.zone.cloud)
    return environment.service.routing.home or next(fit, None)


def policy(environment: Environment) -> Policy:
    """The policy that is given, or the mode's."""
    by_mode = Policy.FAILOVER if environment.mode is Mode.ACTIVE_PASSIVE else Policy.WEIGHTED
    return environment.service.routing.policy or by_mode


def weights(shares: Mapping[str, Percentage]) -> dict[str, int]:
    """Whole weights for shares: the percentages themselves, or multiples of 1/255 where one has decimals.

    What has a share keeps some weight, however little, since a weight of 0 means to wait.
    """
    if all(share.percent % 1 == 0 for share in shares.values()):
        return {role: int(share.percent) for role, share in shares.items()}
    return {role: max(1, round(share.fraction * _HEAVIEST)) if share.percent else 0 for role, share in shares.items()}


def _by_dns(name: str, host: str, chosen: Policy, regions: Mapping[str, Region]) -> dict[str, Sequence[Record]]:
    waiting = [role for role, region in regions.items() if region.status is Status.STANDBY]
    serving = [role for role in regions if role not in waiting]
    match chosen:
        case Policy.WEIGHTED:
            heavy = weights({role: region.traffic for role, region in regions.items()})
            return {name: tuple(Record(role, ToRegion(role), Weight(weight)) for role, weight in heavy.items())}
        case Policy.LATENCY if serving:
            near = tuple(Record(role, ToRegion(role), Nearest(regions[role].region)) for role in serving)
            if not waiting:
                return {name: near}
            front = _ranked(ToGroup(f"active.{host}"), _first(host, waiting, 1))
            return {name: front, f"active.{host}": near, **_rest(host, waiting, 1)}
        case _:
            return _in_order(name, host, list(regions))


def _in_order(name: str, host: str, roles: Sequence[str], depth: int = 1) -> dict[str, Sequence[Record]]:
    """Records that lead to the first healthy region: Route 53 ranks two, so a third goes into a group of its own."""
    first, *others = roles
    if not others:
        return {name: (Record("first", ToRegion(first), Rank("PRIMARY")),)}
    return {name: _ranked(ToRegion(first), _first(host, others, depth)), **_rest(host, others, depth)}


def _first(host: str, roles: Sequence[str], depth: int) -> ToRegion | ToGroup:
    return ToRegion(roles[0]) if len(roles) == 1 else ToGroup(_standby_group(host, depth))


def _rest(host: str, roles: Sequence[str], depth: int) -> dict[str, Sequence[Record]]:
    return {} if len(roles) == 1 else _in_order(_standby_group(host, depth), host, roles, depth + 1)


def _standby_group(host: str, depth: int) -> str:
    return f"standby.{host}" if depth == 1 else f"standby-{depth}.{host}"


def _ranked(first: ToRegion | ToGroup | ToAccelerator, second: ToRegion | ToGroup) -> tuple[Record, Record]:
    # Named by rank and not by what they lead to: when two regions change places each record changes by itself, and
    # Route 53 would refuse a second PRIMARY even for a moment.
    return Record("first", first, Rank("PRIMARY")), Record("second", second, Rank("SECONDARY"))
