"""S3's lifecycle rules, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def expiration_read_back(cloud: Cloud, expiration: dict[str, Any]) -> dict[str, Any]:
    s3, name = cloud.client("s3", "us-east-1"), f"lifecycle-{cloud.account}"
    s3.create_bucket(Bucket=name)
    rule = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "NoncurrentVersionExpiration": expiration}
    s3.put_bucket_lifecycle_configuration(Bucket=name, LifecycleConfiguration={"Rules": [rule]})
    (read,) = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"]
    return read["NoncurrentVersionExpiration"]


def test_rule_keeps_how_many_old_versions_it_spares(corrects) -> None:
    expiration = {"NoncurrentDays": 90, "NewerNoncurrentVersions": 20}
    corrects(lambda cloud: expiration_read_back(cloud, expiration), expiration)


def test_rule_that_spares_none_stays_as_it_is(cloud: Cloud) -> None:
    assert expiration_read_back(cloud, {"NoncurrentDays": 90}) == {"NoncurrentDays": 90}


def test_bucket_without_rules_says_so(cloud: Cloud) -> None:
    s3, name = cloud.client("s3", "us-east-1"), f"lifecycle-{cloud.account}"
    s3.create_bucket(Bucket=name)
    with pytest.raises(ClientError, match="NoSuchLifecycleConfiguration"):
        s3.get_bucket_lifecycle_configuration(Bucket=name)


def test_bucket_that_is_not_there_is_reported_as_such(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        cloud.client("s3", "us-east-1").get_bucket_lifecycle_configuration(Bucket=f"absent-{cloud.account}")
