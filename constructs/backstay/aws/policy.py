"""IAM policy documents as plain JSON, so that a plan shows them and a test can read them."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

Statement = Mapping[str, Any]


def document(*statements: Statement) -> str:
    """A policy document of the given statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(
    actions: Sequence[str],
    resources: Sequence[str],
    *,
    sid: str | None = None,
    principal: Mapping[str, Any] | str | None = None,
    condition: Mapping[str, Any] | None = None,
) -> Statement:
    """A statement that allows."""
    return _statement("Allow", actions, resources, sid, principal, condition)


def deny(
    actions: Sequence[str],
    resources: Sequence[str],
    *,
    sid: str | None = None,
    principal: Mapping[str, Any] | str | None = None,
    condition: Mapping[str, Any] | None = None,
) -> Statement:
    """A statement that forbids, whatever else allows."""
    return _statement("Deny", actions, resources, sid, principal, condition)


def trust(service: str) -> str:
    """The trust policy of a role that an AWS service takes, such as `ec2.amazonaws.com`."""
    actions = ["sts:AssumeRole"]
    return document({"Effect": "Allow", "Action": actions, "Principal": {"Service": service}})


def _statement(
    effect: str,
    actions: Sequence[str],
    resources: Sequence[str],
    sid: str | None,
    principal: Mapping[str, Any] | str | None,
    condition: Mapping[str, Any] | None,
) -> Statement:
    optional = {"Sid": sid, "Principal": principal, "Condition": condition}
    return {
        "Effect": effect,
        "Action": list(actions),
        "Resource": list(resources),
        **{key: value for key, value in optional.items() if value is not None},
    }
