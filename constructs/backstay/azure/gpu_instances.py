"""Single GPU machines."""

from collections.abc import Mapping

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_azurerm.linux_virtual_machine import (
    LinuxVirtualMachine,
    LinuxVirtualMachineAdminSshKey,
    LinuxVirtualMachineBootDiagnostics,
    LinuxVirtualMachineIdentity,
    LinuxVirtualMachineOsDisk,
    LinuxVirtualMachineSourceImageReference,
)
from cdktf_cdktf_provider_azurerm.network_interface import NetworkInterface, NetworkInterfaceIpConfiguration
from cdktf_cdktf_provider_azurerm.network_interface_security_group_association import (
    NetworkInterfaceSecurityGroupAssociation,
)
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.virtual_machine_extension import VirtualMachineExtension
from constructs import Construct

from backstay.azure._machine import (
    ACCELERATOR,
    ADMINISTRATOR,
    NVIDIA_DRIVER,
    MachineAccess,
    administrators_key,
    disk_encryption_set,
    encoded,
)
from backstay.azure.default_tags import default_tags
from backstay.azure.machine_image import MachineImage
from backstay.outputs import InstancesOutputs, KeyOutputs, NetworkOutputs
from backstay.topology import CloudRegion, InstancesSpec, Names


class GpuInstances(Construct):
    """Run a fixed number of GPU machines, spread over the zones in turn.

    Machines with a reservation start in its group, which has to hold capacity in each zone that they stand in.
    The subscription must have the feature `EncryptionAtHost` of Microsoft.Compute registered.

    Survives: the loss of a zone, with the machines of the others; an image that is published later.
    Does not survive: the loss of a machine, which nothing replaces until the next apply, and its disk, which is
    gone with it. For machines that are replaced by themselves, use `GpuFleet`.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: InstancesSpec,
        region: CloudRegion,
        names: Names,
        network: NetworkOutputs,
        key: KeyOutputs,
        user_data: str | None = None,
        tags: Mapping[str, str] | None = None,
        purpose: str = "gpu-instance",
        disposable: bool = False,
    ) -> None:
        """Make the machines.

        Args:
            scope: where it belongs.
            id_: its name there.
            spec: what the machines are, and how many.
            region: the region.
            names: the environment's names.
            network: where the machines stand.
            key: what encrypts their disks.
            user_data: what a machine does when it starts, for cloud-init; no secrets, since it can be read back.
                A change of it replaces the machines.
            tags: tags beyond those of the stack.
            purpose: tells these machines from others of the environment.
            disposable: whether an apply may delete or replace the machines.

        Raises:
            ValueError: when the SSH key is not given, the key is not for disks, or the size is retired or not known
                to have a GPU.
        """
        super().__init__(scope, id_)
        self.group = ResourceGroup(
            self,
            "group",
            name=names.resource_group(purpose, region),
            location=region.name,
            tags=default_tags(self),
        )
        self.access = MachineAccess(
            self, "access", purpose=purpose, names=names, network=network, resource_group=self.group
        )
        self.role = self.access.identity
        self.image = MachineImage.of(spec.image, size=spec.instance_type, region=region)
        self._spec, self._network = spec, network
        self._ssh_key, self._disk_key = administrators_key(spec), disk_encryption_set(key)
        self._tags = {**default_tags(self), **(tags or {}), **ACCELERATOR}

        self.machines = tuple(
            self._machine(
                index, f"{names.resource(purpose)}-{index}", user_data=encoded(user_data), disposable=disposable
            )
            for index in range(spec.count)
        )
        self.outputs = InstancesOutputs(
            ids=tuple(machine.id for machine in self.machines),
            role=self.role.id,
            security_group=self.access.security_group.id,
        )

    def _interface(self, index: int, name: str) -> NetworkInterfaceSecurityGroupAssociation:
        subnets = self._network.private_subnets
        interface = NetworkInterface(
            self,
            f"interface-{index}",
            name=name,
            resource_group_name=self.group.name,
            location=self.group.location,
            accelerated_networking_enabled=True,
            ip_configuration=[
                NetworkInterfaceIpConfiguration(
                    name="internal",
                    subnet_id=subnets[index % len(subnets)],
                    private_ip_address_allocation="Dynamic",
                )
            ],
            tags=self._tags,
        )
        return NetworkInterfaceSecurityGroupAssociation(
            interface,
            "security-group",
            network_interface_id=interface.id,
            network_security_group_id=self.access.security_group.id,
        )

    def _machine(self, index: int, name: str, *, user_data: str | None, disposable: bool) -> LinuxVirtualMachine:
        spec, zones, published = self._spec, self._network.zones, self.image.published
        machine = LinuxVirtualMachine(
            self,
            f"machine-{index}",
            name=name,
            # The machine's own name may be longer than Linux allows a host's to be.
            computer_name=f"gpu-{index}",
            resource_group_name=self.group.name,
            location=self.group.location,
            size=spec.instance_type,
            zone=zones[index % len(zones)] if zones else None,
            # By way of its security group, so that no machine is ever there without one.
            network_interface_ids=[self._interface(index, name).network_interface_id],
            admin_username=ADMINISTRATOR,
            disable_password_authentication=True,
            admin_ssh_key=[LinuxVirtualMachineAdminSshKey(username=ADMINISTRATOR, public_key=self._ssh_key)],
            source_image_id=self.image.id,
            source_image_reference=published
            and LinuxVirtualMachineSourceImageReference(
                publisher=published.publisher,
                offer=published.offer,
                sku=published.sku,
                version=published.version,
            ),
            os_disk=LinuxVirtualMachineOsDisk(
                caching="ReadWrite",
                storage_account_type="Premium_LRS",
                disk_size_gb=spec.disk.gib,
                disk_encryption_set_id=self._disk_key,
            ),
            encryption_at_host_enabled=True,
            identity=LinuxVirtualMachineIdentity(type="UserAssigned", identity_ids=[self.role.id]),
            capacity_reservation_group_id=spec.reservation and spec.reservation.id,
            # Azure patches the images that it knows, zone by zone, and leaves others to their owner.
            patch_mode="AutomaticByPlatform" if self.image.lacks_driver else "ImageDefault",
            patch_assessment_mode="AutomaticByPlatform" if self.image.lacks_driver else "ImageDefault",
            allow_extension_operations=self.image.lacks_driver,
            boot_diagnostics=LinuxVirtualMachineBootDiagnostics(),
            custom_data=user_data,
            tags=self._tags,
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        if self.image.lacks_driver:
            machine.add_override("//.checkov", {"CKV_AZURE_50": "the driver for the GPU is an extension"})
            VirtualMachineExtension(
                machine,
                NVIDIA_DRIVER.name,
                name=NVIDIA_DRIVER.name,
                virtual_machine_id=machine.id,
                publisher=NVIDIA_DRIVER.publisher,
                type=NVIDIA_DRIVER.type,
                type_handler_version=NVIDIA_DRIVER.version,
                auto_upgrade_minor_version=True,
                tags=self._tags,
            )
        return machine
