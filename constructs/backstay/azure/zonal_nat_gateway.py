"""The way out of a network without a way in, through one zone."""

from cdktf_cdktf_provider_azurerm.nat_gateway import NatGateway as AzureNatGateway
from cdktf_cdktf_provider_azurerm.nat_gateway_public_ip_association import NatGatewayPublicIpAssociation
from cdktf_cdktf_provider_azurerm.public_ip import PublicIp
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from constructs import Construct

from backstay.azure.default_tags import default_tags
from backstay.topology import CloudRegion


class ZonalNatGateway(Construct):
    """Let machines call out under one address, in regions that have no gateway which spans zones.

    Survives: the loss of every other zone.
    Does not survive: the loss of its own zone.
    """

    def __init__(
        self, scope: Construct, id_: str, *, name: str, zone: str, resource_group: ResourceGroup, region: CloudRegion
    ) -> None:
        """Make the gateway and its address.

        Args:
            scope: the network.
            id_: its id there.
            name: the gateway's name, and the address's.
            zone: the zone that it stands in.
            resource_group: where it belongs.
            region: where it stands.
        """
        super().__init__(scope, id_)
        place = {
            "name": name,
            "resource_group_name": resource_group.name,
            "location": region.name,
            "zones": [zone],
            "tags": default_tags(self),
        }
        self.address = PublicIp(self, "address", sku="Standard", allocation_method="Static", **place)
        self.gateway = AzureNatGateway(self, "gateway", sku_name="Standard", **place)
        self.association = NatGatewayPublicIpAssociation(
            self, "association", nat_gateway_id=self.gateway.id, public_ip_address_id=self.address.id
        )

    @property
    def id(self) -> str:
        """The gateway, for what must not start before it has its address."""
        return self.association.nat_gateway_id
