"""Where clients find an application gateway."""

from cdktf import Fn, TerraformResourceLifecycle, Token
from cdktf_cdktf_provider_azurerm.application_gateway import ApplicationGatewayFrontendIpConfiguration
from cdktf_cdktf_provider_azurerm.data_azurerm_subnet import DataAzurermSubnet
from cdktf_cdktf_provider_azurerm.dns_a_record import DnsARecord
from cdktf_cdktf_provider_azurerm.public_ip import PublicIp
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from constructs import Construct

from backstay.azure.default_tags import default_tags
from backstay.outputs import NetworkOutputs
from backstay.topology import ZoneSpec

FRONTEND = "clients"
_TTL_SECONDS = 60


class GatewayAddress(Construct):
    """Give a gateway one address: in the internet, the same in all zones, or in its own subnet.

    Survives: the loss of a zone; an apply that would release the public address, unless disposable.
    Does not survive: another subnet, which brings another private address.

    Attributes:
        frontend: the address as a part of the gateway.
        host: the name that Azure gave the public address; the private one has none and stands for itself.
        subnet_prefix: the addresses that the gateway's instances call machines from.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        label: str,
        resource_group: ResourceGroup,
        network: NetworkOutputs,
        internal: bool,
        disposable: bool,
    ) -> None:
        """Make the address.

        Args:
            scope: what it is part of.
            id_: its id there.
            name: the name of the public address.
            label: the first part of the name that Azure gives it, of which a region has only one.
            resource_group: where it lies.
            network: where the gateway stands: the first public subnet.
            internal: whether it is a private one.
            disposable: whether an apply may release it.
        """
        super().__init__(scope, id_)
        subnet = network.public_subnets[0]
        self.subnet = _subnet(self, subnet)
        self.subnet_prefix = Token.as_string(Fn.element(self.subnet.address_prefixes, 0))
        if internal:
            self.public = None
            # Instances take addresses from the subnet's beginning, and the very last is the broadcast's.
            self.host = Token.as_string(Fn.cidrhost(self.subnet_prefix, -2))
            self.frontend = ApplicationGatewayFrontendIpConfiguration(
                name=FRONTEND, subnet_id=subnet, private_ip_address=self.host, private_ip_address_allocation="Static"
            )
        else:
            self.public = PublicIp(
                self,
                "public",
                name=name,
                resource_group_name=resource_group.name,
                location=resource_group.location,
                allocation_method="Static",
                sku="Standard",
                zones=[*network.zones] or None,
                domain_name_label=label,
                tags=default_tags(self),
                lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
            )
            self.host = self.public.fqdn
            self.frontend = ApplicationGatewayFrontendIpConfiguration(
                name=FRONTEND, public_ip_address_id=self.public.id
            )

    def publish(self, id_: str, *, host: str, zone: ZoneSpec) -> DnsARecord:
        """Let a host name of a zone that Azure holds lead to the address."""
        _, _, _, _, resource_group, *_, zone_name = str(zone.id).split("/")
        return DnsARecord(
            self,
            id_,
            name=host.removesuffix(f".{zone.name}"),
            zone_name=zone_name,
            resource_group_name=resource_group,
            ttl=_TTL_SECONDS,
            records=None if self.public else [self.host],
            target_resource_id=self.public.id if self.public else None,
            tags=default_tags(self),
        )


def _subnet(scope: Construct, subnet: str) -> DataAzurermSubnet:
    """A subnet, found by the parts of its id."""
    parts = Fn.split("/", subnet)
    group, network, name = (Token.as_string(Fn.element(parts, index)) for index in (4, 8, 10))
    return DataAzurermSubnet(scope, "subnet", resource_group_name=group, virtual_network_name=network, name=name)
