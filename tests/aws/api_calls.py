"""What Terraform has asked the embedded cloud for, as actions of IAM, read from the emulator's log."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import botocore.session

# A line of the log: when, in which region, of which service, what, and how it was answered.
_LINE = re.compile(r"\S+ \S+ \S+ (?P<service>[a-z0-9-]+) (?P<call>(?:[A-Z]+ \S+|\w+)): \d{3} .*")
_REST = re.compile(r"(?P<method>GET|HEAD|POST|PUT|PATCH|DELETE) (?P<path>[^?]*)\??(?P<query>.*)")
_MODELS = (
    "backup",
    "eks",
    "ecr",
    "route53",
    "route53-recovery-control-config",
    "s3",
    "scheduler",
)
# Where a service's actions have another prefix than what its requests are signed for.
_PREFIXES = {"monitoring": "cloudwatch"}
# Everybody may ask who they are.
_FREE = {"sts:GetCallerIdentity"}
# Amazon S3's operations are older than its actions: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
_S3 = {
    "CopyObject": "PutObject",
    "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
    "GetBucketCors": "GetBucketCORS",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "GetBucketLifecycle": "GetLifecycleConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetBucketReplication": "GetReplicationConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
    "DeleteBucketEncryption": "PutEncryptionConfiguration",
    "DeleteBucketLifecycle": "PutLifecycleConfiguration",
    "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    "DeleteBucketReplication": "PutReplicationConfiguration",
    "DeleteBucketTagging": "PutBucketTagging",
    "ListObjectVersions": "ListBucketVersions",
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "PutBucketLifecycle": "PutLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "PutBucketReplication": "PutReplicationConfiguration",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}


def actions(log: Path) -> set[str]:
    """The actions that somebody needs for everything that a log tells of."""
    return set(_actions(log.read_text(encoding="utf-8", errors="replace").splitlines())) - _FREE


def _actions(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        found = _LINE.fullmatch(line)
        if found and found["service"] != "unsigned":
            yield _action(found["service"], found["call"])


@cache
def _action(service: str, call: str) -> str:
    operation = _operation(service, call)
    if service == "s3":
        operation = _S3.get(operation, operation)
    return f"{_PREFIXES.get(service, service)}:{operation}"


def _operation(service: str, call: str) -> str:
    rest = _REST.fullmatch(call)
    if rest is None:
        return call
    query = {part.partition("=")[0] for part in rest["query"].split("&")}
    for needed, operation in _routes(service):
        if operation.http["method"] == rest["method"] and needed <= query and _path(operation).fullmatch(rest["path"]):
            return operation.name
    raise AssertionError(f"no operation of {service} is {call}")


@cache
def _routes(service: str) -> list[tuple[set[str], Any]]:
    """The operations of a service with what has to be in their query, those that ask for most first."""
    session = botocore.session.get_session()
    models = (session.get_service_model(name) for name in _MODELS)
    found = [
        model.operation_model(name)
        for model in models
        if model.signing_name == service
        for name in model.operation_names
    ]
    routes = [(_needed(operation), operation) for operation in found]
    return sorted(routes, key=lambda route: (-len(route[0]), _uri(route[1]).count("{"), len(route[1].name)))


def _needed(operation: Any) -> set[str]:
    shape = operation.input_shape
    fixed = {part.partition("=")[0] for part in operation.http["requestUri"].partition("?")[2].split("&") if part}
    members = {name: shape.members[name].serialization for name in shape.required_members} if shape else {}
    return fixed | {where["name"] for where in members.values() if where.get("location") == "querystring"}


def _path(operation: Any) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{[^}]+\+\}", ".+", re.sub(r"\{[^}+]+\}", "[^/]+", _uri(operation))).rstrip("/") + "/?")


def _uri(operation: Any) -> str:
    return operation.http["requestUri"].partition("?")[0]
