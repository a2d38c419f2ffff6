"""What connects networks of EC2, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def test_dhcp_options_have_the_tags_they_were_made_with(corrects) -> None:
    def tags(cloud: Cloud) -> list[str]:
        ec2 = cloud.client("ec2")
        made = ec2.create_dhcp_options(
            DhcpConfigurations=[{"Key": "domain-name", "Values": ["example.com"]}],
            TagSpecifications=[{"ResourceType": "dhcp-options", "Tags": [{"Key": "Team", "Value": "ai"}]}],
        )
        id_ = made["DhcpOptions"]["DhcpOptionsId"]
        (found,) = ec2.describe_dhcp_options(DhcpOptionsIds=[id_])["DhcpOptions"]
        return [tag["Key"] for tag in found.get("Tags", [])]

    corrects(tags, ["Team"])


def attached(cloud: Cloud) -> tuple[Any, str]:
    """A client and a tagged attachment of a network to a transit gateway."""
    ec2 = cloud.client("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]
    gateway = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    made = ec2.create_transit_gateway_vpc_attachment(
        TransitGatewayId=gateway,
        VpcId=subnet["VpcId"],
        SubnetIds=[subnet["SubnetId"]],
        TagSpecifications=[{"ResourceType": "transit-gateway-attachment", "Tags": [{"Key": "Team", "Value": "ai"}]}],
    )
    return ec2, made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"]


def test_transit_gateway_attachment_has_the_tags_it_was_made_with(corrects) -> None:
    def tags(cloud: Cloud) -> list[str]:
        ec2, id_ = attached(cloud)
        found = ec2.describe_transit_gateway_vpc_attachments(TransitGatewayAttachmentIds=[id_])
        return [tag["Key"] for tag in found["TransitGatewayVpcAttachments"][0].get("Tags", [])]

    corrects(tags, ["Team"])


def test_deleted_transit_gateway_attachment_can_be_seen_to_be_deleted(corrects) -> None:
    def states(cloud: Cloud) -> list[str]:
        ec2, id_ = attached(cloud)
        ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=id_)
        found = ec2.describe_transit_gateway_vpc_attachments(TransitGatewayAttachmentIds=[id_])
        return [attachment["State"] for attachment in found["TransitGatewayVpcAttachments"]]

    corrects(states, ["deleted"])


def test_network_can_be_attached_again(cloud: Cloud) -> None:
    ec2, id_ = attached(cloud)
    gone = ec2.delete_transit_gateway_vpc_attachment(TransitGatewayAttachmentId=id_)["TransitGatewayVpcAttachment"]
    subnets = [ec2.describe_subnets()["Subnets"][0]["SubnetId"]]
    again = {"TransitGatewayId": gone["TransitGatewayId"], "VpcId": gone["VpcId"], "SubnetIds": subnets}
    made = ec2.create_transit_gateway_vpc_attachment(**again)["TransitGatewayVpcAttachment"]
    assert made["State"] == "available"
    assert made["TransitGatewayAttachmentId"] != id_
