"""Replication between buckets of S3, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def buckets(cloud: Cloud, **rule: Any) -> tuple[Any, str, str]:
    """A client and two versioned buckets, of which the first is replicated to the second."""
    s3, source, target = cloud.client("s3", "us-east-1"), f"source-{cloud.account}", f"target-{cloud.account}"
    for name in (source, target):
        s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    default = {
        "ID": "all",
        "Priority": 1,
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Enabled"},
        "Destination": {"Bucket": f"arn:aws:s3:::{target}"},
    }
    configuration = {"Role": f"arn:aws:iam::{cloud.account}:role/r", "Rules": [default | rule]}
    s3.put_bucket_replication(Bucket=source, ReplicationConfiguration=configuration)
    return s3, source, target


def keys(s3: Any, bucket: str) -> list[str]:
    return [found["Key"] for found in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_rule_reads_back_as_it_was_written(corrects) -> None:
    written = {
        "Filter": {"Prefix": "models/"},
        "SourceSelectionCriteria": {"SseKmsEncryptedObjects": {"Status": "Enabled"}},
        "DeleteMarkerReplication": {"Status": "Enabled"},
    }

    def read(cloud: Cloud) -> dict[str, Any]:
        s3, source, _ = buckets(cloud, **written)
        (rule,) = s3.get_bucket_replication(Bucket=source)["ReplicationConfiguration"]["Rules"]
        return {part: rule.get(part) for part in written}

    corrects(read, written)


def test_new_objects_are_copied(corrects) -> None:
    def copied(cloud: Cloud) -> tuple[object, ...]:
        s3, source, target = buckets(cloud)
        s3.put_object(Bucket=source, Key="model", Body=b"weights", Metadata={"version": "1"})
        found = s3.get_object(Bucket=target, Key="model")
        status = s3.head_object(Bucket=source, Key="model").get("ReplicationStatus")
        return found["Body"].read(), found["Metadata"], status, found.get("ReplicationStatus")

    corrects(copied, (b"weights", {"version": "1"}, "COMPLETED", "REPLICA"))


def test_uploads_in_parts_are_copied(corrects) -> None:
    def copied(cloud: Cloud) -> int:
        s3, source, target = buckets(cloud)
        upload = s3.create_multipart_upload(Bucket=source, Key="model")["UploadId"]
        part = {"Bucket": source, "Key": "model", "UploadId": upload}
        etag = s3.upload_part(**part, PartNumber=1, Body=b"weights")["ETag"]
        s3.complete_multipart_upload(**part, MultipartUpload={"Parts": [{"ETag": etag, "PartNumber": 1}]})
        return s3.head_object(Bucket=target, Key="model")["ContentLength"]

    corrects(copied, len(b"weights"))


def test_only_what_the_rule_selects_is_copied(corrects) -> None:
    def copied(cloud: Cloud) -> list[str]:
        s3, source, target = buckets(cloud, Filter={"Prefix": "models/"})
        for key in ("models/one", "logs/one"):
            s3.put_object(Bucket=source, Key=key, Body=b"")
        return keys(s3, target)

    corrects(copied, ["models/one"])


def test_disabled_rule_copies_nothing(cloud: Cloud) -> None:
    s3, source, target = buckets(cloud, Status="Disabled")
    s3.put_object(Bucket=source, Key="model", Body=b"")
    assert keys(s3, target) == []


def test_object_that_was_there_before_the_rule_is_not_copied(cloud: Cloud) -> None:
    s3, source, target = buckets(cloud, Status="Disabled")
    s3.put_object(Bucket=source, Key="model", Body=b"old")
    rules = s3.get_bucket_replication(Bucket=source)["ReplicationConfiguration"]
    rules["Rules"][0]["Status"] = "Enabled"
    s3.put_bucket_replication(Bucket=source, ReplicationConfiguration=rules)
    new = s3.put_object(Bucket=source, Key="model", Body=b"new")["VersionId"]
    s3.delete_object(Bucket=source, Key="model", VersionId=new)
    s3.put_object_tagging(Bucket=source, Key="model", Tagging={"TagSet": [{"Key": "a", "Value": "1"}]})
    assert s3.get_object(Bucket=source, Key="model")["Body"].read() == b"old"
    assert s3.get_object(Bucket=target, Key="model")["Body"].read() == b"new"


def test_object_can_be_put_although_the_target_is_gone(cloud: Cloud) -> None:
    s3, source, target = buckets(cloud)
    s3.delete_bucket(Bucket=target)
    s3.put_object(Bucket=source, Key="model", Body=b"weights")
    assert s3.head_object(Bucket=source, Key="model")["ReplicationStatus"] == "FAILED"


def test_delete_marker_is_copied_when_the_rule_says_so(corrects) -> None:
    def left(cloud: Cloud) -> list[str]:
        s3, source, target = buckets(cloud)
        s3.put_object(Bucket=source, Key="model", Body=b"")
        before = keys(s3, target)
        s3.delete_object(Bucket=source, Key="model")
        return before + keys(s3, target)

    corrects(left, ["model"])


def test_delete_marker_is_not_copied_otherwise(corrects) -> None:
    def left(cloud: Cloud) -> list[str]:
        s3, source, target = buckets(cloud, DeleteMarkerReplication={"Status": "Disabled"})
        s3.put_object(Bucket=source, Key="model", Body=b"")
        s3.delete_object(Bucket=source, Key="model")
        return keys(s3, target)

    corrects(left, ["model"])


def test_two_way_replication_comes_to_rest(corrects) -> None:
    def copied(cloud: Cloud) -> list[list[str]]:
        s3, source, target = buckets(cloud)
        back = s3.get_bucket_replication(Bucket=source)["ReplicationConfiguration"]
        back["Rules"][0]["Destination"] = {"Bucket": f"arn:aws:s3:::{source}"}
        s3.put_bucket_replication(Bucket=target, ReplicationConfiguration=back)
        s3.put_object(Bucket=source, Key="one", Body=b"")
        s3.put_object(Bucket=target, Key="two", Body=b"")
        return [keys(s3, bucket) for bucket in (source, target)]

    corrects(copied, [["one", "two"], ["one", "two"]])


@pytest.mark.parametrize("kind", ["metrics", "inventory", "analytics"])
def test_deleting_a_setting_of_a_bucket_leaves_the_bucket(corrects, kind: str) -> None:
    def is_left(cloud: Cloud) -> bool:
        s3, name = cloud.client("s3", "us-east-1"), f"bucket-{cloud.account}"
        s3.create_bucket(Bucket=name)
        getattr(s3, f"delete_bucket_{kind}_configuration")(Bucket=name, Id="all")
        return name in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]

    corrects(is_left, True)
