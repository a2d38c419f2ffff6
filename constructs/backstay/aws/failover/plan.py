"""What a failover controller has to know: names, sizes and times, all of them computed before a plan."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from backstay.topology import CloudRegion, Environment, HealthCheckSpec, Names, Region
from backstay.topology.compute import Scale
from backstay.topology.failover import ANSWER_WITHIN, LOOK_EVERY, FailoverSpec
from backstay.topology.load import machines_for, needed

_POLL_SECONDS = 15


@dataclass(frozen=True)
class Pool:
    """A node group, and the number of its machines with which the region carries the whole load.

    Attributes:
        label: what people call it, in a few words.
        cluster: the cluster's name.
        name: the node group's name in it.
        size: the full number.
    """

    label: str
    cluster: str
    name: str
    size: int


@dataclass(frozen=True)
class Fleet:
    """An auto-scaling group, and the number of its machines with which the region carries the whole load.

    Attributes:
        label: what people call it, in a few words.
        name: the group's name.
        size: the full number.
    """

    label: str
    name: str
    size: int


@dataclass(frozen=True)
class Stores:
    """What is promoted in a region; None where there is no such store, or nothing of it to promote.

    Attributes:
        vector_db: the identifier of the region's Aurora cluster and of the global one, which have the same.
        cache: the identifier of the region's replication group, a member of a global datastore.
    """

    vector_db: str | None = None
    cache: str | None = None


@dataclass(frozen=True)
class Pace:
    """How often things are looked at, and how long they may take, in seconds.

    Attributes:
        answer: how long a region may take to answer.
        look: between two looks at a silent region, besides its answers.
        observe: how long it has to be silent.
        poll: between two looks at something that is under way.
        approval: how long people have to approve.
        promotion: how long a promotion may take.
        capacity: how long machines may take to start.
        health: how long the service may take to be healthy once all is there.
    """

    answer: int
    look: int
    observe: int
    poll: int
    approval: int
    promotion: int
    capacity: int
    health: int

    def looks(self, seconds: int) -> int:
        """How many looks at something under way fill a time."""
        return max(1, -(-seconds // self.poll))

    @property
    def silent_looks(self) -> int:
        """How many looks at a silent region fill the time for which it has to be silent."""
        return max(1, -(-self.observe // self.look))


@dataclass(frozen=True)
class FailoverPlan:
    """Everything that the state machine of one region refers to.

    Attributes:
        region: the region that the controller acts for.
        succession: all regions that can be primary, in the order in which they take over from a lost one.
        any_may_succeed: whether each of them may take over from any, which takes a table that decides for all.
        table: the control table.
        topic: the ARN of the topic that tells people.
        connection: the ARN of the connection that health is asked through.
        health_url: where a region's health is asked for, `{}` standing for the region.
        is_warm: whether the region serves before it is scaled, so that its health says something.
        health_alarms: alarms of the region, none of which may ring when it is to take over.
        staleness_alarm: the alarm that is OK as long as the vector database's copy was fresh enough.
        cluster_arn: the ARN of the region's Aurora cluster.
        stores: what is promoted.
        pools: node groups to scale.
        fleets: auto-scaling groups to scale.
        automatic: whether the controller starts by itself.
        approval: whether people have to approve.
        pace: how often and how long.
        partition: the partition, for ARNs.
    """

    region: str
    succession: Sequence[str]
    table: str
    topic: str
    connection: str
    health_url: str
    pace: Pace
    is_warm: bool = True
    any_may_succeed: bool = False
    health_alarms: Sequence[str] = ()
    staleness_alarm: str | None = None
    cluster_arn: str | None = None
    stores: Stores = field(default_factory=Stores)
    pools: Sequence[Pool] = ()
    fleets: Sequence[Fleet] = ()
    automatic: bool = True
    approval: bool = False
    partition: str = "aws"

    @property
    def predecessors(self) -> tuple[str, ...]:
        """The regions that this one takes over from by itself."""
        others = [region for region in self.succession if region != self.region]
        if self.any_may_succeed:
            return tuple(others)
        return tuple(lost for lost in others if successor(self.succession, lost) == self.region)


def health_url(names: Names, host: str, region: CloudRegion, check: HealthCheckSpec) -> str:
    """Where regions' health is asked for, with `{}` for the region."""
    own = names.regional_host(host, region)
    return f"https://{own.replace(region.name, '{}', 1)}{check.path}"


def pace(spec: FailoverSpec) -> Pace:
    """How often things are looked at, and how long they may take."""
    return Pace(
        answer=ANSWER_WITHIN.seconds,
        look=LOOK_EVERY.seconds,
        observe=spec.observe.seconds,
        poll=_POLL_SECONDS,
        approval=spec.approve_within.seconds,
        promotion=spec.promote_within.seconds,
        capacity=spec.grow_within.seconds,
        health=spec.serve_within.seconds,
    )


def machines(environment: Environment, region: Region) -> tuple[tuple[Pool, ...], tuple[Fleet, ...]]:
    """The groups of GPU machines of a region, each with as many as it takes to carry the load of a lost region too."""
    role = next(role for role, other in environment.regions.items() if other.location == region.location)
    load, names = needed(environment, role), environment.names
    pools, fleets = [], []
    if region.cluster:
        size = _full_size(region.cluster.gpu_nodes, machines_for(load.cluster_gpus, region.cluster.gpu_nodes, region))
        pools.append(Pool("GPU nodes", names.cluster(), names.node_group("gpu"), size))
    if region.fleet:
        size = _full_size(region.fleet, machines_for(load.fleet_gpus, region.fleet, region))
        fleets.append(Fleet("GPU fleet", names.machine("gpu-fleet"), size))
    return tuple(pools), tuple(fleets)


def _full_size(group: Scale, wanted: int) -> int:
    # A group is never asked for more than it may have, which whoever waived the rule about it has accepted.
    return min(group.ceiling, max(group.desired, wanted))


def successor(succession: Sequence[str], lost: str) -> str | None:
    """The only region that takes over from a lost one by itself: the first of the others."""
    return next((region for region in succession if region != lost), None)
