"""How people are told: of each outcome of a term once an hour."""

from typing import Any

from backstay.aws.failover.control import KEY, put
from backstay.aws.failover.plan import FailoverPlan
from backstay.aws.failover.states import ANY_ERROR, EXECUTION, NOW, State, States, done, task

# The controller starts every minute, and what stops it may last.
_HOUR = "States.ArrayGetItem(States.StringSplit($$.State.EnteredTime, ':'), 0)"
_SUBJECT = "Backstay: failover in {region}"


def tell(plan: FailoverPlan, outcome: str, says: str, *, then: str | None = None) -> States:
    """Tell people, once an hour for each term, and end; or go on with `then`.

    The first state is named like the outcome.
    """
    last = then or f"End: {outcome}"
    states: States = {
        outcome: put(
            plan.table,
            {KEY: {"S.$": f"States.Format('notice#{outcome}#{{}}#{{}}', $.record, {_HOUR})"}, "at": {"S.$": NOW}},
            f"attribute_not_exists({KEY})",
            then=f"Tell: {outcome}",
            refused=last,
        ),
        f"Tell: {outcome}": publish(plan, outcome, says, then=last),
    }
    return states if then else {**states, last: done(outcome)}


def publish(plan: FailoverPlan, outcome: str, says: str, *, then: str) -> State:
    """Send a notice. That nobody can be told stops nothing."""
    return task(
        "sns:publish",
        {
            "TopicArn": plan.topic,
            "Subject": _SUBJECT.format(region=plan.region),
            "Message": message(plan, outcome, says),
        },
        then=then,
        catch={ANY_ERROR: then},
    )


def message(plan: FailoverPlan, outcome: str, says: str) -> dict[str, Any]:
    """What a notice says, for people and for programs."""
    return {
        "outcome": outcome,
        "says": says,
        "region": plan.region,
        "primary.$": "$.primary",
        "request.$": "$.request",
        "execution.$": EXECUTION,
        "at.$": NOW,
    }
