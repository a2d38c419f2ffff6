"""GPU machines that scale by load."""

from collections.abc import Mapping

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.compute_region_autoscaler import (
    ComputeRegionAutoscaler,
    ComputeRegionAutoscalerAutoscalingPolicy,
    ComputeRegionAutoscalerAutoscalingPolicyCpuUtilization,
)
from cdktf_cdktf_provider_google.compute_region_instance_group_manager import (
    ComputeRegionInstanceGroupManager,
    ComputeRegionInstanceGroupManagerAutoHealingPolicies,
    ComputeRegionInstanceGroupManagerNamedPort,
    ComputeRegionInstanceGroupManagerUpdatePolicy,
    ComputeRegionInstanceGroupManagerVersion,
)
from cdktf_cdktf_provider_google.compute_region_instance_template import (
    ComputeRegionInstanceTemplate,
    ComputeRegionInstanceTemplateDisk,
    ComputeRegionInstanceTemplateDiskDiskEncryptionKey,
    ComputeRegionInstanceTemplateNetworkInterface,
    ComputeRegionInstanceTemplateReservationAffinity,
    ComputeRegionInstanceTemplateReservationAffinitySpecificReservation,
    ComputeRegionInstanceTemplateScheduling,
    ComputeRegionInstanceTemplateServiceAccount,
    ComputeRegionInstanceTemplateShieldedInstanceConfig,
)
from constructs import Construct

from backstay.google._machine import ACCELERATOR, MachineAccess, metadata
from backstay.google.firewall import HEALTH_CHECKS
from backstay.google.gpu_size import boot_disk_type, zones_with
from backstay.google.load_balancer import SERVING_PORT
from backstay.google.machine_image import MachineImage
from backstay.google.reservation import RESERVATION_NAME
from backstay.google.service_account import SCOPES
from backstay.outputs import FleetOutputs, KeyOutputs, LoadBalancerOutputs, NetworkOutputs
from backstay.topology import CloudRegion, FleetSpec, Names, ReservationSpec
from backstay.topology.labels import labels

# The longest that a group waits before it judges a new machine.
_LONGEST_WARM_UP = 3600


class GpuFleet(Construct):
    """Keep enough GPU machines serving: replace what fails, grow with the load, roll out changes machine by machine.

    Machines stand in the zones that have their GPU, as evenly as free GPUs allow. A reservation holds the whole fleet,
    in the first zone that has its GPU, since a reservation lies in one zone: list that zone first in the network's
    `zones`.

    Survives: the loss of a machine, and of a zone unless it holds the fleet's reservation; a failover that has
    changed the number of machines, which the next apply leaves alone; a bad change of the machines, as far as the
    first of them: the others go on serving until they are healthy.
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
        disposable: bool = False,  # noqa: ARG002 - a group never holds up its deletion, as one on AWS may
    ) -> None:
        """Make the fleet.

        Args:
            scope: where it belongs.
            id_: its name there.
            spec: what the machines are, and how many.
            region: the region.
            names: the environment's names.
            network: where the machines stand.
            key: what encrypts their disks. It must admit Compute Engine's service agent.
            load_balancer: sends them requests and judges their health; without one, what runs counts as healthy.
            tags: what machines carry as labels.
            user_data: what a machine does when it first starts, for cloud-init; no secrets, since it can be read back.
            purpose: tells this fleet from others of the environment.
            disposable: whether a destroy need not wait for the machines; on Google Cloud it never does.

        Raises:
            ValueError: when the size is not known to have a GPU or is in none of the network's zones, or when the
                machines take longer to warm up than a group waits for them.
        """
        super().__init__(scope, id_)
        if spec.warm_up.seconds > _LONGEST_WARM_UP:
            raise ValueError(
                f"warm_up is {spec.warm_up}; Google Cloud waits at most 1h before it replaces a machine that does not "
                "serve: say 1h or less"
            )
        having = zones_with(spec.instance_type, network.zones, region)
        self._zones = having[:1] if spec.reservation else having
        self.access = MachineAccess(self, "access", purpose=purpose, region=region, names=names, network=network)
        self.account = self.access.account
        if load_balancer is not None:
            self.ingress = self.access.admit(
                "requests",
                "Requests and health checks of the load balancer",
                port=spec.port,
                sources=[load_balancer.security_group, *HEALTH_CHECKS],
            )
        self.image = MachineImage(self, "image", image=spec.image, instance_type=spec.instance_type, region=region)
        self.template = self._template(names.resource(purpose, limit=53), spec, region, network, key, user_data, tags)
        self.group = self._group(names.resource(purpose, limit=58), spec, region, load_balancer)
        self.scaling = self._scaling(names.resource(purpose), spec, region)
        self.outputs = FleetOutputs(
            id=self.group.instance_group,
            name=self.group.name,
            launch_template=self.template.id,
            role=self.account.email,
            # Firewall rules of Google Cloud name machines by whom they act as.
            security_group=self.account.email,
        )

    def _template(
        self,
        name: str,
        spec: FleetSpec,
        region: CloudRegion,
        network: NetworkOutputs,
        key: KeyOutputs,
        user_data: str | None,
        tags: Mapping[str, str],
    ) -> ComputeRegionInstanceTemplate:
        return ComputeRegionInstanceTemplate(
            self,
            "template",
            # A template never changes: the group moves to a new one, and then the old one goes.
            name_prefix=f"{name}-",
            region=region.name,
            machine_type=spec.instance_type,
            disk=[
                ComputeRegionInstanceTemplateDisk(
                    boot=True,
                    auto_delete=True,
                    source_image=self.image.id,
                    disk_size_gb=spec.disk.gib,
                    disk_type=boot_disk_type(spec.instance_type),
                    disk_encryption_key=ComputeRegionInstanceTemplateDiskDiskEncryptionKey(kms_key_self_link=key.id),
                )
            ],
            # Without an access configuration there is no public address.
            network_interface=[
                ComputeRegionInstanceTemplateNetworkInterface(subnetwork=network.private_subnets[0], nic_type="GVNIC")
            ],
            service_account=ComputeRegionInstanceTemplateServiceAccount(email=self.account.email, scopes=SCOPES),
            shielded_instance_config=ComputeRegionInstanceTemplateShieldedInstanceConfig(
                enable_secure_boot=True, enable_vtpm=True, enable_integrity_monitoring=True
            ),
            # A machine with a GPU cannot be moved while it runs.
            scheduling=ComputeRegionInstanceTemplateScheduling(on_host_maintenance="TERMINATE", automatic_restart=True),
            reservation_affinity=_reserved(spec.reservation),
            metadata=metadata(user_data),
            labels=labels({**tags, **ACCELERATOR}),
            lifecycle=TerraformResourceLifecycle(
                create_before_destroy=True,
                ignore_changes=["disk[0].source_image"] if self.image.is_newest else None,
            ),
        )

    def _group(
        self, name: str, spec: FleetSpec, region: CloudRegion, load_balancer: LoadBalancerOutputs | None
    ) -> ComputeRegionInstanceGroupManager:
        return ComputeRegionInstanceGroupManager(
            self,
            "group",
            name=name,
            base_instance_name=name,
            region=region.name,
            distribution_policy_zones=[*self._zones],
            # An even distribution would wait for a zone that has run out of GPUs, and any other cannot be scaled by
            # load: https://docs.cloud.google.com/compute/docs/instance-groups/regional-mig-distribution-shape
            distribution_policy_target_shape="BALANCED",
            target_size=spec.desired,
            version=[ComputeRegionInstanceGroupManagerVersion(instance_template=self.template.self_link)],
            named_port=[ComputeRegionInstanceGroupManagerNamedPort(name=SERVING_PORT, port=spec.port)],
            auto_healing_policies=ComputeRegionInstanceGroupManagerAutoHealingPolicies(
                health_check=load_balancer.health_check, initial_delay_sec=spec.warm_up.seconds
            )
            if load_balancer and load_balancer.health_check
            else None,
            update_policy=_update_policy(zones=len(self._zones), reserved=spec.reservation is not None),
            # GPUs can be scarce, and a group that waits for some is not broken.
            wait_for_instances=False,
            depends_on=[*self.access.identity.roles],
            lifecycle=TerraformResourceLifecycle(
                # Autoscalers and failovers own the number; another set of zones would replace the group.
                ignore_changes=["target_size", "distribution_policy_zones"]
            ),
        )

    def _scaling(self, name: str, spec: FleetSpec, region: CloudRegion) -> ComputeRegionAutoscaler:
        return ComputeRegionAutoscaler(
            self,
            "scaling",
            name=name,
            region=region.name,
            target=self.group.id,
            autoscaling_policy=ComputeRegionAutoscalerAutoscalingPolicy(
                mode="ON",
                min_replicas=spec.floor,
                max_replicas=spec.ceiling,
                cooldown_period=spec.warm_up.seconds,
                cpu_utilization=ComputeRegionAutoscalerAutoscalingPolicyCpuUtilization(
                    target=float(spec.target_cpu.fraction)
                ),
            ),
        )


def _update_policy(*, zones: int, reserved: bool) -> ComputeRegionInstanceGroupManagerUpdatePolicy:
    """A new machine in each zone serves before an old one goes; a full reservation has no room for one.

    A regional group takes no number between zero and that of its zones.
    """
    return ComputeRegionInstanceGroupManagerUpdatePolicy(
        type="PROACTIVE",
        minimal_action="REPLACE",
        most_disruptive_allowed_action="REPLACE",
        replacement_method="SUBSTITUTE",
        max_surge_fixed=0 if reserved else zones,
        max_unavailable_fixed=zones if reserved else 0,
        # Balanced groups do not move running machines to other zones, and Google Cloud wants that said.
        instance_redistribution_type="NONE",
    )


def _reserved(reservation: ReservationSpec | None) -> ComputeRegionInstanceTemplateReservationAffinity | None:
    if reservation is None:
        return None
    return ComputeRegionInstanceTemplateReservationAffinity(
        type="SPECIFIC_RESERVATION",
        specific_reservation=ComputeRegionInstanceTemplateReservationAffinitySpecificReservation(
            key=RESERVATION_NAME, values=[reservation.id]
        ),
    )
