"""Simple Storage Service."""

from __future__ import annotations

import json
from typing import Any

from backstay.sandbox.corrections.registry import around, correction


@correction
def let_conditions_be_conditions() -> None:
    """A statement of a bucket policy that has a condition denies nothing.

    Moto takes `Deny unless TLS` for `Deny`, so nothing can be read from or written to such a bucket.
    """
    from moto.s3.models import FakeBucket

    @around(FakeBucket, "get_permission")
    def get_permission(original: Any, self: Any, action: str, resource: str) -> Any:
        whole = self.policy
        try:
            self.policy = _unconditional(whole)
            return original(self, action, resource)
        finally:
            self.policy = whole


def _unconditional(policy: bytes | None) -> bytes | None:
    if policy is None:
        return None
    document = json.loads(policy)
    statements = document["Statement"]
    statements = statements if isinstance(statements, list) else [statements]
    return json.dumps(document | {"Statement": [s for s in statements if not s.get("Condition")]}).encode()
