"""Whether the primary's region is lost: two signals that have nothing in common, for as long as is asked for.

- Its health, asked for over the internet at the region's own name, as clients would. No name server's record has to
  change for that, and no other region is asked.
- Its heartbeat, a number in the control table that only that region adds to. It is compared with itself, so clocks
  that differ do not matter, and neither does how long the table takes to copy.

A region that answers neither, all the time, is lost. One that answers either is not, and people are told.
"""

from collections.abc import Mapping

from backstay.aws.failover.control import listen
from backstay.aws.failover.notices import tell
from backstay.aws.failover.plan import FailoverPlan
from backstay.aws.failover.states import (
    State,
    States,
    at_least,
    choose,
    count,
    done,
    literal,
    same,
    start_count,
    task,
    wait,
)

FIRST = "Ask the primary's region for its health"

# What says that a region does not serve. Any other answer says that the question was wrong, which proves nothing.
_UNHEALTHY = (
    "States.Http.Socket",
    "States.Http.StatusCode.500",
    "States.Http.StatusCode.502",
    "States.Http.StatusCode.503",
    "States.Http.StatusCode.504",
    "States.Timeout",
)


def ask(plan: FailoverPlan, url: Mapping[str, str], *, healthy: str, unhealthy: str) -> State:
    """Ask for a region's health at its own name."""
    return task(
        "http:invoke",
        {**url, "Method": "GET", "Authentication": {"ConnectionArn": plan.connection}},
        then=healthy,
        catch=dict.fromkeys(_UNHEALTHY, unhealthy),
        seconds=plan.pace.answer,
        retried=False,
    )


def own_url(plan: FailoverPlan) -> dict[str, str]:
    """Where this region's health is asked for."""
    return {"ApiEndpoint": plan.health_url.format(plan.region)}


def observation(plan: FailoverPlan, *, lost: str) -> States:
    """Look once, and if there is no answer, for as long as it takes to be `lost`."""
    primary = {"ApiEndpoint.$": f"States.Format({literal(plan.health_url)}, $.primary.region)"}
    return {
        FIRST: ask(plan, primary, healthy="The primary answers", unhealthy="Listen to its heart"),
        "Listen to its heart": listen(plan.table, then="Begin to count", at="$.before"),
        "Begin to count": start_count("$.looks", then="Wait for its heart to beat"),
        "Wait for its heart to beat": wait(plan.pace.look, then="Listen again"),
        "Listen again": listen(plan.table, then="Has its heart beaten", at="$.heartbeat"),
        "Has its heart beaten": choose(
            (same("$.heartbeat.beats", "$.before.beats"), "Ask for its health again"), otherwise="unhealthy-but-alive"
        ),
        "Ask for its health again": ask(plan, primary, healthy="The primary answers", unhealthy="Count the look"),
        "Count the look": count("$.looks", then="Was it silent long enough"),
        "Was it silent long enough": choose(
            (at_least("$.looks.n", plan.pace.silent_looks), lost), otherwise="Wait for its heart to beat"
        ),
        "The primary answers": done("primary-answers"),
        **tell(
            plan,
            "unhealthy-but-alive",
            "The primary's region does not serve, but its heart beats: nothing was done. If it has to be given up, "
            'start this state machine with {"declare_lost": true}.',
        ),
    }
