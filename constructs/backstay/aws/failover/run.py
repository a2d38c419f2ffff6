"""One run at a time: the second of two stops, and the run after one that was interrupted takes its place."""

from backstay.aws.failover.control import KEY, put, read, run_key
from backstay.aws.failover.plan import FailoverPlan
from backstay.aws.failover.states import EXECUTION, NOW, States, choose, done, equals, task

FIRST = "Take the run"


def run(plan: FailoverPlan, *, then: str) -> States:
    """Become the execution that acts for the region, or end because another one does.

    The lock needs no expiry: whether its holder still runs is asked of Step Functions.
    """
    item = {KEY: {"S": run_key(plan.region)}, "execution": {"S.$": EXECUTION}, "at": {"S.$": NOW}}
    return {
        FIRST: put(
            plan.table,
            item,
            f"attribute_not_exists({KEY}) OR execution = :me",
            then=then,
            refused="Read who runs",
            me={"S.$": EXECUTION},
        ),
        "Read who runs": read(plan.table, run_key(plan.region), then="Does it still run", at="$.run"),
        "Does it still run": task(
            "aws-sdk:sfn:describeExecution",
            {"ExecutionArn.$": "$.run.Item.execution.S"},
            then="Is it still running",
            at="$.other",
            select={"status.$": "$.Status"},
            # Step Functions forgets executions after 90 days.
            catch={"Sfn.ExecutionDoesNotExistException": "Take over the run"},
        ),
        "Is it still running": choose(
            (equals("$.other.status", "RUNNING"), "Another run is under way"), otherwise="Take over the run"
        ),
        "Take over the run": put(
            plan.table,
            item,
            "execution = :gone OR execution = :me",
            then=then,
            refused="Another run is under way",
            gone={"S.$": "$.run.Item.execution.S"},
            me={"S.$": EXECUTION},
        ),
        "Another run is under way": done("another-run"),
    }
