"""A group of a cluster's machines, which EKS replaces, repairs and updates."""

from collections.abc import Mapping, Sequence

from cdktf import Fn, ITerraformDependable, Op, Precondition, TerraformResourceLifecycle, Token
from cdktf_cdktf_provider_aws.data_aws_ec2_instance_type_offerings import (
    DataAwsEc2InstanceTypeOfferings,
    DataAwsEc2InstanceTypeOfferingsFilter,
)
from cdktf_cdktf_provider_aws.eks_node_group import (
    EksNodeGroup,
    EksNodeGroupLaunchTemplate,
    EksNodeGroupNodeRepairConfig,
    EksNodeGroupScalingConfig,
    EksNodeGroupTaint,
    EksNodeGroupUpdateConfig,
)
from cdktf_cdktf_provider_aws.launch_template import (
    LaunchTemplate,
    LaunchTemplateBlockDeviceMappings,
    LaunchTemplateBlockDeviceMappingsEbs,
    LaunchTemplateCapacityReservationSpecification,
    LaunchTemplateCapacityReservationSpecificationCapacityReservationTarget,
    LaunchTemplateInstanceMarketOptions,
    LaunchTemplateMetadataOptions,
    LaunchTemplateMonitoring,
    LaunchTemplateTagSpecifications,
)
from constructs import Construct

from backstay.aws.cluster_pools import Pool
from backstay.outputs import ClusterOutputs, KeyOutputs, NetworkOutputs
from backstay.topology import Names

# The root volume of Amazon Linux.
_ROOT_DEVICE = "/dev/xvda"


class NodeGroup(Construct):
    """Run a pool of a cluster's machines in every zone of the network that offers their size.

    A reservation lies in one zone, so reserved machines stand in the network's first zone only: list the
    reservation's zone first in the network's `zones`. They do not grow beyond their reservation.

    Survives: the loss of a machine, which EKS repairs or replaces; the loss of a zone, where the others have
    capacity and nothing is reserved; a failover that has changed the number of machines, which the next apply
    leaves alone.
    Does not survive: a change of the machines' size, which replaces the whole group; a shortage of GPUs without
    a reservation; the end of a capacity block.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        pool: Pool,
        kubernetes_version: str,
        names: Names,
        cluster: ClusterOutputs,
        network: NetworkOutputs,
        key: KeyOutputs,
        tags: Mapping[str, str] | None = None,
        depends_on: Sequence[ITerraformDependable] = (),
    ) -> None:
        """Make the group and its launch template.

        Args:
            scope: what the group is part of.
            id_: its id there.
            pool: what the machines are.
            kubernetes_version: the cluster's version, so that the nodes follow an upgrade.
            names: the environment's names.
            cluster: the cluster.
            network: where the machines stand, in private subnets.
            key: what encrypts their disks. Its policy must let the account's Auto Scaling role use it.
            tags: what machines, disks and network interfaces carry; a provider's default tags do not reach them.
            depends_on: what machines need before they start.
        """
        super().__init__(scope, id_)
        spec = pool.spec
        self.template = _launch_template(self, pool, name=names.machine(f"{pool.purpose}-nodes"), key=key, tags=tags)
        # EKS refuses a subnet in a zone that lacks the size, and few zones have every GPU.
        self.offerings = DataAwsEc2InstanceTypeOfferings(
            self,
            "offerings",
            location_type="availability-zone",
            filter=[DataAwsEc2InstanceTypeOfferingsFilter(name="instance-type", values=[spec.instance_type])],
        )
        zones = [*network.zones[: 1 if pool.reservation else None]]
        subnets = [*network.private_subnets[: len(zones)]]
        offering_zones = Fn.matchkeys(zones, zones, self.offerings.locations)
        self.group = EksNodeGroup(
            self,
            "group",
            cluster_name=cluster.name,
            node_group_name=names.node_group(pool.purpose),
            node_role_arn=cluster.node_role,
            subnet_ids=Token.as_list(Fn.matchkeys(subnets, zones, self.offerings.locations)),
            version=kubernetes_version,
            ami_type=pool.ami_type,
            capacity_type=pool.capacity_type,
            # EKS takes the size of machines in a capacity block from their launch template.
            instance_types=None if pool.is_in_capacity_block else [spec.instance_type],
            scaling_config=EksNodeGroupScalingConfig(
                desired_size=spec.desired, min_size=spec.floor, max_size=spec.ceiling
            ),
            update_config=EksNodeGroupUpdateConfig(max_unavailable=1),
            node_repair_config=EksNodeGroupNodeRepairConfig(enabled=True),
            launch_template=EksNodeGroupLaunchTemplate(
                id=self.template.id, version=Token.as_string(self.template.latest_version)
            ),
            labels=dict(pool.labels),
            taint=_taints(pool),
            depends_on=[*depends_on],
            lifecycle=TerraformResourceLifecycle(
                ignore_changes=[
                    # Autoscalers and failovers own the number of machines.
                    "scaling_config[0].desired_size",
                    # A zone that begins to offer the size would replace every machine.
                    "subnet_ids",
                ],
                precondition=[
                    Precondition(
                        condition=Token.as_string(Op.gte(Fn.length_of(offering_zones), 1)),
                        error_message=f"no zone of the network offers {spec.instance_type}; "
                        "name zones that do in network.zones, or choose another size",
                    )
                ],
            ),
        )


def _taints(pool: Pool) -> list[EksNodeGroupTaint] | None:
    taint = pool.taint
    return [EksNodeGroupTaint(key=taint.key, value=taint.value, effect=taint.effect)] if taint else None


def _launch_template(
    scope: Construct, pool: Pool, *, name: str, key: KeyOutputs, tags: Mapping[str, str] | None
) -> LaunchTemplate:
    """What the machines are made from, beyond what EKS adds: image, user data, role and security group."""
    disk = LaunchTemplateBlockDeviceMappingsEbs(
        volume_type="gp3",
        volume_size=pool.spec.disk.gib,
        encrypted="true",
        kms_key_id=key.id,
        delete_on_termination="true",
    )
    return LaunchTemplate(
        scope,
        "template",
        name=name,
        update_default_version=True,
        instance_type=pool.spec.instance_type if pool.is_in_capacity_block else None,
        block_device_mappings=[LaunchTemplateBlockDeviceMappings(device_name=_ROOT_DEVICE, ebs=disk)],
        # One hop keeps the machine's own role from its pods, which have roles of their own.
        metadata_options=LaunchTemplateMetadataOptions(
            http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
        ),
        monitoring=LaunchTemplateMonitoring(enabled=True),
        instance_market_options=LaunchTemplateInstanceMarketOptions(market_type="capacity-block")
        if pool.is_in_capacity_block
        else None,
        capacity_reservation_specification=_reservation(pool),
        tag_specifications=[
            LaunchTemplateTagSpecifications(resource_type=kind, tags={**(tags or {}), "Name": name})
            for kind in ("instance", "volume", "network-interface")
        ],
    )


def _reservation(pool: Pool) -> LaunchTemplateCapacityReservationSpecification | None:
    if pool.reservation is None:
        return None
    target = LaunchTemplateCapacityReservationSpecificationCapacityReservationTarget(
        capacity_reservation_id=pool.reservation.id
    )
    return LaunchTemplateCapacityReservationSpecification(capacity_reservation_target=target)
