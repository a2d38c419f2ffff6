"""S3, corrected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def bucket_with_policy(cloud: Cloud, **statement: object):
    """A client and a bucket that denies something to everybody."""
    s3, name = cloud.client("s3", "us-east-1"), f"bucket-{cloud.account}"
    s3.create_bucket(Bucket=name)
    deny = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{name}/*"}
    policy = {"Version": "2012-10-17", "Statement": [deny | statement]}
    s3.put_bucket_policy(Bucket=name, Policy=json.dumps(policy))
    return s3, name


def test_bucket_that_insists_on_tls_can_be_used(corrects) -> None:
    def read_back(cloud: Cloud) -> bytes:
        s3, name = bucket_with_policy(cloud, Condition={"Bool": {"aws:SecureTransport": "false"}})
        s3.put_object(Bucket=name, Key="state", Body=b"kept")
        return s3.get_object(Bucket=name, Key="state")["Body"].read()

    corrects(read_back, b"kept")


def test_unconditional_denial_still_denies(cloud: Cloud) -> None:
    s3, name = bucket_with_policy(cloud)
    with pytest.raises(ClientError, match="Forbidden"):
        s3.put_object(Bucket=name, Key="state", Body=b"refused")


def test_policy_reads_back_as_it_was_written(cloud: Cloud) -> None:
    s3, name = bucket_with_policy(cloud, Condition={"Bool": {"aws:SecureTransport": "false"}})
    (statement,) = json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
