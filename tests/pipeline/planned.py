"""An environment and what plans of its stacks found, for tests of what is made of them."""

from collections.abc import Sequence
from typing import Any

from backstay.pipeline.changes import Changes, StackChanges, StackError
from backstay.terraform import Action, Outcome
from backstay.terraform.events import Counts
from backstay.terraform.resource_change import ChangeAction, ResourceChange

HERE, THERE, ROUTING, STATE = "example-us-east-1", "example-eu-west-1", "example-routing", "example-state-us-east-1"
TABLE = "aws_dynamodb_table.stores_sessions_6F0B1C2D"


def change(action: ChangeAction, address: str, **more: Any) -> ResourceChange:
    return ResourceChange(address=address, type=address.partition(".")[0], action=action, **more)


def stack(name: str, *changes: ResourceChange, **more: Any) -> StackChanges:
    actions = [each.action for each in changes]
    replaced = actions.count(ChangeAction.REPLACE)
    counts = Counts(
        added=actions.count(ChangeAction.CREATE) + replaced,
        changed=actions.count(ChangeAction.UPDATE),
        destroyed=actions.count(ChangeAction.DELETE) + replaced,
    )
    region = name.removeprefix("example-").removeprefix("state-").removesuffix("-workloads")
    known = {"cloud": "aws", "region": "" if region == "routing" else region}
    outcome = Outcome.CHANGED if changes else Outcome.UNCHANGED
    return StackChanges(**{"name": name, "outcome": outcome, "counts": counts, "changes": changes, **known, **more})


def failed(name: str, summary: str, address: str = "") -> StackChanges:
    return stack(name, outcome=Outcome.FAILED, errors=(StackError(summary, address),))


def plan(*stacks: StackChanges) -> Changes:
    return Changes(environment="example", action=Action.PLAN, stacks=stacks)


def created(number: int, kind: str = "aws_iam_role") -> Sequence[ResourceChange]:
    return [change(ChangeAction.CREATE, f"{kind}.role_{index}") for index in range(number)]
