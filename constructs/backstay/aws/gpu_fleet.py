"""GPU machines that scale by load."""

from collections.abc import Mapping

from cdktf import TerraformResourceLifecycle, Token
from cdktf_cdktf_provider_aws.autoscaling_group import (
    AutoscalingGroup,
    AutoscalingGroupCapacityReservationSpecification,
    AutoscalingGroupCapacityReservationSpecificationCapacityReservationTarget,
    AutoscalingGroupInstanceRefresh,
    AutoscalingGroupInstanceRefreshPreferences,
    AutoscalingGroupLaunchTemplate,
    AutoscalingGroupTag,
)
from cdktf_cdktf_provider_aws.autoscaling_policy import (
    AutoscalingPolicy,
    AutoscalingPolicyTargetTrackingConfiguration,
    AutoscalingPolicyTargetTrackingConfigurationPredefinedMetricSpecification,
)
from cdktf_cdktf_provider_aws.launch_template import (
    LaunchTemplate,
    LaunchTemplateBlockDeviceMappings,
    LaunchTemplateBlockDeviceMappingsEbs,
    LaunchTemplateCapacityReservationSpecification,
    LaunchTemplateCapacityReservationSpecificationCapacityReservationTarget,
    LaunchTemplateIamInstanceProfile,
    LaunchTemplateInstanceMarketOptions,
    LaunchTemplateMetadataOptions,
    LaunchTemplateMonitoring,
    LaunchTemplateNetworkInterfaces,
    LaunchTemplateTagSpecifications,
)
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from backstay.aws._machine import ACCELERATOR, MachineAccess, encoded
from backstay.aws.machine_image import MachineImage
from backstay.outputs import FleetOutputs, KeyOutputs, LoadBalancerOutputs, NetworkOutputs
from backstay.topology import CloudRegion, FleetSpec, Names, ReservationSpec

_GROUP_METRICS = (
    "GroupDesiredCapacity",
    "GroupInServiceInstances",
    "GroupMaxSize",
    "GroupMinSize",
    "GroupPendingInstances",
    "GroupStandbyInstances",
    "GroupTerminatingInstances",
    "GroupTotalInstances",
)


class GpuFleet(Construct):
    """Keep enough GPU machines serving: replace what fails, grow with the load, roll out changes machine by machine.

    An on-demand reservation is used first, and what goes beyond it runs on demand. A capacity block holds the
    whole fleet, in the network's first zone, since a block lies in one zone: list that zone first in the
    network's `zones`.

    Survives: the loss of a machine, and of a zone unless it holds the fleet's capacity block; a failover that
    has changed the number of machines, which the next apply leaves alone; a bad change of the launch template,
    which is rolled back.
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
            key: what encrypts their disks. Its policy must let the account's Auto Scaling role use it.
            load_balancer: sends them requests and judges their health; without one, what runs counts as healthy.
            tags: tags for the group and what it launches, which the provider's default tags do not reach.
            user_data: what a machine does when it starts, for cloud-init; no secrets, since it can be read back.
            purpose: tells this fleet from others of the environment.
            disposable: whether a destroy ends the machines without waiting for the requests that they serve.
        """
        super().__init__(scope, id_)
        name = names.machine(purpose)
        tags = {**tags, **ACCELERATOR, "Name": name}
        self.access = MachineAccess(self, "access", purpose=purpose, region=region, names=names, network=network)
        self.role = self.access.role
        if load_balancer is not None:
            self.ingress = VpcSecurityGroupIngressRule(
                self,
                "ingress",
                security_group_id=self.access.security_group.id,
                description="Requests from the load balancer",
                referenced_security_group_id=load_balancer.security_group,
                ip_protocol="tcp",
                from_port=spec.port,
                to_port=spec.port,
            )
        self.image = MachineImage(self, "image", image=spec.image, instance_type=spec.instance_type)
        self.launch_template = self._launch_template(name, spec=spec, key=key, user_data=user_data, tags=tags)
        self.group = self._group(
            name, spec=spec, network=network, load_balancer=load_balancer, tags=tags, disposable=disposable
        )
        self.scaling = self._scaling(name, spec=spec)
        self.outputs = FleetOutputs(
            id=self.group.arn,
            name=self.group.name,
            launch_template=self.launch_template.id,
            role=self.role.arn,
            security_group=self.access.security_group.id,
        )

    def _launch_template(
        self, name: str, *, spec: FleetSpec, key: KeyOutputs, user_data: str | None, tags: Mapping[str, str]
    ) -> LaunchTemplate:
        block = _capacity_block(spec)
        return LaunchTemplate(
            self,
            "launch-template",
            name=name,
            image_id=self.image.id,
            instance_type=spec.instance_type,
            ebs_optimized="true",
            iam_instance_profile=LaunchTemplateIamInstanceProfile(arn=self.access.profile.arn),
            metadata_options=LaunchTemplateMetadataOptions(
                http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
            ),
            monitoring=LaunchTemplateMonitoring(enabled=True),
            network_interfaces=[
                LaunchTemplateNetworkInterfaces(
                    associate_public_ip_address="false",
                    delete_on_termination="true",
                    security_groups=[self.access.security_group.id],
                )
            ],
            block_device_mappings=[
                LaunchTemplateBlockDeviceMappings(
                    device_name=self.image.root_device,
                    ebs=LaunchTemplateBlockDeviceMappingsEbs(
                        volume_type="gp3",
                        volume_size=spec.disk.gib,
                        encrypted="true",
                        kms_key_id=key.id,
                        delete_on_termination="true",
                    ),
                )
            ],
            capacity_reservation_specification=block
            and LaunchTemplateCapacityReservationSpecification(
                capacity_reservation_target=LaunchTemplateCapacityReservationSpecificationCapacityReservationTarget(
                    capacity_reservation_id=block.id
                )
            ),
            instance_market_options=block and LaunchTemplateInstanceMarketOptions(market_type="capacity-block"),
            user_data=encoded(user_data),
            # The group passes its tags on to machines, but not to their disks and interfaces.
            tag_specifications=[
                LaunchTemplateTagSpecifications(resource_type=type_, tags=tags)
                for type_ in ("volume", "network-interface")
            ],
            update_default_version=True,
            lifecycle=TerraformResourceLifecycle(ignore_changes=["image_id"]) if self.image.is_newest else None,
        )

    def _group(
        self,
        name: str,
        *,
        spec: FleetSpec,
        network: NetworkOutputs,
        load_balancer: LoadBalancerOutputs | None,
        tags: Mapping[str, str],
        disposable: bool,
    ) -> AutoscalingGroup:
        block = _capacity_block(spec)
        return AutoscalingGroup(
            self,
            "group",
            name=name,
            vpc_zone_identifier=list(network.private_subnets[:1] if block else network.private_subnets),
            min_size=spec.floor,
            max_size=spec.ceiling,
            desired_capacity=spec.desired,
            # A number, not `$Latest`: a change of the template is then a change of the group, and rolls out.
            launch_template=AutoscalingGroupLaunchTemplate(
                id=self.launch_template.id, version=Token.as_string(self.launch_template.latest_version)
            ),
            capacity_reservation_specification=_on_demand_reservation(spec),
            capacity_rebalance=False,
            health_check_type="ELB" if load_balancer else "EC2",
            health_check_grace_period=spec.warm_up.seconds,
            default_instance_warmup=spec.warm_up.seconds,
            target_group_arns=[load_balancer.target_group] if load_balancer else None,
            # GPUs can be scarce. A group that Terraform waited for in vain would count as broken, and the next
            # apply would replace it together with the machines that it did get.
            wait_for_capacity_timeout="0",
            force_delete=disposable,
            instance_refresh=AutoscalingGroupInstanceRefresh(
                strategy="Rolling",
                preferences=AutoscalingGroupInstanceRefreshPreferences(
                    min_healthy_percentage=90,
                    # Above 100 a new machine serves before an old one goes; a full capacity block has no room for it.
                    max_healthy_percentage=100 if block else 110,
                    auto_rollback=True,
                ),
            ),
            enabled_metrics=list(_GROUP_METRICS),
            tag=[AutoscalingGroupTag(key=key, value=value, propagate_at_launch=True) for key, value in tags.items()],
            lifecycle=TerraformResourceLifecycle(ignore_changes=["desired_capacity"]),
        )

    def _scaling(self, name: str, *, spec: FleetSpec) -> AutoscalingPolicy:
        cpu = AutoscalingPolicyTargetTrackingConfigurationPredefinedMetricSpecification(
            predefined_metric_type="ASGAverageCPUUtilization"
        )
        return AutoscalingPolicy(
            self,
            "scaling",
            name=f"{name}-cpu",
            autoscaling_group_name=self.group.name,
            policy_type="TargetTrackingScaling",
            target_tracking_configuration=AutoscalingPolicyTargetTrackingConfiguration(
                predefined_metric_specification=cpu, target_value=float(spec.target_cpu.percent)
            ),
        )


def _capacity_block(spec: FleetSpec) -> ReservationSpec | None:
    return spec.reservation if spec.reservation and spec.reservation.kind == "capacity-block" else None


def _on_demand_reservation(spec: FleetSpec) -> AutoscalingGroupCapacityReservationSpecification | None:
    if spec.reservation is None or spec.reservation.kind != "on-demand":
        return None
    return AutoscalingGroupCapacityReservationSpecification(
        capacity_reservation_preference="capacity-reservations-first",
        capacity_reservation_target=AutoscalingGroupCapacityReservationSpecificationCapacityReservationTarget(
            capacity_reservation_ids=[spec.reservation.id]
        ),
    )
