"""Buckets of the Simple Storage Service: their policies, lifecycle rules and versions."""

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


@correction
def keep_newer_versions() -> None:
    """A lifecycle rule keeps how many old versions it spares.

    Moto forgets the number, so the provider waits three minutes for it to appear, then fails.
    """
    from moto.s3.models import FakeBucket
    from moto.s3.responses import S3Response

    @around(FakeBucket, "set_lifecycle")
    def set_lifecycle(original: Any, self: Any, rules: list[dict[str, Any]]) -> None:
        original(self, rules)
        for kept, rule in zip(self.rules, rules, strict=True):
            kept.newer_noncurrent_versions = (rule.get("NoncurrentVersionExpiration") or {}).get(
                "NewerNoncurrentVersions"
            )

    @around(S3Response, "get_bucket_lifecycle")
    def get_bucket_lifecycle(original: Any, self: Any) -> Any:
        serialized = self.serialized

        def with_newer_versions(answer: Any) -> Any:
            # The answer may also be an error, such as that the bucket has no rules.
            if isinstance(answer.result, dict):
                rules = self.backend.get_bucket_lifecycle(self.bucket_name)
                for shown, kept in zip(answer.result["Rules"], rules, strict=True):
                    if newer := kept.newer_noncurrent_versions:
                        shown["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] = newer
            return serialized(answer)

        self.serialized = with_newer_versions
        return original(self)


@correction
def delete_delete_markers() -> None:
    """A delete marker is deleted like any other version.

    Moto asks it to free the file that it never had, so a bucket with old versions cannot be emptied.
    """
    from moto.s3.models import FakeDeleteMarker

    FakeDeleteMarker.dispose = lambda _self, _garbage=False: None  # pyright: ignore[reportAttributeAccessIssue]


@correction
def delete_only_what_was_named() -> None:
    """Deleting a setting of a bucket leaves the bucket.

    Moto takes `DELETE ?metrics` and its like for the deletion of the bucket.
    """
    from moto.s3.responses import S3Response

    @around(S3Response, "_bucket_response_delete")
    def delete(original: Any, self: Any, bucket_name: str, querystring: dict[str, Any]) -> Any:
        if querystring.keys() & {"analytics", "intelligent-tiering", "inventory", "metrics"}:
            return 204, {}, ""
        return original(self, bucket_name, querystring)
