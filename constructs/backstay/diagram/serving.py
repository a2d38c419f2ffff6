"""Which regions clients are led to, given those that are lost."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from backstay.topology import Environment
from backstay.topology.routes import Nearest, Rank, Record, ToAccelerator, ToGroup, Weight, routes


@dataclass(frozen=True)
class Share:
    """What a region gets of the clients.

    Attributes:
        fraction: between 0 and 1; None where it gets those to whom it is the nearest.
    """

    fraction: Fraction | None = None

    def __str__(self) -> str:
        return "the nearest clients" if self.fraction is None else f"{float(100 * self.fraction):.4g}%"


def serving(environment: Environment, lost: Collection[str] = ()) -> dict[str, Share]:
    """Each region that clients are led to once health checks have noticed what is lost, by role."""
    found = routes(environment)
    if found is None or not (well := [role for role in found.entrances if role not in lost]):
        return {}
    accelerator = environment.service.routing.accelerator
    behind = [role for role in well if accelerator and role in accelerator.endpoints]
    accelerated = [role for role in behind if found.entrances[role].serves] or behind
    return _Answers(found.groups, well, accelerated).of(next(iter(found.groups)))


def takeovers(environment: Environment, lost: Collection[str] = ()) -> Iterator[tuple[str, ...]]:
    """Who serves, then who does when all of those are lost as well, and so on."""
    gone = list(lost)
    while now := serving(environment, gone):
        yield tuple(now)
        gone += now


@dataclass(frozen=True)
class _Answers:
    """What Route 53 answers (how it chooses:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html).
    """

    groups: Mapping[str, Sequence[Record]]
    well: Collection[str]
    accelerated: Collection[str]

    def of(self, group: str) -> dict[str, Share]:
        led: dict[str, Share] = {}
        for record, share in _chosen([record for record in self.groups[group] if self._is_healthy(record)]):
            match record.leads:
                case ToGroup(name):
                    led |= self.of(name)
                case ToAccelerator():
                    led |= dict.fromkeys(self.accelerated, Share())
                case region:
                    led[region.role] = share
        return led

    def _is_healthy(self, record: Record) -> bool:
        match record.leads:
            case ToGroup(name):
                return any(self._is_healthy(inner) for inner in self.groups[name])
            case ToAccelerator():
                return bool(self.accelerated)
            case region:
                return region.role in self.well


def _chosen(healthy: Sequence[Record]) -> list[tuple[Record, Share]]:
    """Those of a group's healthy records that clients get; all records of a group are chosen in the same way."""
    if any(isinstance(record.chosen, Nearest) for record in healthy):
        return [(record, Share()) for record in healthy]
    if ranked := [record for record in healthy if isinstance(record.chosen, Rank)]:
        first = min(ranked, key=lambda record: record.chosen != Rank("PRIMARY"))
        return [(first, Share(Fraction(1)))]
    given = [(record, record.chosen.weight) for record in healthy if isinstance(record.chosen, Weight)]
    # When nothing that weighs something is well, those of weight 0 share alike.
    heavy = [(record, weight) for record, weight in given if weight] or [(record, 1) for record, _ in given]
    total = sum(weight for _, weight in heavy)
    return [(record, Share(Fraction(weight, total))) for record, weight in heavy]
