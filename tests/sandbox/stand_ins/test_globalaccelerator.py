"""Global Accelerator, of which moto has nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def accelerated(cloud: Cloud) -> tuple[Any, str, dict[str, str]]:
    """A client, an accelerator's ARN, and the ARNs of its endpoint groups by region."""
    client = cloud.client("globalaccelerator", "us-west-2")
    tags = [{"Key": "a", "Value": "1"}]
    accelerator = client.create_accelerator(Name="llm", IdempotencyToken="one", Tags=tags)["Accelerator"]
    arn = accelerator["AcceleratorArn"]
    ports = {"PortRanges": [{"FromPort": 443, "ToPort": 443}], "Protocol": "TCP"}
    listener = client.create_listener(AcceleratorArn=arn, **ports, IdempotencyToken="one")["Listener"]
    groups = {}
    for region in ("us-east-1", "eu-west-1"):
        made = client.create_endpoint_group(
            ListenerArn=listener["ListenerArn"],
            EndpointGroupRegion=region,
            EndpointConfigurations=[{"EndpointId": f"balancer-{region}"}],
            IdempotencyToken=region,
        )
        groups[region] = made["EndpointGroup"]["EndpointGroupArn"]
    return client, arn, groups


def test_traffic_is_dialled_away_from_a_region(corrects) -> None:
    def dials(cloud: Cloud) -> dict[str, float]:
        client, _, groups = accelerated(cloud)
        client.update_endpoint_group(EndpointGroupArn=groups["us-east-1"], TrafficDialPercentage=0)
        found = {
            region: client.describe_endpoint_group(EndpointGroupArn=arn)["EndpointGroup"]
            for region, arn in groups.items()
        }
        return {region: group["TrafficDialPercentage"] for region, group in found.items()}

    corrects(dials, {"us-east-1": 0.0, "eu-west-1": 100.0})


def test_endpoints_can_be_replaced(cloud: Cloud) -> None:
    client, _, groups = accelerated(cloud)
    endpoints = [{"EndpointId": "other", "Weight": 1}]
    client.update_endpoint_group(EndpointGroupArn=groups["eu-west-1"], EndpointConfigurations=endpoints)
    group = client.describe_endpoint_group(EndpointGroupArn=groups["eu-west-1"])["EndpointGroup"]
    assert [(one["EndpointId"], one["Weight"]) for one in group["EndpointDescriptions"]] == [("other", 1)]


def test_other_accounts_share_nothing(cloud: Cloud) -> None:
    client, _, _ = accelerated(cloud)
    assert client.list_cross_account_resources(ResourceOwnerAwsAccountId="210987654321")["CrossAccountResources"] == []


def test_accelerator_can_be_changed_and_tagged(cloud: Cloud) -> None:
    client, arn, _ = accelerated(cloud)
    client.update_accelerator(AcceleratorArn=arn, Enabled=False)
    client.update_accelerator_attributes(AcceleratorArn=arn, FlowLogsEnabled=True, FlowLogsS3Bucket="b")
    client.tag_resource(ResourceArn=arn, Tags=[{"Key": "b", "Value": "2"}])
    client.untag_resource(ResourceArn=arn, TagKeys=["a"])
    (listed,) = client.list_accelerators()["Accelerators"]
    assert listed["Enabled"] is False
    attributes = client.describe_accelerator_attributes(AcceleratorArn=arn)["AcceleratorAttributes"]
    assert attributes == {"FlowLogsEnabled": True, "FlowLogsS3Bucket": "b"}
    assert client.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "b", "Value": "2"}]


def test_everything_can_be_taken_down(cloud: Cloud) -> None:
    client, arn, groups = accelerated(cloud)
    listener = groups["us-east-1"].partition("/endpoint-group/")[0]
    assert len(client.list_endpoint_groups(ListenerArn=listener)["EndpointGroups"]) == 2
    for group in groups.values():
        client.delete_endpoint_group(EndpointGroupArn=group)
    client.update_listener(ListenerArn=listener, ClientAffinity="SOURCE_IP")
    assert client.describe_listener(ListenerArn=listener)["Listener"]["ClientAffinity"] == "SOURCE_IP"
    client.delete_listener(ListenerArn=listener)
    client.delete_accelerator(AcceleratorArn=arn)
    assert client.list_accelerators()["Accelerators"] == []


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda client: client.describe_accelerator(AcceleratorArn="a"), "AcceleratorNotFoundException"),
        (lambda client: client.describe_listener(ListenerArn="a"), "ListenerNotFoundException"),
        (lambda client: client.describe_endpoint_group(EndpointGroupArn="a"), "EndpointGroupNotFoundException"),
    ],
    ids=["accelerator", "listener", "endpoint group"],
)
def test_what_is_absent_has_the_error_of_its_kind(cloud: Cloud, call: Any, code: str) -> None:
    with pytest.raises(ClientError, match=code):
        call(cloud.client("globalaccelerator", "us-west-2"))
