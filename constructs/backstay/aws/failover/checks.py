"""Whether this region may take over: it is well, its data is fresh enough, and people agree."""

from backstay.aws.failover.control import record
from backstay.aws.failover.notices import message, tell
from backstay.aws.failover.observation import ask, own_url
from backstay.aws.failover.plan import FailoverPlan
from backstay.aws.failover.states import States, at_least, choose, done, is_true, task


def checks(plan: FailoverPlan, *, then: str) -> tuple[str, States]:
    """The first of the states that refuse or go on with `then`, and all of them."""
    first, states = then, States()
    for section in (_approval, _start, _dry_run, _freshness, _health, _alarms, _observed):
        if made := section(plan, then=first):
            first, states = next(iter(made)), {**made, **states}
    return first, states


def _observed(plan: FailoverPlan, *, then: str) -> States:
    return {"Record the decision": record(plan.table, "decided", then=then, again=True)}


def _alarms(plan: FailoverPlan, *, then: str) -> States:
    if not plan.health_alarms:
        return {}
    return {
        "Look at this region's alarms": task(
            "aws-sdk:cloudwatch:describeAlarms",
            # An alarm that watches others is found only by its kind.
            {
                "AlarmNames": list(plan.health_alarms),
                "AlarmTypes": ["MetricAlarm", "CompositeAlarm"],
                "StateValue": "ALARM",
            },
            then="Does one of them ring",
            at="$.alarms",
            select={
                "metric.$": "States.ArrayLength($.MetricAlarms)",
                "composite.$": "States.ArrayLength($.CompositeAlarms)",
            },
        ),
        "Does one of them ring": choose(
            (at_least("$.alarms.metric", 1), "ill"), (at_least("$.alarms.composite", 1), "ill"), otherwise=then
        ),
        **_ill(plan),
    }


def _health(plan: FailoverPlan, *, then: str) -> States:
    if not plan.is_warm:
        return {}
    return {"Ask for this region's health": ask(plan, own_url(plan), healthy=then, unhealthy="ill"), **_ill(plan)}


def _ill(plan: FailoverPlan) -> States:
    return tell(plan, "ill", "This region is ill itself and does not take over.")


def _freshness(plan: FailoverPlan, *, then: str) -> States:
    if plan.staleness_alarm is None:
        return {}
    return {
        "Look how fresh the vector database is": task(
            "aws-sdk:cloudwatch:describeAlarms",
            {"AlarmNames": [plan.staleness_alarm], "AlarmTypes": ["MetricAlarm"], "StateValue": "OK"},
            then="Is it fresh enough",
            at="$.fresh",
            select={"alarms.$": "States.ArrayLength($.MetricAlarms)"},
        ),
        "Is it fresh enough": choose(
            (at_least("$.fresh.alarms", 1), then), (is_true("$.request.accept_stale_data"), then), otherwise="stale"
        ),
        **tell(
            plan,
            "stale",
            "The copy of the vector database was further behind than is accepted, or nothing is known of it: it is not "
            f"promoted. Alarm {plan.staleness_alarm} says how far. To lose that much, start this state machine with "
            '{"accept_stale_data": true}.',
        ),
    }


def _dry_run(plan: FailoverPlan, *, then: str) -> States:
    del plan
    return {
        "Is it a dry run": choose((is_true("$.request.dry_run"), "Dry run"), otherwise=then),
        "Dry run": done("dry-run"),
    }


def _start(plan: FailoverPlan, *, then: str) -> States:
    if plan.automatic:
        return {}
    return {
        "Did people start it": choose((is_true("$.request.scheduled"), "waiting-for-people"), otherwise=then),
        **tell(
            plan,
            "waiting-for-people",
            "The primary's region is lost, and this one can take over. Start this state machine with {} to let it.",
        ),
    }


def _approval(plan: FailoverPlan, *, then: str) -> States:
    if not plan.approval:
        return {}
    says = (
        "The primary's region is to be replaced by this one. Approve it with `aws stepfunctions send-task-success "
        "--task-output {} --task-token` and the token, or refuse it with `aws stepfunctions send-task-failure "
        "--task-token` and the token."
    )
    return {
        "Ask for approval": task(
            "sns:publish.waitForTaskToken",
            {
                "TopicArn": plan.topic,
                "Subject": f"Backstay: approve a failover to {plan.region}",
                "Message": {**message(plan, "approval-wanted", says), "token.$": "$$.Task.Token"},
            },
            then="Record the approval",
            catch={"States.Timeout": "not-approved", "States.TaskFailed": "not-approved"},
            seconds=plan.pace.approval,
            retried=False,
        ),
        "Record the approval": record(plan.table, "approved", then=then, again=True),
        **tell(plan, "not-approved", "Nobody approved the failover in time, or somebody refused it."),
    }
