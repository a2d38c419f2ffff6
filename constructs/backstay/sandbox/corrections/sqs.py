"""Simple Queue Service."""

from __future__ import annotations

import json
from typing import Any

from backstay.sandbox.corrections.registry import correction, instead


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
