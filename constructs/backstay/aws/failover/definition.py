"""The failover of one region as the definition of a state machine: data, and nothing of cdktf.

A run reads who is primary. If that is a region which this one succeeds, it looks whether it is lost (`observation`);
if so, it becomes the only run (`run`), judges whether this region may take over (`checks`), and takes over (`term`).
Several may look at once: people who start one do not wait for the schedule's to have seen enough. Every step looks
first whether it is done, so a run that follows an interrupted one goes on where that one stopped.
"""

from typing import Any

from backstay.aws.failover import observation, request, run, term
from backstay.aws.failover.checks import checks
from backstay.aws.failover.notices import tell
from backstay.aws.failover.plan import FailoverPlan
from backstay.aws.failover.states import ANY_ERROR, State, States, choose, equals, fail

_WHAT_NEXT = "What is there to do"


def definition(plan: FailoverPlan) -> dict[str, Any]:
    """The definition, ready to be written as JSON."""
    first_check, checked = checks(plan, then=term.FIRST)
    # Step Functions refuses states that nothing leads to: a region that takes over by hand only does not look.
    looks = bool(plan.predecessors)
    states: States = {
        **request.request(plan, look=observation.FIRST, act=run.FIRST),
        **(observation.observation(plan, lost=run.FIRST) if looks else {}),
        **run.run(plan, then=_WHAT_NEXT),
        _WHAT_NEXT: choose((equals("$.primary.region", plan.region), term.RESUMED), otherwise=first_check),
        **checked,
        **term.term(plan),
    }
    machine = {
        "Comment": f"Takes over for {plan.region}, and for no other region",
        "StartAt": request.FIRST,
        "States": _with_failures_told(plan, states),
    }
    return _in_partition(machine, plan.partition)


def _with_failures_told(plan: FailoverPlan, states: States) -> States:
    """Let whatever goes wrong in a way that nobody thought of end with a notice."""
    told = tell(plan, "failed", "The failover stopped. Started again, it goes on where it stopped.", then="Failed")
    caught = {name: _caught(state) for name, state in states.items()}
    return {**caught, **told, "Failed": fail("Backstay.Failed", "see the execution's history")}


def _caught(state: State) -> State:
    if state["Type"] not in ("Task", "Parallel") or any(ANY_ERROR in c["ErrorEquals"] for c in state.get("Catch", [])):
        return state
    rest = {"ErrorEquals": [ANY_ERROR], "ResultPath": "$.error", "Next": "failed"}
    return {**state, "Catch": [*state.get("Catch", []), rest]}


def _in_partition(value: Any, partition: str) -> Any:
    """The same with the resources of tasks in a partition, such as `aws-us-gov`."""
    if isinstance(value, list):
        return [_in_partition(item, partition) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: item.replace("arn:aws:states:::", f"arn:{partition}:states:::", 1)
        if key == "Resource" and isinstance(item, str)
        else _in_partition(item, partition)
        for key, item in value.items()
    }
