"""The way out of a network without a way in."""

import json
from collections.abc import Mapping

from cdktf import Fn, Token
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.resource_group_template_deployment import ResourceGroupTemplateDeployment
from constructs import Construct

from backstay.azure.default_tags import default_tags
from backstay.topology import CloudRegion

_SKU = "StandardV2"
_API = "2025-01-01"


class NatGateway(Construct):
    """Let machines in all zones call out under one address.

    azurerm learnt of gateways that span zones after 4.55, so Azure makes this one from a template: Terraform sees
    when the template changes, but not when somebody changes the gateway.

    Survives: the loss of a zone.
    Does not survive: the loss of its region.
    """

    def __init__(
        self, scope: Construct, id_: str, *, name: str, resource_group: ResourceGroup, region: CloudRegion
    ) -> None:
        """Make the gateway and its address.

        Args:
            scope: the network.
            id_: its id there.
            name: the gateway's name, and the address's.
            resource_group: where it belongs.
            region: where it stands.
        """
        super().__init__(scope, id_)
        tags = default_tags(self)
        self.deployment = ResourceGroupTemplateDeployment(
            self,
            "deployment",
            name=name,
            resource_group_name=resource_group.name,
            deployment_mode="Incremental",
            template_content=json.dumps(_template(name, region, tags)),
            tags=tags,
        )
        outputs = Fn.jsondecode(self.deployment.output_content)
        self.id = Token.as_string(Fn.lookup_nested(outputs, ["gateway", "value"]))


def _template(name: str, region: CloudRegion, tags: Mapping[str, str]) -> dict[str, object]:
    address = f"[resourceId('Microsoft.Network/publicIPAddresses', '{name}')]"
    common = {"apiVersion": _API, "name": name, "location": region.name, "tags": dict(tags), "sku": {"name": _SKU}}
    return {
        "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0",
        "resources": [
            {
                "type": "Microsoft.Network/publicIPAddresses",
                "properties": {"publicIPAllocationMethod": "Static", "publicIPAddressVersion": "IPv4"},
                **common,
            },
            {
                "type": "Microsoft.Network/natGateways",
                "dependsOn": [address],
                "properties": {"publicIpAddresses": [{"id": address}]},
                **common,
            },
        ],
        "outputs": {"gateway": {"type": "string", "value": f"[resourceId('Microsoft.Network/natGateways', '{name}')]"}},
    }
