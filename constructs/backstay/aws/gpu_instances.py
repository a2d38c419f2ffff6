"""Single GPU machines."""

from collections.abc import Mapping

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.instance import (
    Instance,
    InstanceCapacityReservationSpecification,
    InstanceCapacityReservationSpecificationCapacityReservationTarget,
    InstanceInstanceMarketOptions,
    InstanceMetadataOptions,
    InstanceRootBlockDevice,
)
from constructs import Construct

from backstay.aws._machine import ACCELERATOR, MachineAccess, encoded
from backstay.aws.machine_image import MachineImage
from backstay.outputs import InstancesOutputs, KeyOutputs, NetworkOutputs
from backstay.topology import CloudRegion, InstancesSpec, Names, ReservationSpec


class GpuInstances(Construct):
    """Run a fixed number of GPU machines, spread over the zones in turn.

    Machines with a reservation stand together in the network's first zone, since a reservation lies in one zone:
    list that zone first in the network's `zones`.

    Survives: the loss of a zone, with the machines of the others; a machine image that AWS publishes later.
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
            tags: tags beyond those of the provider.
            purpose: tells these machines from others of the environment.
            disposable: whether the machines may be terminated without turning their protection off first.
        """
        super().__init__(scope, id_)
        self.access = MachineAccess(self, "access", purpose=purpose, region=region, names=names, network=network)
        self.role = self.access.role
        self.image = MachineImage(self, "image", image=spec.image, instance_type=spec.instance_type)
        subnets = network.private_subnets[:1] if spec.reservation else network.private_subnets
        market = _market(spec.reservation)
        # The provider (5.100) does not read a capacity block's market back, and would replace the machine each time.
        ignored = [*(["ami"] if self.image.is_newest else []), *(["instance_market_options"] if market else [])]

        def machine(index: int) -> Instance:
            name = f"{names.machine(purpose)}-{index}"
            return Instance(
                self,
                f"machine-{index}",
                ami=self.image.id,
                instance_type=spec.instance_type,
                subnet_id=subnets[index % len(subnets)],
                associate_public_ip_address=False,
                vpc_security_group_ids=[self.access.security_group.id],
                iam_instance_profile=self.access.profile.name,
                root_block_device=InstanceRootBlockDevice(
                    volume_type="gp3",
                    volume_size=spec.disk.gib,
                    encrypted=True,
                    kms_key_id=key.id,
                    tags={"Name": name},
                ),
                metadata_options=InstanceMetadataOptions(
                    http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
                ),
                capacity_reservation_specification=_reserved(spec.reservation),
                instance_market_options=market,
                disable_api_termination=not disposable,
                ebs_optimized=True,
                monitoring=True,
                user_data_base64=encoded(user_data),
                tags={**(tags or {}), **ACCELERATOR, "Name": name},
                lifecycle=TerraformResourceLifecycle(ignore_changes=ignored) if ignored else None,
            )

        self.machines = tuple(machine(index) for index in range(spec.count))
        self.outputs = InstancesOutputs(
            ids=tuple(machine.id for machine in self.machines),
            role=self.role.arn,
            security_group=self.access.security_group.id,
        )


def _reserved(reservation: ReservationSpec | None) -> InstanceCapacityReservationSpecification | None:
    if reservation is None:
        return None
    target = InstanceCapacityReservationSpecificationCapacityReservationTarget(capacity_reservation_id=reservation.id)
    return InstanceCapacityReservationSpecification(capacity_reservation_target=target)


def _market(reservation: ReservationSpec | None) -> InstanceInstanceMarketOptions | None:
    if reservation is None or reservation.kind != "capacity-block":
        return None
    return InstanceInstanceMarketOptions(market_type="capacity-block")
