"""The control table: who is primary, whose heart beats, who runs, and when each step was taken.

Every item has one key, `id`:

- `primary`: the region that is primary, its term (a number that only grows) and whether it serves yet. Whoever takes
  over writes it, on condition that it is what it was when the region was found lost: that is the fence.
- `beat#<region>`: a number that the region's heartbeat adds one to every minute, from within that region.
- `run#<region>`: the execution that acts for the region, so that two at once never do.
- `failover#<term>#<region>`: when each step of a failover was taken.
- `notice#...`: what people were told already.
"""

from collections.abc import Mapping
from typing import Any

from backstay.aws.failover.states import EXECUTION, NOW, State, task
from backstay.topology import Names

PURPOSE = "control"
KEY = "id"
PRIMARY = "primary"
IN_PROGRESS = "promoting"
SERVING = "serving"

REFUSED = "DynamoDB.ConditionalCheckFailedException"


def control_table(names: Names) -> str:
    """The control table's name, the same in every region."""
    return names.table(PURPOSE)


def record_key(term: str, region: str) -> str:
    """The item that says when each step of a region's way to a term was taken."""
    return f"failover#{term}#{region}"


def beat_key(region: str) -> str:
    """The item that a region's heartbeat adds to."""
    return f"beat#{region}"


def run_key(region: str) -> str:
    """The item that says which execution acts for a region."""
    return f"run#{region}"


def heartbeat(table: str, region: str) -> dict[str, Any]:
    """The request that a region's schedule sends to DynamoDB every minute."""
    return {
        "TableName": table,
        "Key": {KEY: {"S": beat_key(region)}},
        "UpdateExpression": "ADD beats :one SET last_at = :now",
        # The scheduler fills in when the beat was due.
        "ExpressionAttributeValues": {":one": {"N": "1"}, ":now": {"S": "<aws.scheduler.scheduled-time>"}},
    }


def read(table: str, key: str, *, then: str, at: str) -> State:
    """Read an item as it is now in this region."""
    parameters = {"TableName": table, "Key": {KEY: {"S": key}}, "ConsistentRead": True}
    return task("dynamodb:getItem", parameters, then=then, at=at)


def listen(table: str, *, then: str, at: str) -> State:
    """Note how often the heart of the primary's region has beaten, as a text that can be compared."""
    # A query, since it answers with an empty list where a region's heart has never beaten.
    parameters = {
        "TableName": table,
        "KeyConditionExpression": f"{KEY} = :beat",
        "ExpressionAttributeValues": {":beat": {"S.$": f"States.Format('{beat_key('{}')}', $.primary.region)"}},
        "ConsistentRead": True,
    }
    select = {"beats.$": "States.JsonToString($.Items[*].beats.N)"}
    return task("aws-sdk:dynamodb:query", parameters, then=then, at=at, select=select)


def put(table: str, item: Mapping[str, Any], condition: str, *, then: str, refused: str, **values: Any) -> State:
    """Write an item on a condition, whose `:names` are in `values`."""
    parameters = {
        "TableName": table,
        "Item": dict(item),
        "ConditionExpression": condition,
        **({"ExpressionAttributeValues": {f":{name}": value for name, value in values.items()}} if values else {}),
    }
    return task("dynamodb:putItem", parameters, then=then, catch={REFUSED: refused})


def record(table: str, step: str, *, then: str | None, again: bool = False) -> State:
    """Write down when a step was taken.

    Once the fence is taken the first time counts, however often the failover is resumed. Before that (`again`), each
    try is a new one.
    """
    time = ":now" if again else "if_not_exists(#step, :now)"
    parameters = {
        "TableName": table,
        "Key": {KEY: {"S.$": "$.record"}},
        "UpdateExpression": f"SET #step = {time}, execution = :execution",
        "ExpressionAttributeNames": {"#step": step},
        "ExpressionAttributeValues": {":now": {"S.$": NOW}, ":execution": {"S.$": EXECUTION}},
    }
    return task("dynamodb:updateItem", parameters, then=then)
