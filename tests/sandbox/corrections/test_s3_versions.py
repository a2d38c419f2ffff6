"""S3's old versions, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def test_bucket_with_delete_markers_can_be_emptied(corrects) -> None:
    def emptied(cloud: Cloud) -> int:
        s3, name = cloud.client("s3", "us-east-1"), f"versions-{cloud.account}"
        s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        s3.put_object(Bucket=name, Key="state.tflock", Body=b"held")
        s3.delete_object(Bucket=name, Key="state.tflock")
        # A destroy suspends versioning before it empties the bucket.
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Suspended"})
        found = s3.list_object_versions(Bucket=name)
        versions = [
            {"Key": version["Key"], "VersionId": version["VersionId"]}
            for version in found["DeleteMarkers"] + found["Versions"]
        ]
        s3.delete_objects(Bucket=name, Delete={"Objects": versions})
        left = s3.list_object_versions(Bucket=name)
        return len(left.get("Versions", [])) + len(left.get("DeleteMarkers", []))

    corrects(emptied, 0)
