"""States of a Step Functions state machine as data, in the words of the Amazon States Language.

What is known flows from state to state in `$`, in JSONPath.
"""

from collections.abc import Mapping, Sequence
from typing import Any

State = dict[str, Any]
States = dict[str, State]
Condition = dict[str, Any]

NOW = "$$.State.EnteredTime"
EXECUTION = "$$.Execution.Id"
ANY_ERROR = "States.ALL"

_CALL_SECONDS = 30


def task(
    call: str,
    parameters: Mapping[str, Any],
    *,
    then: str | None,
    at: str | None = None,
    select: Mapping[str, Any] | None = None,
    catch: Mapping[str, str] | None = None,
    seconds: int = _CALL_SECONDS,
    retried: bool = True,
) -> State:
    """Call a service.

    Args:
        call: the integration, such as `dynamodb:getItem`.
        parameters: what it is given; keys that end in `.$` are paths.
        then: the next state; None ends.
        at: where the result goes; by default nowhere.
        select: what of the result is kept.
        catch: the states that errors lead to, by the errors' names; they are not retried.
        seconds: how long it may take.
        retried: whether errors that are not caught are retried, four times within half a minute.
    """
    caught = catch or {}
    retry = [_retry(list(caught), attempts=0)] if caught and ANY_ERROR not in caught else []
    if retried:
        retry += [_retry(["States.TaskFailed", "States.Timeout"], attempts=4)]
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::{call}",
        "TimeoutSeconds": seconds,
        "Parameters": dict(parameters),
        **({"ResultSelector": dict(select)} if select else {}),
        "ResultPath": at,
        **({"Retry": retry} if retry else {}),
        **({"Catch": [_catch(error, state) for error, state in caught.items()]} if caught else {}),
        **({"Next": then} if then else {"End": True}),
    }


def _retry(errors: Sequence[str], *, attempts: int) -> dict[str, Any]:
    if not attempts:
        return {"ErrorEquals": list(errors), "MaxAttempts": 0}
    pace = {"IntervalSeconds": 2, "BackoffRate": 2.0, "JitterStrategy": "FULL"}
    return {"ErrorEquals": list(errors), "MaxAttempts": attempts, **pace}


def _catch(error: str, state: str) -> dict[str, Any]:
    return {"ErrorEquals": [error], "ResultPath": "$.error", "Next": state}


def reshape(parameters: Mapping[str, Any], *, then: str, at: str = "$") -> State:
    """Put together new data from what there is."""
    return {"Type": "Pass", "Parameters": dict(parameters), "ResultPath": at, "Next": then}


def copy(path: str, *, at: str, then: str) -> State:
    """Put what is at one path at another, too."""
    return {"Type": "Pass", "InputPath": path, "ResultPath": at, "Next": then}


def start_count(path: str, *, then: str) -> State:
    """Set the number at `path`.n to nought."""
    return {"Type": "Pass", "Result": {"n": 0}, "ResultPath": path, "Next": then}


def count(path: str, *, then: str) -> State:
    """Add one to the number at `path`.n."""
    return reshape({"n.$": f"States.MathAdd({path}.n, 1)"}, then=then, at=path)


def looking(what: str, *, first: str, pause: int, times: int, otherwise: str) -> States:
    """Look at something from the state `first` on, and again whenever that goes on with `Wait for <what>`.

    Args:
        what: what is looked at, for the names of the states; the first to run is `Look at <what>`.
        first: the state that looks.
        pause: the seconds between two looks.
        times: how many looks there are.
        otherwise: the state after the last one.
    """
    return {
        f"Look at {what}": start_count("$.looks", then=first),
        f"Wait for {what}": wait(pause, then=f"Count the looks at {what}"),
        f"Count the looks at {what}": count("$.looks", then=f"Look at {what} again"),
        f"Look at {what} again": choose((at_least("$.looks.n", times), otherwise), otherwise=first),
    }


def wait(seconds: int, *, then: str) -> State:
    """Let time pass."""
    return {"Type": "Wait", "Seconds": seconds, "Next": then}


def choose(*rules: tuple[Condition, str], otherwise: str) -> State:
    """Go on with the state of the first condition that holds."""
    return {
        "Type": "Choice",
        "Choices": [{**condition, "Next": state} for condition, state in rules],
        "Default": otherwise,
    }


def side_by_side(branches: Sequence[tuple[str, States]], *, then: str) -> State:
    """Run branches, each given by its first state and all of its states, and go on when all of them have ended."""
    return {
        "Type": "Parallel",
        "Branches": [{"StartAt": first, "States": states} for first, states in branches],
        "ResultPath": None,
        "Next": then,
    }


def fail(error: str, cause: str) -> State:
    """End with an error."""
    return {"Type": "Fail", "Error": error, "Cause": cause}


def done(outcome: str) -> State:
    """End, saying how."""
    return {"Type": "Pass", "Result": {"outcome": outcome}, "End": True}


def literal(text: str) -> str:
    """A text as an argument of an intrinsic function."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def equals(path: str, value: str) -> Condition:
    """The text at the path is this one."""
    return {"Variable": path, "StringEquals": value}


def same(path: str, other: str) -> Condition:
    """The texts at both paths are the same."""
    return {"Variable": path, "StringEqualsPath": other}


def is_true(path: str) -> Condition:
    """The path holds true."""
    return {"Variable": path, "BooleanEquals": True}


def present(path: str) -> Condition:
    """The path leads somewhere."""
    return {"Variable": path, "IsPresent": True}


def absent(path: str) -> Condition:
    """The path leads nowhere."""
    return {"Variable": path, "IsPresent": False}


def at_least(path: str, number: int) -> Condition:
    """The number at the path is this one or more."""
    return {"Variable": path, "NumericGreaterThanEquals": number}


def both(*conditions: Condition) -> Condition:
    """All of the conditions hold."""
    return {"And": list(conditions)}
