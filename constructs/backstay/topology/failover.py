"""How a region takes over from another that is lost."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field

from backstay.topology.catalog.aws_data import STRONG_CONSISTENCY_SETS
from backstay.topology.forms import between
from backstay.topology.logs import LogDays
from backstay.topology.quantities import Duration
from backstay.topology.region import Region, RegionRole
from backstay.topology.spec import Spec

# EventBridge Scheduler starts nothing more often.
START_EVERY = Duration.parse("1m")
# Once it does not answer, a region is asked again this often, and given this long, as by EventBridge's API destinations
# (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html).
LOOK_EVERY = Duration.parse("20s")
ANSWER_WITHIN = Duration.parse("5s")


class FailoverSpec(Spec):
    """The failover of what has one writer, and of capacity. Traffic moves before that, by health checks."""

    start: Literal["automatic", "manual"] = "automatic"
    """Whether a region takes over by itself, or tells people that it could and waits for them to start it."""

    approval: bool = Field(strict=True, default=False)
    """Whether people have to approve before a region takes over, however it was started."""

    observe: Annotated[Duration, between(Duration.parse("2m"), Duration.parse("1h"))] = Duration.parse("3m")
    """How long a region has to be silent and out of reach before it counts as lost.

    Regions give a sign each minute, so less than two minutes would be one sign that came late. The default lets two
    go by (compare the five minutes after which https://github.com/aws-samples/sample-multi-region-resilient-microservice-on-aws
    gives a region up).
    """

    accepted_loss: Annotated[Duration, between(Duration.parse("1s"), Duration.parse("1d"))] | None = None
    """How far behind the copy of the vector database may have been when its source was lost, for a region to take
    over by itself; beyond that, people decide. By default `objectives.rpo`. A copy lags behind a lost source for as
    long as it takes to notice the loss, so it counts as too far behind only when it was for longer than that."""

    order: tuple[RegionRole, ...] = ()
    """Which part's region takes over first, second, ...; by default as the regions stand in the file."""

    consistency: Literal["eventual", "strong"] = "eventual"
    """How the regions agree who is primary.

    With `eventual`, only the first in the order (of the others) takes over by itself, and no two can; anything else is
    for people to start. With `strong`, whichever notices first does; it takes three regions of one region set, or two
    and a witness.
    """

    approve_within: Annotated[Duration, between(Duration.parse("1m"), Duration.parse("1d"))] = Duration.parse("30m")
    """How long people have to approve."""

    promote_within: Annotated[Duration, between(Duration.parse("1m"), Duration.parse("1h"))] = Duration.parse("10m")
    """How long the promotion of a store may take; minutes, for Aurora
    (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html)."""

    grow_within: Annotated[Duration, between(Duration.parse("1m"), Duration.parse("2h"))] = Duration.parse("20m")
    """How long machines may take to start before the region serves with fewer. A GPU can take 15 minutes to be ready
    (https://github.com/kubernetes/autoscaler, `cluster-autoscaler/utils/gpu`)."""

    serve_within: Annotated[Duration, between(Duration.parse("1m"), Duration.parse("2h"))] = Duration.parse("15m")
    """How long the service may take to be healthy when all is there: as long as `llm_service.warm_up`, by default."""

    log_days: LogDays = 365
    """How long the log of what was done is kept."""

    @property
    def detection(self) -> Duration:
        """The longest until a loss counts as one: the next start, and all looks at a region that lets each time out."""
        looks = -(-self.observe.seconds // LOOK_EVERY.seconds)
        return Duration(
            START_EVERY.seconds + ANSWER_WITHIN.seconds + looks * (LOOK_EVERY.seconds + ANSWER_WITHIN.seconds)
        )


def succession(spec: FailoverSpec, regions: Mapping[str, Region]) -> tuple[Region, ...]:
    """The regions in the order in which they take over: the one that writes first, unless the spec has an order.

    Args:
        spec: the spec.
        regions: the regions that can be primary, by the part that each plays.

    Raises:
        ValueError: when the order names a part that none of them plays, or leaves one out.
    """
    if spec.order:
        if sorted(spec.order) != sorted(regions):
            raise ValueError(
                f"failover.order names {', '.join(spec.order)}; it must name each of {', '.join(regions)} once"
            )
        return tuple(regions[role] for role in spec.order)
    return tuple(sorted(regions.values(), key=lambda region: region.vector_db != "primary"))


def witness_for(regions: Sequence[str]) -> str | None:
    """The region that stands witness when these two decide together; None when they are three already.

    Raises:
        ValueError: when they cannot decide together.
    """
    for together in STRONG_CONSISTENCY_SETS:
        if together.issuperset(regions) and len(set(regions)) == len(regions) and len(regions) in (2, 3):
            return min(together.difference(regions)) if len(regions) == 2 else None
    sets = "; ".join(", ".join(sorted(together)) for together in STRONG_CONSISTENCY_SETS)
    raise ValueError(
        f"regions {', '.join(regions)} cannot agree with strong consistency; it takes two or three of one set "
        f"({sets}), or consistency: eventual"
    )
