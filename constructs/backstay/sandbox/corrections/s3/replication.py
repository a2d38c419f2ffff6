"""Replication between buckets."""

from __future__ import annotations

import copy
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from backstay.sandbox.corrections.registry import around, correction, instead

if TYPE_CHECKING:
    from collections.abc import Iterator


@correction
def keep_replication_rules() -> None:
    """A replication rule keeps its filter, its selection criteria and whether it copies delete markers.

    Moto returns the defaults of all three: a diff in every plan.
    """
    from moto.s3.responses import S3Response

    @around(S3Response, "get_bucket_replication")
    def get_bucket_replication(original: Any, self: Any) -> Any:
        serialized = self.serialized

        def with_all_of_the_rules(answer: Any) -> Any:
            # The answer may also be an error, such as that the bucket has no rules.
            if isinstance(answer.result, dict):
                stored = self.backend.get_bucket_replication(self.bucket_name)["Rule"]
                rules = answer.result["ReplicationConfiguration"]["Rules"]
                for shown, rule in zip(rules, stored, strict=True):
                    shown |= _as_sent(rule)
            return serialized(answer)

        self.serialized = with_all_of_the_rules
        return original(self)


def _as_sent(rule: dict[str, Any]) -> dict[str, Any]:
    """The parts of a rule that moto stores, as parsed XML, but does not return."""
    parts = ("DeleteMarkerReplication", "ExistingObjectReplication", "SourceSelectionCriteria")
    sent = {part: rule[part] for part in parts if part in rule}
    if "Filter" in rule:
        # Parsed from XML, an empty filter is None.
        sent["Filter"] = rule["Filter"] or {"Prefix": ""}
    return copy.deepcopy(sent)


@correction
def replicate_objects() -> None:
    """What is put into or deleted from a bucket is replicated at once, as the bucket's rules say.

    Moto stores the rules and copies nothing.
    """
    from moto.s3.models import FakeKey, S3Backend
    from moto.s3.responses import S3Response

    @around(S3Response, "_key_response_put")
    def put(original: Any, self: Any, query: Any, key_name: str) -> Any:
        with _replicating(self.backend, self.bucket_name, key_name):
            return original(self, query, key_name)

    @around(S3Response, "_key_response_post")
    def post(original: Any, self: Any, request: Any, body: bytes, bucket: str, query: Any, key_name: str) -> Any:
        with _replicating(self.backend, bucket, key_name):
            return original(self, request, body, bucket, query, key_name)

    @around(S3Backend, "delete_object")
    def delete(original: Any, self: Any, bucket_name: str, key_name: str, *args: Any, **kwargs: Any) -> Any:
        with _replicating(self, bucket_name, key_name):
            return original(self, bucket_name, key_name, *args, **kwargs)

    @instead(FakeKey, "response_dict")
    @property
    def response_dict(self: Any, original: Any = FakeKey.response_dict) -> dict[str, Any]:
        status = getattr(self, "replication_status", None)
        return original.fget(self) | ({"x-amz-replication-status": status} if status else {})


@contextmanager
def _replicating(backend: Any, bucket_name: str, key_name: str) -> Iterator[None]:
    """Copy the version of an object that is made meanwhile, if any."""
    before = _versions(backend, bucket_name, key_name)
    yield
    after = _versions(backend, bucket_name, key_name)
    if len(after) < len(before) or after[-1:] == before[-1:]:
        return
    for rule in (backend.get_bucket_replication(bucket_name) or {}).get("Rule", []):
        if rule["Status"] == "Enabled" and key_name.startswith(_prefix(rule)):
            target = rule["Destination"]["Bucket"].rpartition(":")[2]
            _copy(backend, after[-1], target, with_markers=_copies_markers(rule))


def _versions(backend: Any, bucket_name: str, key_name: str) -> list[Any]:
    return list(backend.get_bucket(bucket_name).keys.getlist(key_name, []))


def _copy(backend: Any, original: Any, target: str, *, with_markers: bool) -> None:
    from moto.s3.exceptions import MissingBucket

    try:
        existing = backend.get_bucket(target).keys
    except MissingBucket:
        original.replication_status = "FAILED"
        return
    if _is_delete_marker(original):
        if not with_markers or original.name not in existing:
            return
        replica = backend._set_delete_marker(target, original.name)
    else:
        replica = backend.put_object(
            target, original.name, original.value, storage=original._storage_class, etag=original._etag
        )
        replica.set_metadata(original.metadata)
        backend.tagger.copy_tags(original.arn, replica.arn)
    # A replica has the version id of what it was made from.
    replica._version_id = original.version_id
    original.replication_status = "COMPLETED"
    replica.replication_status = "REPLICA"


def _is_delete_marker(version: Any) -> bool:
    from moto.s3.models import FakeDeleteMarker

    return isinstance(version, FakeDeleteMarker)


def _prefix(rule: dict[str, Any]) -> str:
    chosen = rule.get("Filter") or {}
    return chosen.get("Prefix") or (chosen.get("And") or {}).get("Prefix") or rule.get("Prefix") or ""


def _copies_markers(rule: dict[str, Any]) -> bool:
    return (rule.get("DeleteMarkerReplication") or {}).get("Status") == "Enabled"
