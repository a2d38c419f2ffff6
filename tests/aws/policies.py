"""What a policy document decides: enough of IAM's rules to put a request to it."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

ACCOUNT = "123456789012"
STRANGER = "999999999999"


@dataclass(frozen=True)
class Request:
    """Somebody asks for an action.

    Attributes:
        action: such as `kms:Decrypt`.
        account: the account of a person or role that asks.
        service: the service principal that asks by itself, in place of a person or role.
        resource: what the action is on.
        context: condition keys and their values.
    """

    action: str
    account: str | None = None
    service: str | None = None
    resource: str = "*"
    context: Mapping[str, str] = field(default_factory=dict)


def statements(policy: str) -> list[dict[str, Any]]:
    """The statements of a document, with the account and the partition that Terraform would fill in."""
    filled = re.sub(r"\$\{data\.aws_caller_identity\.[^}]*\}", ACCOUNT, policy)
    filled = re.sub(r"\$\{data\.aws_partition\.[^}]*\}", "aws", filled)
    return json.loads(filled)["Statement"]


def actions(policy: str) -> set[str]:
    """Every action that a document names."""
    return {action for statement in statements(policy) for action in statement["Action"]}


def allows(policy: str, request: Request) -> bool:
    """Whether the document lets the request through; a principal's own policies would still have to."""
    effects = {statement["Effect"] for statement in _matching(policy, request)}
    return "Allow" in effects and "Deny" not in effects


def denies(policy: str, request: Request) -> bool:
    """Whether the document refuses the request, whatever else allows it."""
    return any(statement["Effect"] == "Deny" for statement in _matching(policy, request))


def _matching(policy: str, request: Request) -> Iterator[dict[str, Any]]:
    for statement in statements(policy):
        if (
            _is_principal(statement.get("Principal"), request)
            and _is_among(request.action, statement, "Action")
            and _is_among(request.resource, statement, "Resource")
            and _holds(statement.get("Condition", {}), request.context)
        ):
            yield statement


def _is_among(value: str, statement: Mapping[str, Any], element: str) -> bool:
    if f"Not{element}" in statement:
        return not _is_like(value, statement[f"Not{element}"])
    return _is_like(value, statement[element])


def _is_like(value: str, patterns: list[str]) -> bool:
    return any(pattern == "*" or fnmatchcase(value, pattern) for pattern in patterns)


def _is_principal(principal: Any, request: Request) -> bool:
    if principal in (None, "*"):
        return True
    if request.service:
        return principal.get("Service") == request.service
    return principal.get("AWS") in ("*", f"arn:aws:iam::{request.account}:root")


def _is_equal(actual: str, wanted: str) -> bool:
    return actual == wanted


_OPERATORS = {
    "ArnLike": fnmatchcase,
    "Bool": _is_equal,
    "ForAnyValue:StringEquals": _is_equal,
    "NumericLessThan": lambda actual, wanted: float(actual) < float(wanted),
    "StringEquals": _is_equal,
    "StringLike": fnmatchcase,
}
# What holds where none of the values is met, or the request has no such key.
_NEGATED = {"ForAllValues:StringNotEquals": _is_equal, "StringNotEquals": _is_equal}


def _holds(condition: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]) -> bool:
    return all(
        _is_met(operator, context.get(key), _listed(wanted))
        for operator, tests in condition.items()
        for key, wanted in tests.items()
    )


def _is_met(operator: str, actual: str | None, wanted: list[str]) -> bool:
    if operator == "Null":
        return wanted == [str(actual is None).lower()]
    if operator in _NEGATED:
        return actual is None or not any(_NEGATED[operator](actual, value) for value in wanted)
    name, if_exists, _ = operator.partition("IfExists")
    if actual is None:
        return bool(if_exists)
    return any(_OPERATORS[name](actual, value) for value in wanted)


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
