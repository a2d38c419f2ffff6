"""The order of a deployment that never has two regions under way at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from backstay.terraform import SynthesizedStack
from backstay.topology import Cloud, Environment, Status
from backstay.topology.pipeline_access import pipeline_stacks
from backstay.topology.stack_regions import stacks_in


class Stage(IntEnum):
    """How far a deployment has come: dependencies allowing, a stage is over in all regions before the next begins."""

    STATE = 1
    """Where Terraform's state is kept. A change there can lock a region's stacks out, so that not even these are
    deployed in two regions at once."""

    ZONE = 2
    """The DNS zone, into which regions put names."""

    REGION = 3
    """A region, what runs in its cluster, and who pipelines are there."""

    COPIES = 4
    """What a region copies from others and to others, which have to be there."""

    OTHER = 5
    """A stack of which nothing says where it is: each by itself, since it may be anywhere."""

    ROUTING = 6
    """The name that leads clients to the regions."""

    @property
    def title(self) -> str:
        """The stage in lower case."""
        return self.name.lower()

    @property
    def is_gated(self) -> bool:
        """Whether what it changes decides whether a region serves."""
        return self in (Stage.REGION, Stage.COPIES)


@dataclass(frozen=True)
class Wave:
    """Stacks that are deployed side by side, as far as they do not depend on each other.

    Attributes:
        stage: what they are.
        role: the part that their region plays; None where they are of no region.
        stacks: their names, each after those that it depends on.
    """

    stage: Stage
    role: str | None
    stacks: tuple[str, ...]


@dataclass(frozen=True)
class _Place:
    stage: Stage
    role: str | None = None
    alone: str = ""


def waves(environment: Environment, stacks: Sequence[SynthesizedStack]) -> tuple[Wave, ...]:
    """Put each stack into one wave: none before what it depends on, and none beside one of another region.

    Stages come one after another, and within each the regions in the order of `region_order`, unless a dependency
    wants it otherwise. A region of which no stack is given, since it is lost, has no wave.

    Args:
        environment: what the stacks are of.
        stacks: some of its stacks; no circle of dependencies among them.
    """
    known = _known_places(environment)
    places = {stack.name: known.get(stack.name) or _place(environment, stack) for stack in stacks}
    turns = {role: turn for turn, role in enumerate(region_order(environment))}
    waits_for = {stack.name: stack.dependencies & places.keys() for stack in stacks}
    found: list[Wave] = []
    while waits_for:
        ready = (places[name] for name, before in waits_for.items() if not before)
        place = min(ready, key=lambda place: (place.stage, turns.get(place.role or "", -1), place.alone))
        members: list[str] = []
        while joining := [
            name
            for name, before in waits_for.items()
            if places[name] == place and name not in members and before <= set(members)
        ]:
            members += joining
        found.append(Wave(place.stage, place.role, tuple(members)))
        waits_for = {name: before - set(members) for name, before in waits_for.items() if name not in members}
    return tuple(found)


def without_pipelines(environment: Environment, stacks: Sequence[SynthesizedStack]) -> tuple[SynthesizedStack, ...]:
    """Leave out the stacks that people apply and no pipeline does, since they say what pipelines may do."""
    apart = pipeline_stacks(environment)
    return tuple(stack for stack in stacks if stack.name not in apart)


def region_order(environment: Environment) -> tuple[str, ...]:
    """The roles of the regions in the order in which they are deployed.

    A mistake should hit as few clients as can be: regions that wait come before those that serve, and of these the one
    with the least traffic first. Where that does not decide, the last in the file comes first and the primary last.
    """
    regions = environment.regions
    last_first = tuple(regions)[::-1]
    return tuple(sorted(last_first, key=lambda role: (regions[role].status is Status.ACTIVE, regions[role].traffic)))


def _known_places(environment: Environment) -> dict[str, _Place]:
    names, everywhere = environment.names, [region.location for region in environment.regions.values()]
    places = {names.zone_stack(): _Place(Stage.ZONE), names.routing_stack(): _Place(Stage.ROUTING)}
    for role, region in environment.regions.items():
        here = region.location
        for name in stacks_in(environment, region):
            places[name] = _Place(Stage.REGION, role)
        places[names.state_stack(here)] = _Place(Stage.STATE, role)
        copies = (names.replicas_stack(here), *(names.link_stack(here, there) for there in everywhere if there != here))
        places |= dict.fromkeys(copies, _Place(Stage.COPIES, role))
    return places


def _place(environment: Environment, stack: SynthesizedStack) -> _Place:
    """Where a stack is that a project has added, as its provider says."""
    providers = stack.configuration().get("provider", {})
    named = {(cloud, block.get("region")) for cloud in (Cloud.AWS, Cloud.GOOGLE) for block in providers.get(cloud, [])}
    roles = [role for role, region in environment.regions.items() if (region.cloud, region.region) in named]
    if len(named) == 1 and len(roles) == 1:
        return _Place(Stage.REGION, roles[0])
    return _Place(Stage.OTHER, alone=stack.name)
