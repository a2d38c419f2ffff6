"""Single GPU machines."""

from collections.abc import Mapping

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.compute_instance import (
    ComputeInstance,
    ComputeInstanceBootDisk,
    ComputeInstanceBootDiskInitializeParams,
    ComputeInstanceNetworkInterface,
    ComputeInstanceReservationAffinity,
    ComputeInstanceReservationAffinitySpecificReservation,
    ComputeInstanceScheduling,
    ComputeInstanceServiceAccount,
    ComputeInstanceShieldedInstanceConfig,
)
from constructs import Construct

from backstay.google._machine import ACCELERATOR, MachineAccess, metadata
from backstay.google.gpu_size import boot_disk_type, zones_with
from backstay.google.machine_image import MachineImage
from backstay.google.reservation import RESERVATION_NAME
from backstay.google.service_account import SCOPES
from backstay.outputs import InstancesOutputs, KeyOutputs, NetworkOutputs
from backstay.topology import CloudRegion, InstancesSpec, Names, ReservationSpec
from backstay.topology.labels import labels


class GpuInstances(Construct):
    """Run a fixed number of GPU machines, spread in turn over the zones that have their GPU.

    Machines with a reservation stand together in the first zone that has their GPU, since a reservation lies in one
    zone: list that zone first in the network's `zones`.

    Nothing but SSH through Identity-Aware Proxy reaches a machine, not even another of them: jobs that span machines
    need rules of their own, and on A3 and A4 sizes the networks for RDMA between GPUs too.

    Survives: the loss of a zone, with the machines of the others; a machine image that Google publishes later; the
    upkeep of a machine's host, after which it starts again.
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
            key: what encrypts their disks. It must admit Compute Engine's service agent.
            user_data: what a machine does when it first starts, for cloud-init; no secrets, since it can be read back.
            tags: labels beyond those of the provider.
            purpose: tells these machines from others of the environment.
            disposable: whether the machines may be deleted without turning their protection off first.

        Raises:
            ValueError: when the size is not known to have a GPU, or is in none of the network's zones.
        """
        super().__init__(scope, id_)
        having = zones_with(spec.instance_type, network.zones, region)
        zones = having[:1] if spec.reservation else having
        self.access = MachineAccess(self, "access", purpose=purpose, region=region, names=names, network=network)
        self.account = self.access.account
        self.image = MachineImage(self, "image", image=spec.image, instance_type=spec.instance_type, region=region)

        def machine(index: int) -> ComputeInstance:
            return ComputeInstance(
                self,
                f"machine-{index}",
                name=names.resource(f"{purpose}-{index}"),
                zone=zones[index % len(zones)],
                machine_type=spec.instance_type,
                boot_disk=ComputeInstanceBootDisk(
                    initialize_params=ComputeInstanceBootDiskInitializeParams(
                        image=self.image.id, size=spec.disk.gib, type=boot_disk_type(spec.instance_type)
                    ),
                    kms_key_self_link=key.id,
                ),
                # Without an access configuration there is no public address.
                network_interface=[
                    ComputeInstanceNetworkInterface(subnetwork=network.private_subnets[0], nic_type="GVNIC")
                ],
                service_account=ComputeInstanceServiceAccount(email=self.account.email, scopes=SCOPES),
                shielded_instance_config=ComputeInstanceShieldedInstanceConfig(
                    enable_secure_boot=True, enable_vtpm=True, enable_integrity_monitoring=True
                ),
                # A machine with a GPU cannot be moved while it runs.
                scheduling=ComputeInstanceScheduling(on_host_maintenance="TERMINATE", automatic_restart=True),
                reservation_affinity=_reserved(spec.reservation),
                metadata=metadata(user_data),
                labels=labels({**(tags or {}), **ACCELERATOR}),
                deletion_protection=not disposable,
                allow_stopping_for_update=True,
                depends_on=[*self.access.identity.roles],
                lifecycle=TerraformResourceLifecycle(ignore_changes=["boot_disk[0].initialize_params[0].image"])
                if self.image.is_newest
                else None,
            )

        self.machines = tuple(machine(index) for index in range(spec.count))
        self.outputs = InstancesOutputs(
            ids=tuple(machine.id for machine in self.machines),
            role=self.account.email,
            # Firewall rules of Google Cloud name machines by whom they act as.
            security_group=self.account.email,
        )


def _reserved(reservation: ReservationSpec | None) -> ComputeInstanceReservationAffinity | None:
    if reservation is None:
        return None
    return ComputeInstanceReservationAffinity(
        type="SPECIFIC_RESERVATION",
        specific_reservation=ComputeInstanceReservationAffinitySpecificReservation(
            key=RESERVATION_NAME, values=[reservation.id]
        ),
    )
