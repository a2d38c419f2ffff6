"""What single GPU machines and fleets have in common: who they are, who reaches them, and what runs on them."""

import base64
from dataclasses import dataclass

from cdktf import Token
from cdktf_cdktf_provider_azurerm.network_security_group import NetworkSecurityGroup
from cdktf_cdktf_provider_azurerm.network_security_rule import NetworkSecurityRule
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.user_assigned_identity import UserAssignedIdentity
from constructs import Construct

from backstay.azure.default_tags import default_tags
from backstay.outputs import KeyOutputs, NetworkOutputs
from backstay.topology import Names
from backstay.topology.compute import MachineSpec

ACCELERATOR = {"accelerator": "gpu"}
ADMINISTRATOR = "azureuser"

_FIRST, _LAST = 100, 4096
_ANY = "*"


@dataclass(frozen=True)
class Extension:
    """Software that Azure's agent installs on a machine and keeps running."""

    name: str
    publisher: str
    type: str
    version: str


# CUDA or GRID, as the machine's size needs.
# https://learn.microsoft.com/azure/virtual-machines/extensions/hpccompute-gpu-linux
NVIDIA_DRIVER = Extension("nvidia-driver", "Microsoft.HpcCompute", "NvidiaGpuDriverLinux", "1.11")


class MachineAccess(Construct):
    """Give machines an identity without a secret, and let in only whom they serve and who administers them.

    Administrators come by SSH from inside the network: from Bastion, a VPN or another machine there.

    Survives: the loss of any other region.
    Does not survive: whoever holds the private SSH key and stands in the network; keep the key in a vault.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        purpose: str,
        names: Names,
        network: NetworkOutputs,
        resource_group: ResourceGroup,
    ) -> None:
        super().__init__(scope, id_)
        name = names.resource(purpose)
        self._resource_group = resource_group
        self.identity = UserAssignedIdentity(
            self,
            "identity",
            name=name,
            resource_group_name=resource_group.name,
            location=resource_group.location,
            tags=default_tags(self),
        )
        self.security_group = NetworkSecurityGroup(
            self,
            "security-group",
            name=name,
            resource_group_name=resource_group.name,
            location=resource_group.location,
            tags=default_tags(self),
        )
        self.ssh = self.admit("ssh", source=network.cidr, port=22, priority=_FIRST)
        # Azure's own rules would admit the whole network on every port, and let machines call anywhere.
        self.nobody_else = self._rule("nobody-else", "Inbound", "Deny", priority=_LAST)
        # Images, weights and Azure's own services come by HTTPS, and Ubuntu's signed packages by HTTP.
        self.downloads = self._rule(
            "downloads", "Outbound", "Allow", priority=_FIRST, protocol="Tcp", ports=["80", "443"]
        )
        self.nowhere_else = self._rule("nowhere-else", "Outbound", "Deny", priority=_LAST)

    def admit(self, id_: str, *, source: str, port: int, priority: int) -> NetworkSecurityRule:
        """Let a network reach one port of the machines."""
        return self._rule(id_, "Inbound", "Allow", priority=priority, protocol="Tcp", source=source, ports=[str(port)])

    def _rule(
        self,
        id_: str,
        direction: str,
        access: str,
        *,
        priority: int,
        protocol: str = _ANY,
        source: str = _ANY,
        ports: list[str] | None = None,
    ) -> NetworkSecurityRule:
        return NetworkSecurityRule(
            self,
            id_,
            name=id_,
            resource_group_name=self._resource_group.name,
            network_security_group_name=self.security_group.name,
            priority=priority,
            direction=direction,
            access=access,
            protocol=protocol,
            source_address_prefix=source,
            source_port_range=_ANY,
            destination_address_prefix=_ANY,
            destination_port_range=None if ports else _ANY,
            destination_port_ranges=ports,
        )


def administrators_key(spec: MachineSpec) -> str:
    """The public SSH key of whoever administers the machines, without which Azure makes none.

    Raises:
        ValueError: when it is not given.
    """
    if spec.ssh_public_key is None:
        raise ValueError("ssh_public_key is not given; Azure makes no machine without one: give the public SSH key")
    return spec.ssh_public_key


def disk_encryption_set(key: KeyOutputs) -> str:
    """What disks name in place of the key that encrypts them.

    Raises:
        ValueError: when the key is not for disks.
    """
    if key.disk_encryption is None:
        raise ValueError(f"key {key.alias!r} does not encrypt disks; make it with the use 'disks'")
    return key.disk_encryption


def encoded(user_data: str | None) -> str | None:
    """User data as Azure takes it.

    It is encoded here and not by Terraform, which would take a shell's `${NAME}` for its own.

    Raises:
        ValueError: when the text contains a value that is known only after an apply.
    """
    if user_data is None:
        return None
    if Token.is_unresolved(user_data):
        raise ValueError("user data contains a value that is known only after an apply; use a computed name instead")
    return base64.b64encode(user_data.encode()).decode()
