"""A region's term as primary: how it is taken, so that no two regions do, and how it begins to serve.

The fence is a write on condition that the primary and its term are what they were when the region was found lost.
What it guarantees depends on the table:

- In a table that decides for all regions (`strong`), exactly one region takes each term.
- In one that is copied later (`eventual`), the condition is checked against this region's copy only. So only one
  region is ever to take over from a given one by itself: the first of the others in the succession. Nobody else
  writes the item in that term, and no two writes can meet. People who start another region's controller by hand are
  the ones who make sure that there is no other.

In both, a lost region that still runs, cut off from the others, learns of the new term when it is reached again, and
not before: what it wrote meanwhile is lost with the promotion.
"""

from backstay.aws.failover.capacity import growth
from backstay.aws.failover.control import IN_PROGRESS, KEY, PRIMARY, REFUSED, SERVING, record
from backstay.aws.failover.notices import tell
from backstay.aws.failover.observation import ask, own_url
from backstay.aws.failover.plan import FailoverPlan
from backstay.aws.failover.promotion import promotions
from backstay.aws.failover.states import (
    EXECUTION,
    NOW,
    State,
    States,
    choose,
    copy,
    equals,
    fail,
    is_true,
    looking,
    side_by_side,
    task,
)

FIRST = "Is the move planned"
RESUMED = "Resume the term"


def term(plan: FailoverPlan) -> States:
    """Take the term (`FIRST`) or go on with one that was taken (`RESUMED`), and serve."""
    return {**_fence(plan), **_move(plan), **_serve(plan)}


def _fence(plan: FailoverPlan) -> States:
    # Where nothing is lost, the machines are there before the writer moves.
    early = growth(plan, when=" beforehand")
    states: States = {
        FIRST: choose(
            (equals("$.request.mode", "switchover"), "Grow beforehand" if early else "Take the term"),
            otherwise="Take the term",
        ),
        "Take the term": _take(plan),
        "Keep the request's mode": copy("$.request.mode", at="$.mode", then="Record the term"),
        "Record the term": record(plan.table, "term", then="Promote and grow"),
        RESUMED: choose(
            # A switchover ends when its source is lost meanwhile; people say so.
            (is_true("$.request.declare_lost"), "Keep the request's mode"),
            otherwise="Keep the term's mode",
        ),
        "Keep the term's mode": copy("$.primary.mode", at="$.mode", then="Promote and grow"),
        **tell(plan, "another-took-over", "The term was taken meanwhile; the control table says by whom."),
    }
    return states | ({"Grow beforehand": side_by_side(early, then="Take the term")} if early else {})


def _take(plan: FailoverPlan) -> State:
    return task(
        "dynamodb:updateItem",
        {
            "TableName": plan.table,
            "Key": {KEY: {"S": PRIMARY}},
            "UpdateExpression": "SET #region = :ours, term = :next, phase = :phase, #mode = :mode, "
            "predecessor = :lost, execution = :execution, reason = :reason, taken_at = :now",
            # When the answer to the first try is lost, the next one finds what this very run has written.
            "ConditionExpression": "(#region = :lost AND term = :term) OR (term = :next AND execution = :execution)",
            "ExpressionAttributeNames": {"#region": "region", "#mode": "mode"},
            "ExpressionAttributeValues": {
                ":ours": {"S": plan.region},
                ":next": {"N.$": "$.next"},
                ":phase": {"S": IN_PROGRESS},
                ":mode": {"S.$": "$.request.mode"},
                ":lost": {"S.$": "$.primary.region"},
                ":term": {"N.$": "$.primary.term"},
                ":execution": {"S.$": EXECUTION},
                ":reason": {"S.$": "$.request.reason"},
                ":now": {"S.$": NOW},
            },
        },
        then="Keep the request's mode",
        catch={REFUSED: "another-took-over"},
    )


def _move(plan: FailoverPlan) -> States:
    branches = [*promotions(plan), *growth(plan)]
    if not branches:
        return {"Promote and grow": {"Type": "Pass", "Next": "Look at the service"}}
    return {"Promote and grow": side_by_side(branches, then="Look at the service")}


def _serve(plan: FailoverPlan) -> States:
    what = "the service"
    return {
        **looking(
            what,
            first="Ask for this region's health at last",
            pause=plan.pace.poll,
            times=plan.pace.looks(plan.pace.health),
            otherwise="unhealthy",
        ),
        "Ask for this region's health at last": ask(plan, own_url(plan), healthy="Serve", unhealthy=f"Wait for {what}"),
        "Serve": task(
            "dynamodb:updateItem",
            {
                "TableName": plan.table,
                "Key": {KEY: {"S": PRIMARY}},
                "UpdateExpression": "SET phase = :serving, serving_since = :now",
                "ConditionExpression": "#region = :ours",
                "ExpressionAttributeNames": {"#region": "region"},
                "ExpressionAttributeValues": {
                    ":ours": {"S": plan.region},
                    ":serving": {"S": SERVING},
                    ":now": {"S.$": NOW},
                },
            },
            then="Record the service",
            catch={REFUSED: "another-took-over"},
        ),
        "Record the service": record(plan.table, "serving", then="serving"),
        **tell(plan, "serving", "This region is primary and serves. Its record in the control table has the times."),
        **tell(
            plan,
            "unhealthy",
            "This region is primary, with its stores promoted, and its service is not healthy yet. "
            "The controller goes on to look.",
            then="Not healthy in time",
        ),
        "Not healthy in time": fail("Backstay.NotHealthy", "the service was not healthy in time"),
    }
