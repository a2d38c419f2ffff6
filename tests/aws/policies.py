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
            and any(fnmatchcase(request.action, action) for action in statement["Action"])
            and any(resource == "*" or fnmatchcase(request.resource, resource) for resource in statement["Resource"])
            and _holds(statement.get("Condition", {}), request.context)
        ):
            yield statement


def _is_principal(principal: Any, request: Request) -> bool:
    if principal in (None, "*"):
        return True
    if request.service:
        return principal.get("Service") == request.service
    return principal.get("AWS") in ("*", f"arn:aws:iam::{request.account}:root")


_OPERATORS = {
    "ArnLike": fnmatchcase,
    "Bool": lambda actual, wanted: actual == wanted,
    "ForAnyValue:StringEquals": lambda actual, wanted: actual == wanted,
    "NumericLessThan": lambda actual, wanted: float(actual) < float(wanted),
    "StringEquals": lambda actual, wanted: actual == wanted,
    "StringLike": fnmatchcase,
}


def _holds(condition: Mapping[str, Mapping[str, Any]], context: Mapping[str, str]) -> bool:
    return all(
        key in context and any(_OPERATORS[operator](context[key], value) for value in _listed(wanted))
        for operator, tests in condition.items()
        for key, wanted in tests.items()
    )


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
