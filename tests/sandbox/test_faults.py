"""What the embedded cloud says when it cannot do something."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def missing_query_operation(cloud: Cloud) -> None:
    cloud.client("ec2").create_placement_group(GroupName="p", Strategy="cluster")


def missing_json_operation(cloud: Cloud) -> None:
    cloud.client("budgets").describe_budget_notifications_for_account(AccountId=cloud.account)


def missing_rest_operation(cloud: Cloud) -> None:
    cloud.client("eks").describe_cluster_versions()


def missing_service(cloud: Cloud) -> None:
    cloud.client("globalaccelerator", "us-west-2").describe_custom_routing_accelerator(AcceleratorArn="a")


@pytest.mark.parametrize(
    "call", [missing_query_operation, missing_json_operation, missing_rest_operation, missing_service]
)
def test_what_is_missing_is_named_and_not_tried_again(cloud: Cloud, call) -> None:
    with pytest.raises(ClientError, match="the embedded cloud") as refused:
        call(cloud)
    assert refused.value.response["Error"]["Code"] == "NotInEmbeddedCloud"
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_absent_object_is_absent_and_not_beyond_the_embedded_cloud(cloud: Cloud) -> None:
    s3, bucket = cloud.client("s3", "us-east-1"), f"bucket-{cloud.account}"
    s3.create_bucket(Bucket=bucket)
    with pytest.raises(ClientError, match="404"):
        s3.head_object(Bucket=bucket, Key="absent")


def test_what_is_absent_is_still_told_apart_from_what_is_missing(cloud: Cloud) -> None:
    with pytest.raises(ClientError, match="NoSuchBucket"):
        cloud.client("s3").list_objects_v2(Bucket="absent")
