"""Networks of the Elastic Compute Cloud and what connects them."""

from __future__ import annotations

from typing import Any

from backstay.sandbox.corrections.registry import around, correction


@correction
def tag_networks_at_once() -> None:
    """DHCP options and attachments of transit gateways have the tags that they were made with.

    Moto drops them: a diff in every plan.
    """
    from moto.ec2.responses.dhcp_options import DHCPOptions
    from moto.ec2.responses.transit_gateway_attachments import TransitGatewayAttachment

    @around(DHCPOptions, "create_dhcp_options")
    def create_dhcp_options(original: Any, self: Any) -> Any:
        answer = original(self)
        answer.result["DhcpOptions"].add_tags(self._parse_tag_specification().get("dhcp-options", {}))
        return answer

    @around(TransitGatewayAttachment, "create_transit_gateway_vpc_attachment")
    def create_transit_gateway_vpc_attachment(original: Any, self: Any) -> Any:
        answer = original(self)
        tags = self._parse_tag_specification().get("transit-gateway-attachment", {})
        answer.result["TransitGatewayVpcAttachment"].add_tags(tags)
        return answer


@correction
def remember_deleted_attachments() -> None:
    """A deleted attachment of a transit gateway is still seen, as deleted.

    Moto drops it, and the provider fails after minutes of looking for it.
    """
    from moto.ec2.models.transit_gateway_attachments import TransitGatewayAttachmentBackend

    @around(TransitGatewayAttachmentBackend, "delete_transit_gateway_vpc_attachment")
    def delete_transit_gateway_vpc_attachment(original: Any, self: Any, transit_gateway_attachment_id: str) -> Any:
        deleted = original(self, transit_gateway_attachment_id)
        self.transit_gateway_attachments[transit_gateway_attachment_id] = deleted
        return deleted

    @around(TransitGatewayAttachmentBackend, "create_transit_gateway_vpc_attachment")
    def create_transit_gateway_vpc_attachment(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        # Or a network could not be attached again.
        for id_ in [id_ for id_, known in self.transit_gateway_attachments.items() if known.state == "deleted"]:
            del self.transit_gateway_attachments[id_]
        return original(self, *args, **kwargs)
