"""An environment as a Mermaid flowchart, in syntax that GitHub shows."""

from collections.abc import Collection, Iterator, Mapping

from backstay.diagram.labels import identifier, label
from backstay.diagram.regions import Drawing, drawing, in_every_region, nth
from backstay.diagram.serving import takeovers
from backstay.diagram.situation import Situation
from backstay.topology import Cloud, Environment
from backstay.topology.quantities import Duration
from backstay.topology.routes import policy
from backstay.topology.routing import Policy

_HEAD = '%%{init: {"flowchart": {"wrappingWidth": 420, "nodeSpacing": 30, "rankSpacing": 42}}}%%'
# Strokes only: fills and text are the theme's, so that the picture is readable on light and on dark pages.
_CLASSES = (
    "classDef active stroke:#2da44e,stroke-width:2px",
    "classDef standby stroke:#bf8700,stroke-width:2px,stroke-dasharray:6 3",
    "classDef lost stroke:#d1242f,stroke-width:3px,stroke-dasharray:2 3",
)
_CHOICE = {
    Policy.WEIGHTED: "Route 53 shares clients among healthy regions",
    Policy.FAILOVER: "Route 53 leads to the first healthy region",
    Policy.LATENCY: "Route 53 leads to the nearest healthy region",
}


def mermaid(environment: Environment, *, lost: Collection[str] = ()) -> str:
    """Draw an environment: where clients are led, what writes and what follows, and who takes over from whom.

    The same environment gives the same text, line for line.

    Args:
        environment: what to draw.
        lost: the roles of regions that are lost; the picture is then that of the time when everything that happens by
            itself has happened.

    Returns:
        A flowchart, ending with a line break.

    Raises:
        ValueError: when a role is none of the environment's.
    """
    return "\n".join(_lines(Situation.of(environment, lost))) + "\n"


def _lines(situation: Situation) -> Iterator[str]:
    drawings = {role: drawing(situation, role) for role in situation.side_by_side}
    yield _HEAD
    yield "flowchart TB"
    yield f'  clients(["clients"]) --> host{{{{{label(*_host(situation))}}}}}'
    for role, drawn in drawings.items():
        yield from _subgraph(role, drawn)
    yield from (f"  host {edge}" for edge in _led(situation, drawings))
    written = dict.fromkeys((store.writer, copy) for store in situation.stores if store.writer for copy in store.copies)
    for writer, copy in written:
        yield f"  {identifier('stores', writer)} ==> {identifier('stores', copy)}"
    if common := in_every_region(situation):
        yield f"  common[({label(*common)})]"
        yield from (f"  {drawn.nodes[-1].id} <--> common" for drawn in drawings.values() if drawn.shares)
    yield from (f"  {line}" for line in _CLASSES)
    for look in ("active", "standby", "lost"):
        if alike := [identifier("region", role) for role, drawn in drawings.items() if drawn.look == look]:
            yield f"  class {','.join(alike)} {look}"


def _host(situation: Situation) -> Iterator[str]:
    environment = situation.environment
    service = environment.service
    yield service.host
    if not situation.is_routed:
        elsewhere = service.zone.cloud is not Cloud.AWS
        yield f"no records: {f'{service.zone.cloud} holds the zone' if elsewhere else 'no region has an entrance'}"
        return
    accelerated = service.routing.accelerator is not None
    yield "Global Accelerator leads to the nearest, DNS stands in" if accelerated else _CHOICE[policy(environment)]
    check = service.health_check
    yield f"asks each for {check.path} every {check.interval}"
    yield f"leaves a lost one within {Duration(check.slowest_detection.seconds + service.ttl.seconds)}"


def _led(situation: Situation, drawings: Mapping[str, Drawing]) -> Iterator[str]:
    regions = situation.environment.regions
    later = list(takeovers(situation.environment, situation.lost))[1:]
    turns = {role: number for number, roles in enumerate(later, start=1) for role in roles}
    for role, drawn in drawings.items():
        top = drawn.nodes[0].id
        if role in situation.lost:
            yield f"-.-x {top}"
        elif role in situation.shares:
            yield f"==>|{label(str(situation.shares[role]))}| {top}"
        elif role in turns:
            yield f"-.->|{label(f'takes over {nth(turns[role])}')}| {top}"
        elif not situation.is_routed and regions[role].traffic.percent:
            yield f"-.->|{label(f'{regions[role].traffic} planned')}| {top}"


def _subgraph(role: str, drawn: Drawing) -> Iterator[str]:
    yield f'  subgraph {identifier("region", role)}[" "]'
    above = ""
    for node in drawn.nodes:
        opens, closes = node.shape
        yield f"    {above}{node.id}{opens}{label(*node.lines)}{closes}"
        above = f"{node.id} ~~~ "
    yield "  end"
