"""Losing a region of the embedded cloud."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from backstay.sandbox.outage import Symptom

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backstay.sandbox import Sandbox
    from tests.sandbox.conftest import Cloud


@pytest.fixture
def sandbox(sandbox: Sandbox) -> Iterator[Sandbox]:
    """The session's sandbox, with every region restored in the end."""
    yield sandbox
    for region in sandbox.lost():
        sandbox.restore(region)


def tables(cloud: Cloud, region: str) -> list[str]:
    return cloud.client("dynamodb", region).list_tables()["TableNames"]


def test_lost_region_is_unavailable_and_the_others_are_not(sandbox: Sandbox, cloud: Cloud) -> None:
    sandbox.lose("us-west-2")
    with pytest.raises(ClientError, match="ServiceUnavailable"):
        tables(cloud, "us-west-2")
    assert tables(cloud, "eu-west-1") == []


def test_restored_region_has_all_that_it_held(sandbox: Sandbox, cloud: Cloud) -> None:
    cloud.client("dynamodb", "us-west-2").create_table(
        TableName="locks",
        KeySchema=[{"AttributeName": "LockID", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "LockID", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    sandbox.lose("us-west-2")
    sandbox.restore("us-west-2")
    assert tables(cloud, "us-west-2") == ["locks"]
    assert sandbox.lost() == {}


def test_region_can_go_without_an_answer(sandbox: Sandbox, cloud: Cloud) -> None:
    sandbox.lose("us-west-2", Symptom.SILENT)
    assert sandbox.lost() == {"us-west-2": Symptom.SILENT}
    with pytest.raises(ConnectionClosedError):
        tables(cloud, "us-west-2")


def iam(cloud: Cloud) -> Any:
    return cloud.client("iam", "eu-west-1").list_roles()["Roles"]


def zones(cloud: Cloud) -> Any:
    return cloud.client("route53", "eu-west-1").list_hosted_zones()["HostedZones"]


@pytest.mark.parametrize("control_plane", [iam, zones])
def test_control_planes_of_global_services_go_with_their_home(sandbox: Sandbox, cloud: Cloud, control_plane) -> None:
    sandbox.lose("us-east-1")
    with pytest.raises(ClientError, match="ServiceUnavailable"):
        control_plane(cloud)


@pytest.mark.parametrize("control_plane", [iam, zones])
def test_global_services_do_not_miss_the_region_that_asks(sandbox: Sandbox, cloud: Cloud, control_plane) -> None:
    sandbox.lose("eu-west-1")
    assert control_plane(cloud) == []


def test_presigned_requests_are_refused_as_well(sandbox: Sandbox, cloud: Cloud) -> None:
    signed = Config(signature_version="s3v4")
    url = cloud.client("s3", "us-west-2", config=signed).generate_presigned_url("list_buckets")
    assert urlopen(url).status == 200  # noqa: S310 - loopback
    sandbox.lose("us-west-2")
    with pytest.raises(HTTPError, match="503"):
        urlopen(url)  # noqa: S310 - loopback


def test_bucket_of_a_lost_region_is_lost_to_clients_of_other_regions(sandbox: Sandbox, cloud: Cloud) -> None:
    name = f"bucket-{cloud.account}"
    lost, other = cloud.client("s3", "us-west-2"), cloud.client("s3", "eu-west-1")
    lost.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "us-west-2"})
    other.put_object(Bucket=name, Key="state", Body=b"")
    sandbox.lose("us-west-2")
    with pytest.raises(ClientError, match="ServiceUnavailable"):
        other.get_object(Bucket=name, Key="state")
    assert other.list_buckets()["Buckets"][0]["Name"] == name
