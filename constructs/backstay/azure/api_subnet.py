"""Where a cluster's API answers its network, when it answers others as well."""

from cdktf import Fn, TerraformResourceLifecycle, Token
from cdktf_cdktf_provider_azurerm.network_security_group import NetworkSecurityGroup
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.subnet import Subnet, SubnetDelegation, SubnetDelegationServiceDelegation
from cdktf_cdktf_provider_azurerm.subnet_network_security_group_association import (
    SubnetNetworkSecurityGroupAssociation,
)
from constructs import Construct

from backstay.azure.default_tags import default_tags
from backstay.outputs import NetworkOutputs
from backstay.topology import Names

# The smallest that AKS takes: https://learn.microsoft.com/azure/aks/api-server-vnet-integration
_ADDRESSES = 16


class ApiSubnet(Construct):
    """Let nodes reach their API inside the network, in a subnet of the network's last 16 addresses.

    From outside, the API admits named networks only. Nodes would come from there as well, by the addresses of a NAT
    gateway that are not among the named ones, and never join.

    Attributes:
        id: the subnet, once it is protected.
    """

    def __init__(
        self, scope: Construct, id_: str, *, network: NetworkOutputs, resource_group: ResourceGroup, names: Names
    ) -> None:
        super().__init__(scope, id_)
        parts = Fn.split("/", network.id)
        self.subnet = Subnet(
            self,
            "subnet",
            name="cluster-api",
            resource_group_name=Token.as_string(Fn.element(parts, 4)),
            virtual_network_name=Token.as_string(Fn.element(parts, 8)),
            address_prefixes=[f"{Fn.cidrhost(network.cidr, -_ADDRESSES)}/28"],
            delegation=[
                SubnetDelegation(
                    name="aks",
                    service_delegation=SubnetDelegationServiceDelegation(
                        name="Microsoft.ContainerService/managedClusters",
                        actions=["Microsoft.Network/virtualNetworks/subnets/join/action"],
                    ),
                )
            ],
            # AKS completes the list of what it may do there.
            lifecycle=TerraformResourceLifecycle(ignore_changes=["delegation[0].service_delegation[0].actions"]),
        )
        # Azure's own rules are what it needs: the network and the load balancer within come in, and nobody else.
        self.security_group = NetworkSecurityGroup(
            self,
            "security-group",
            name=names.resource("cluster-api"),
            resource_group_name=resource_group.name,
            location=resource_group.location,
            tags=default_tags(self),
        )
        self.protection = SubnetNetworkSecurityGroupAssociation(
            self,
            "protection",
            subnet_id=self.subnet.id,
            network_security_group_id=self.security_group.id,
        )
        self.id = self.protection.subnet_id
