"""Simple Queue Service."""

from __future__ import annotations

import json
from typing import Any

from backstay.sandbox.corrections.registry import around, correction, instead


@correction
def write_redrive_policy_as_aws_does() -> None:
    """The redrive policy of a queue reads back without spaces.

    Moto writes them: a diff in every plan.
    """
    from moto.sqs.models import Queue

    @instead(Queue, "attributes")
    @property
    def attributes(self: Any, original: Any = Queue.attributes) -> dict[str, Any]:
        found = original.fget(self)
        if policy := found.get("RedrivePolicy"):
            found["RedrivePolicy"] = json.dumps(json.loads(policy), separators=(",", ":"))
        return found


@correction
def keep_who_may_fill_dead_letters() -> None:
    """A dead-letter queue keeps which queues may fill it.

    Moto takes the policy and never shows it, so the provider waits for it until it gives up.
    """
    from moto.sqs.models import Queue

    Queue.BASE_ATTRIBUTES.append("RedriveAllowPolicy")
    Queue.redrive_allow_policy = None  # pyright: ignore[reportAttributeAccessIssue]

    @around(Queue, "_set_attributes")
    def set_attributes(original: Any, self: Any, attributes: dict[str, Any], now: float | None = None) -> None:
        original(self, attributes, now)
        # An empty text takes the policy away.
        self.redrive_allow_policy = self.redrive_allow_policy or None


@correction
def keep_policy_that_is_not_mentioned() -> None:
    """Changing one attribute of a queue leaves its policy.

    Moto drops the policy unless it is sent along: whichever is set last, policy or attribute, is all that is left.
    """
    from moto.sqs.models import Queue

    @around(Queue, "_set_attributes")
    def set_attributes(original: Any, self: Any, attributes: dict[str, Any], now: float | None = None) -> None:
        before = getattr(self, "policy", None)
        original(self, attributes, now)
        if "Policy" not in attributes:
            self.policy = before
