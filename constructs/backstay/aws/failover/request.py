"""The beginning of a run: what is asked for, who is primary, and whether this region has anything to do."""

from backstay.aws.failover.control import IN_PROGRESS, KEY, PRIMARY, SERVING, put, read, record_key
from backstay.aws.failover.plan import FailoverPlan
from backstay.aws.failover.states import NOW, State, States, both, choose, done, equals, fail, is_true, present, reshape

FIRST = "Read the request"
NOT_OURS = "Another region's turn"

MODES = ("failover", "switchover")

# What a request may hold, and what holds where it says nothing.
DEFAULTS = {
    # `failover` takes over from a lost region; `switchover` from one that is well, without losing data.
    "mode": "failover",
    # Started by the schedule and not by people.
    "scheduled": False,
    # Look and judge, and change nothing.
    "dry_run": False,
    # People say that the primary's region is lost, whatever the controller sees; in the primary itself, that its
    # predecessor is, so that what belongs to its term is looked at once more.
    "declare_lost": False,
    # Promote a copy that is further behind than is accepted.
    "accept_stale_data": False,
    # Why, for the record.
    "reason": "",
}


def request(plan: FailoverPlan, *, look: str, act: str) -> States:
    """Read what there is to know, and end the run, or `look` whether the primary is lost, or `act` on what is known."""
    term, region = "$.read.Item.term.N", plan.region
    following = f"States.MathAdd(States.StringToJson({term}), 1)"
    known = {
        "request.$": "$.request",
        "primary": {
            "region.$": "$.read.Item.region.S",
            "term.$": term,
            "phase.$": "$.read.Item.phase.S",
            "mode.$": "$.read.Item.mode.S",
        },
        "next.$": f"States.Format('{{}}', {following})",
        "record.$": f"States.Format('{record_key('{}', region)}', {following})",
        "resumed.$": f"States.Format('{record_key('{}', region)}', {term})",
    }
    states: States = {
        FIRST: reshape({"defaults": DEFAULTS, "given.$": "$$.Execution.Input"}, then="Fill in the request"),
        "Fill in the request": reshape(
            {
                "request.$": "States.JsonMerge($.defaults, $.given, false)",
                # For the notice of a failure that comes before they are known.
                "primary": {},
                "record": "unknown",
            },
            then="Is the request understood",
        ),
        "Is the request understood": choose(
            *((equals("$.request.mode", mode), "Read who is primary") for mode in MODES), otherwise="Not understood"
        ),
        "Not understood": fail("Backstay.NotUnderstood", f"mode in the request must be {' or '.join(MODES)}"),
        "Read who is primary": read(plan.table, PRIMARY, then="Is there a primary", at="$.read"),
        "Is there a primary": choose((present("$.read.Item"), "Work out the term"), otherwise=_beginning(plan)),
        "Work out the term": reshape(known, then="Is it this region's turn"),
        "Is it this region's turn": _turn(plan, look=look, act=act),
        "Return to the term's record": {
            "Type": "Pass",
            "InputPath": "$.resumed",
            "ResultPath": "$.record",
            "Next": act,
        },
        "Already primary": done("already-primary"),
        NOT_OURS: done("not-our-turn"),
    }
    return {**states, _beginning(plan): _begin(plan)}


def _beginning(plan: FailoverPlan) -> str:
    return "Begin the first term" if plan.region == plan.succession[0] else "No primary yet"


def _begin(plan: FailoverPlan) -> State:
    if plan.region != plan.succession[0]:
        return done("no-primary")
    item = {
        KEY: {"S": PRIMARY},
        "region": {"S": plan.region},
        "term": {"N": "1"},
        "phase": {"S": SERVING},
        "mode": {"S": "first"},
        "taken_at": {"S.$": NOW},
    }
    unset = f"attribute_not_exists({KEY})"
    return put(plan.table, item, unset, then="Already primary", refused="Already primary")


def _turn(plan: FailoverPlan, *, look: str, act: str) -> State:
    ours = equals("$.primary.region", plan.region)
    return choose(
        (both(ours, equals("$.primary.phase", IN_PROGRESS)), "Return to the term's record"),
        # People see that not everything is as it should be in the primary.
        (both(ours, is_true("$.request.declare_lost")), "Return to the term's record"),
        (ours, "Already primary"),
        (equals("$.request.mode", "switchover"), act),
        (is_true("$.request.declare_lost"), act),
        *((equals("$.primary.region", lost), look) for lost in plan.predecessors),
        otherwise=NOT_OURS,
    )
