"""What the endings of a failover mean: for people, and for the exit status."""

from dataclasses import dataclass

from backstay.cli.status import Status


@dataclass(frozen=True)
class Ending:
    """How a failover ended.

    Attributes:
        status: the exit status.
        says: what that means, and what to do.
    """

    status: Status
    says: str


ENDINGS = {
    "serving": Ending(Status.SUCCESS, "{region} is primary and serves"),
    "already-primary": Ending(Status.SUCCESS, "{region} is the primary already; nothing was changed"),
    "dry-run": Ending(Status.SUCCESS, "{region} could take over now; nothing was changed"),
    "primary-answers": Ending(
        Status.REFUSED,
        "{primary}, the primary, answers, so that nothing was done; --switchover moves without losing data, and "
        "--declare-lost gives it up all the same",
    ),
    "unhealthy-but-alive": Ending(
        Status.REFUSED,
        "{primary}, the primary, does not serve, but its heart beats, so that nothing was done; if it cannot be mended "
        "where it is, --declare-lost gives it up",
    ),
    "ill": Ending(
        Status.REFUSED,
        "{region} is ill itself, so that nothing was done: it does not answer at its own name, or its alarm "
        "'region-unfit' rings; mend it, or choose another region",
    ),
    "stale": Ending(
        Status.REFUSED,
        "the copy of the vector database in {region} was further behind than is accepted, or nothing is known of it, "
        "so that nothing was done; the alarm 'failover-too-stale' says how far, and --accept-stale-data loses it",
    ),
    "not-our-turn": Ending(
        Status.REFUSED,
        "by itself {region} does not take over from {primary}, because another region comes first, so that nothing was "
        "done; when that one is lost as well, or nobody lets it take over, --declare-lost does it",
    ),
    "no-primary": Ending(
        Status.REFUSED,
        "no region has been primary yet, so that nothing was done; the first in the order, {first}, becomes it within "
        "a minute of being deployed",
    ),
    "another-run": Ending(Status.REFUSED, "another run acts for {region} already, so that nothing was done: {other}"),
    "another-took-over": Ending(
        Status.REFUSED, "the term was taken meanwhile, by {primary}; nothing was promoted by this run"
    ),
    "not-approved": Ending(
        Status.REFUSED,
        "nobody approved in time, or somebody refused, so that nothing was done; run this again to ask anew",
    ),
}

STOPPED = Ending(
    Status.FAILURE,
    "the failover stopped ({error}); what was done stays done, and running it again goes on from there",
)
