"""What a picture says of each region, and of what all of them hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backstay.diagram import holdings
from backstay.diagram.holdings import Part
from backstay.diagram.labels import identifier
from backstay.diagram.situation import Situation
from backstay.topology import Environment, Region

_BOX, _CYLINDER = ("[", "]"), ("[(", ")]")
_SAYS: dict[Part, str] = {
    "writer": "writer",
    "copy": "copy, asynchronous",
    "promoted": "promoted, now the writer",
    "left behind": "copy, for people to promote",
    "alone": "here only",
}
_STATES = {"s3": "S3", "azurerm": "Azure Blob Storage", "gcs": "Cloud Storage", "cloud": "Terraform Cloud"}


@dataclass(frozen=True)
class Node:
    """A box in a picture.

    Attributes:
        id: its name in the picture.
        shape: what opens and closes it.
        lines: what it says.
    """

    id: str
    shape: tuple[str, str]
    lines: Sequence[str]


@dataclass(frozen=True)
class Drawing:
    """A region in a picture.

    Attributes:
        look: how it is framed: `active`, `standby` or `lost`, by what it does and not by what it was meant for.
        nodes: its boxes from top to bottom.
        shares: whether it has part in what is in every region.
    """

    look: str
    nodes: Sequence[Node]
    shares: bool


def drawing(situation: Situation, role: str) -> Drawing:
    """Draw a region."""
    region = situation.environment.regions[role]
    place = f"{region.cloud} {region.region}"
    kept = Node(identifier("kept", role), _BOX, list(_kept(situation, region)))
    if role in situation.lost:
        return Drawing("lost", [Node(identifier("serve", role), _BOX, [role, place, "lost"]), kept], shares=False)
    serve = Node(identifier("serve", role), _BOX, [role, f"{place}, {region.status}", *_machines(region)])
    below = [kept]
    if said := [*_parts(situation, role), *_alone(situation, role)]:
        stores = Node(identifier("stores", role), _CYLINDER, said)
        # Who follows is one row lower than who writes, so that what is copied goes down.
        follows = any(role in store.copies for store in situation.stores)
        below = [kept, stores] if follows else [stores, kept]
    look = "active" if situation.serves(role) else "standby"
    return Drawing(look, [serve, *below], shares=role in situation.on_aws)


def in_every_region(situation: Situation) -> list[str]:
    """What all regions on AWS hold and copy to each other; empty where there is one, or nothing."""
    data, on_aws = situation.environment.data, situation.on_aws
    if len(on_aws) < 2 or situation.lost.issuperset(on_aws):
        return []
    held = [
        data.sessions and "sessions: DynamoDB, every region writes",
        data.sessions and data.sessions.consistency == "strong" and "each write in two regions before it is answered",
        data.artifacts and data.artifacts.copies == "everywhere" and "artifacts: S3",
        data.images and "images: ECR",
    ]
    said = [line for line in held if line]
    everywhere = "in every region" if len(on_aws) == len(situation.environment.regions) else "in every region on AWS"
    return [f"{everywhere}, copied to all others", *said] if said else []


def _machines(region: Region) -> Iterator[str]:
    if region.cluster:
        service = region.llm_service
        yield f"LLM service: {service.replicas} replica{'s'[: service.replicas != 1]}, up to {service.ceiling}"
        nodes = region.cluster.gpu_nodes
        yield f"cluster: {nodes.desired} to {nodes.ceiling} {nodes.instance_type}"
    if region.fleet:
        yield f"fleet: {region.fleet.desired} to {region.fleet.ceiling} {region.fleet.instance_type}"
    if region.instances:
        yield f"machines: {region.instances.count} {region.instances.instance_type}"


def _parts(situation: Situation, role: str) -> Iterator[str]:
    for store in situation.stores:
        part = store.parts.get(role)
        if part is None:
            continue
        bounded = (
            store.name == holdings.DATABASE and part == "copy" and situation.environment.data.vector_db.enforce_rpo
        )
        behind = f"copy, at most {situation.environment.objectives.rpo} behind"
        yield f"{store.name}: {behind if bounded else _SAYS[part]}"
        number = holdings.place_in_line(situation.environment, role)
        # Once somebody has taken over, it depends on people who is next.
        if store.name == holdings.DATABASE and part == "copy" and number and not situation.lost:
            yield _takes_over(situation.environment, number)


def _takes_over(environment: Environment, number: int) -> str:
    failover = environment.failover
    by_itself = (
        failover is not None
        and failover.start == "automatic"
        and not failover.approval
        and (number == 1 or failover.consistency == "strong")
    )
    return f"promoted {nth(number)}, {'by itself' if by_itself else 'by people'}"


def _alone(situation: Situation, role: str) -> Iterator[str]:
    """What a region holds that is copied to no other."""
    if role not in situation.on_aws:
        return
    data = situation.environment.data
    if situation.environment.regions[role].message_queue:
        yield "message queue: its own"
    if len(situation.on_aws) == 1:
        held = {"sessions": data.sessions, "artifacts": data.artifacts, "images": data.images}
        yield from (f"{name}: here only" for name, spec in held.items() if spec is not None)


def _kept(situation: Situation, region: Region) -> Iterator[str]:
    """Where a region's state and backups are, and artifacts that only one other region has."""
    environment = situation.environment
    peer = holdings.peer(environment, region)
    copied = ""
    if peer is not None:
        copied = f", copies {'lost with' if peer in situation.lost else 'in'} {environment.regions[peer].region}"
    backend = environment.state_of(region).backend
    yield f"state: {_STATES.get(backend, backend)}{copied if holdings.copies_state(environment, region) else ''}"
    if (backups := environment.backups) and holdings.is_backed_up(environment, region):
        leaves = peer is not None and backups.stays_in_region is None
        yield f"backups: every {backups.every}{copied if leaves else ', here only'}"
    artifacts = environment.data.artifacts
    if peer is not None and artifacts and artifacts.copies == "peer":
        yield f"artifacts: S3{copied}"


def nth(number: int) -> str:
    """1st, 2nd, 3rd, ..."""
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
