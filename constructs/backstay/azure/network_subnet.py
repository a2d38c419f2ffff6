"""One subnet of a network, with rules about who reaches it."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_azurerm.network_security_group import NetworkSecurityGroup
from cdktf_cdktf_provider_azurerm.network_security_rule import NetworkSecurityRule
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.subnet import Subnet, SubnetDelegation, SubnetDelegationServiceDelegation
from cdktf_cdktf_provider_azurerm.subnet_nat_gateway_association import SubnetNatGatewayAssociation
from cdktf_cdktf_provider_azurerm.subnet_network_security_group_association import (
    SubnetNetworkSecurityGroupAssociation,
)
from cdktf_cdktf_provider_azurerm.virtual_network import VirtualNetwork
from constructs import Construct

from backstay.azure.default_tags import default_tags
from backstay.topology import CloudRegion

_JOIN = "Microsoft.Network/virtualNetworks/subnets/join/action"


@dataclass(frozen=True)
class Admission:
    """Who may open connections to a subnet, from outside its network.

    Attributes:
        name: what for, in one word or two.
        source: an address range, or the name that Azure has for one.
        ports: the ports, as Azure writes them.
        waivers: findings of checkov that are chosen, with their reasons.
    """

    name: str
    source: str
    ports: str
    waivers: tuple[tuple[str, str], ...] = ()


class NetworkSubnet(Construct):
    """Addresses that span a region's zones; from outside the network nobody reaches them who is not admitted.

    Survives: the loss of a zone.
    Does not survive: the loss of its region.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        addresses: IPv4Network,
        region: CloudRegion,
        resource_group: ResourceGroup,
        network: VirtualNetwork,
        admissions: Sequence[Admission] = (),
        delegated_to: str | None = None,
        nat_gateway: str | None = None,
        service_endpoints: Sequence[str] = (),
    ) -> None:
        """Make the subnet and its rules.

        Args:
            scope: the network.
            id_: its id there.
            name: the subnet's name within its network, and that of its rules.
            addresses: the subnet's addresses.
            region: where the network lives.
            resource_group: where the rules belong.
            network: the network.
            admissions: who is admitted from outside, beyond the health checks of Azure's load balancers.
            delegated_to: the service that may stand there, and nothing else, such as
                `Microsoft.Network/applicationGateways`.
            nat_gateway: the id of the only way out. Without one, each service there brings its own.
            service_endpoints: services that are reached past the way out.
        """
        super().__init__(scope, id_)
        self.security_group = NetworkSecurityGroup(
            self,
            "security-group",
            name=name,
            resource_group_name=resource_group.name,
            location=region.name,
            tags=default_tags(self),
        )
        self.admissions = [
            self._admit(admission, priority, resource_group)
            for priority, admission in zip(range(100, 4096, 10), admissions, strict=False)
        ]
        self.subnet = Subnet(
            self,
            "subnet",
            name=name,
            resource_group_name=resource_group.name,
            virtual_network_name=network.name,
            address_prefixes=[str(addresses)],
            default_outbound_access_enabled=nat_gateway is None,
            private_endpoint_network_policies="Enabled",
            service_endpoints=[*service_endpoints] or None,
            delegation=[_delegation(delegated_to)] if delegated_to else None,
            # Azure completes the list of what a service may do there.
            lifecycle=TerraformResourceLifecycle(ignore_changes=["delegation[0].service_delegation[0].actions"])
            if delegated_to
            else None,
        )
        self.rules = SubnetNetworkSecurityGroupAssociation(
            self,
            "rules",
            subnet_id=self.subnet.id,
            network_security_group_id=self.security_group.id,
            # A rule that came later would leave a gap.
            depends_on=self.admissions or None,
        )
        self.way_out = (
            SubnetNatGatewayAssociation(self, "way-out", subnet_id=self.rules.subnet_id, nat_gateway_id=nat_gateway)
            if nat_gateway
            else None
        )

    @property
    def id(self) -> str:
        """The subnet, for what must not start before it has its rules and its way out."""
        return (self.way_out or self.rules).subnet_id

    def _admit(self, admission: Admission, priority: int, resource_group: ResourceGroup) -> NetworkSecurityRule:
        rule = NetworkSecurityRule(
            self,
            admission.name,
            name=admission.name,
            resource_group_name=resource_group.name,
            network_security_group_name=self.security_group.name,
            priority=priority,
            direction="Inbound",
            access="Allow",
            protocol="Tcp",
            source_address_prefix=admission.source,
            source_port_range="*",
            destination_address_prefix="*",
            destination_port_range=admission.ports,
        )
        if admission.waivers:
            rule.add_override("//.checkov", dict(admission.waivers))
        return rule


def _delegation(service: str) -> SubnetDelegation:
    return SubnetDelegation(
        name=service.rsplit("/", 1)[-1],
        service_delegation=SubnetDelegationServiceDelegation(name=service, actions=[_JOIN]),
    )
