"""GPU machines that scale by load."""

from collections.abc import Mapping

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_azurerm.linux_virtual_machine_scale_set import (
    LinuxVirtualMachineScaleSet,
    LinuxVirtualMachineScaleSetAdminSshKey,
    LinuxVirtualMachineScaleSetAutomaticInstanceRepair,
    LinuxVirtualMachineScaleSetAutomaticOsUpgradePolicy,
    LinuxVirtualMachineScaleSetBootDiagnostics,
    LinuxVirtualMachineScaleSetExtension,
    LinuxVirtualMachineScaleSetIdentity,
    LinuxVirtualMachineScaleSetNetworkInterface,
    LinuxVirtualMachineScaleSetNetworkInterfaceIpConfiguration,
    LinuxVirtualMachineScaleSetOsDisk,
    LinuxVirtualMachineScaleSetRollingUpgradePolicy,
    LinuxVirtualMachineScaleSetScaleIn,
    LinuxVirtualMachineScaleSetSourceImageReference,
    LinuxVirtualMachineScaleSetTerminationNotification,
)
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
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
from backstay.azure.fleet_health import health_extension
from backstay.azure.fleet_scaling import FleetScaling
from backstay.azure.iso8601 import iso8601
from backstay.azure.machine_image import MachineImage
from backstay.outputs import FleetOutputs, KeyOutputs, LoadBalancerOutputs, NetworkOutputs
from backstay.topology import CloudRegion, Duration, FleetSpec, Names

_SSH = 22


class GpuFleet(Construct):
    """Keep enough GPU machines serving: replace what fails, grow with the load, roll out changes batch by batch.

    A machine is alive while it accepts connections on its port. A new image is rolled out in place: a machine keeps
    the GPU that it has, since another one may not be had. With a reservation its group is used first, which has to
    hold capacity in each of the network's zones, and what goes beyond it runs on demand.
    The subscription must have the feature `EncryptionAtHost` of Microsoft.Compute registered.

    Survives: the loss of a machine or a zone; a failover that has changed the number of machines, which the next
    apply leaves alone; a bad image, which is rolled back.
    Does not survive: a region without free GPUs while it has to grow; reserve capacity for that.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: FleetSpec,
        region: CloudRegion,
        names: Names,
        network: NetworkOutputs,
        key: KeyOutputs,
        load_balancer: LoadBalancerOutputs | None = None,
        tags: Mapping[str, str],
        user_data: str | None = None,
        purpose: str = "gpu-fleet",
        disposable: bool = False,
    ) -> None:
        """Make the fleet.

        Args:
            scope: where it belongs.
            id_: its name there.
            spec: what the machines are, and how many.
            region: the region.
            names: the environment's names.
            network: where the machines stand.
            key: what encrypts their disks.
            load_balancer: sends them requests; without one nobody reaches them, and what answers SSH is healthy.
            tags: tags beyond those of the stack, for the fleet and its machines.
            user_data: what a machine does when it starts, for cloud-init; no secrets, since it can be read back.
                Machines that are there follow a change of it when they are made from an image again.
            purpose: tells this fleet from others of the environment.
            disposable: whether machines are ended without being told five minutes before.

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
        if load_balancer is not None:
            self.ingress = self.access.admit(
                "load-balancer", source=load_balancer.security_group, port=spec.port, priority=200
            )
        self.image = MachineImage.of(spec.image, size=spec.instance_type, region=region)
        self.scale_set = self._scale_set(
            names.resource(purpose),
            spec=spec,
            network=network,
            key=key,
            load_balancer=load_balancer,
            user_data=user_data,
            tags={**default_tags(self), **tags, **ACCELERATOR},
            disposable=disposable,
        )
        self.scaling = FleetScaling(self, "scaling", scale_set=self.scale_set, spec=spec)
        self.outputs = FleetOutputs(
            id=self.scale_set.id,
            name=self.scale_set.name,
            launch_template=self.scale_set.id,
            role=self.role.id,
            security_group=self.access.security_group.id,
        )

    def _scale_set(
        self,
        name: str,
        *,
        spec: FleetSpec,
        network: NetworkOutputs,
        key: KeyOutputs,
        load_balancer: LoadBalancerOutputs | None,
        user_data: str | None,
        tags: Mapping[str, str],
        disposable: bool,
    ) -> LinuxVirtualMachineScaleSet:
        zones, published = [*network.zones] or None, self.image.published
        return LinuxVirtualMachineScaleSet(
            self,
            "scale-set",
            name=name,
            computer_name_prefix="gpu",
            resource_group_name=self.group.name,
            location=self.group.location,
            sku=spec.instance_type,
            instances=spec.desired,
            zones=zones,
            # An even spread would not grow while one zone is out of GPUs.
            zone_balance=False,
            platform_fault_domain_count=1 if zones else None,
            single_placement_group=False,
            # Azure starts more machines than asked for and ends the surplus, which wastes what is scarce.
            overprovision=False,
            capacity_reservation_group_id=spec.reservation and spec.reservation.id,
            admin_username=ADMINISTRATOR,
            disable_password_authentication=True,
            admin_ssh_key=[
                LinuxVirtualMachineScaleSetAdminSshKey(username=ADMINISTRATOR, public_key=administrators_key(spec))
            ],
            source_image_id=self.image.id,
            source_image_reference=published
            and LinuxVirtualMachineScaleSetSourceImageReference(
                publisher=published.publisher,
                offer=published.offer,
                sku=published.sku,
                version=published.version,
            ),
            os_disk=LinuxVirtualMachineScaleSetOsDisk(
                caching="ReadWrite",
                storage_account_type="Premium_LRS",
                disk_size_gb=spec.disk.gib,
                disk_encryption_set_id=disk_encryption_set(key),
            ),
            encryption_at_host_enabled=True,
            identity=LinuxVirtualMachineScaleSetIdentity(type="UserAssigned", identity_ids=[self.role.id]),
            network_interface=[self._interface(network, load_balancer)],
            boot_diagnostics=LinuxVirtualMachineScaleSetBootDiagnostics(),
            custom_data=encoded(user_data),
            extension=self._extensions(spec, port=spec.port if load_balancer else _SSH),
            upgrade_mode="Rolling",
            # The provider replaces the whole scale set when any of these changes, so none may depend on the spec.
            rolling_upgrade_policy=LinuxVirtualMachineScaleSetRollingUpgradePolicy(
                max_batch_instance_percent=10,
                max_unhealthy_instance_percent=34,
                max_unhealthy_upgraded_instance_percent=20,
                pause_time_between_batches="PT1M",
                prioritize_unhealthy_instances_enabled=True,
                cross_zone_upgrades_enabled=False,
                maximum_surge_instances_enabled=False,
            ),
            automatic_os_upgrade_policy=LinuxVirtualMachineScaleSetAutomaticOsUpgradePolicy(
                enable_automatic_os_upgrade=self.image.moves_on, disable_automatic_rollback=False
            ),
            automatic_instance_repair=LinuxVirtualMachineScaleSetAutomaticInstanceRepair(
                enabled=True,
                action="Replace",
                grace_period=iso8601(spec.warm_up, least=Duration.parse("10m"), most=Duration.parse("90m")),
            ),
            termination_notification=LinuxVirtualMachineScaleSetTerminationNotification(
                enabled=not disposable, timeout="PT5M"
            ),
            scale_in=LinuxVirtualMachineScaleSetScaleIn(rule="Default", force_deletion_enabled=disposable),
            tags=tags,
            lifecycle=TerraformResourceLifecycle(ignore_changes=["instances"]),
        )

    def _interface(
        self, network: NetworkOutputs, load_balancer: LoadBalancerOutputs | None
    ) -> LinuxVirtualMachineScaleSetNetworkInterface:
        return LinuxVirtualMachineScaleSetNetworkInterface(
            name="internal",
            primary=True,
            enable_accelerated_networking=True,
            network_security_group_id=self.access.security_group.id,
            ip_configuration=[
                LinuxVirtualMachineScaleSetNetworkInterfaceIpConfiguration(
                    name="internal",
                    primary=True,
                    subnet_id=network.private_subnets[0],
                    application_gateway_backend_address_pool_ids=[load_balancer.target_group]
                    if load_balancer
                    else None,
                )
            ],
        )

    def _extensions(self, spec: FleetSpec, *, port: int) -> list[LinuxVirtualMachineScaleSetExtension]:
        health = health_extension(port, warm_up=spec.warm_up)
        if not self.image.lacks_driver:
            return [health]
        driver = LinuxVirtualMachineScaleSetExtension(
            name=NVIDIA_DRIVER.name,
            publisher=NVIDIA_DRIVER.publisher,
            type=NVIDIA_DRIVER.type,
            type_handler_version=NVIDIA_DRIVER.version,
        )
        return [health, driver]
