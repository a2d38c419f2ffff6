"""Machines that scale, of all clouds alike."""

from collections.abc import Iterator
from dataclasses import dataclass

from backstay.checks.block import Block
from backstay.checks.stacks import Stacks
from backstay.topology.catalog import GpuType, Quota, catalog

# Where each type says which size its machines have.
SIZES = {
    "aws_autoscaling_group": "mixed_instances_policy.launch_template.override.instance_type",
    "aws_eks_node_group": "instance_types",
    "aws_instance": "instance_type",
    "aws_launch_template": "instance_type",
    "azurerm_kubernetes_cluster": "default_node_pool.vm_size",
    "azurerm_kubernetes_cluster_node_pool": "vm_size",
    "azurerm_linux_virtual_machine": "size",
    "azurerm_linux_virtual_machine_scale_set": "sku",
    "azurerm_orchestrated_virtual_machine_scale_set": "sku_name",
    "google_compute_instance": "machine_type",
    "google_compute_instance_template": "machine_type",
    "google_compute_region_instance_template": "machine_type",
    "google_container_node_pool": "node_config.machine_type",
}
_RESERVED = (
    "capacity_reservation_specification",
    "capacity_reservation_group_id",
    "node_config.reservation_affinity",
    "reservation_affinity",
)

_GOOGLE_SPOT = ("node_config.spot", "node_config.preemptible", "scheduling.preemptible")
_GOOGLE_MODEL = "scheduling.provisioning_model"


@dataclass(frozen=True)
class Pool:
    """A group of like machines.

    Attributes:
        block: what makes it.
        size: the machines' size; None where it is not known before a plan.
        least: machines that always run.
        wanted: machines that run to begin with.
        most: machines that it may grow to; None where it is not known.
        is_spot: whether the cloud may take the machines back.
        is_reserved: whether they start in a reservation.
        is_capacity_block: whether that is one which no quota counts.
    """

    block: Block
    size: str | None
    least: float
    wanted: float
    most: float | None
    is_spot: bool
    is_reserved: bool
    is_capacity_block: bool

    @property
    def gpus(self) -> int:
        """GPUs in one of its machines; 0 where it has none, or the size is not known."""
        return self._gpu_type.count if self._gpu_type else 0

    @property
    def vcpus(self) -> int:
        """Virtual CPUs of one of its machines; 0 where it has no GPUs, or nobody counts them."""
        return self._gpu_type.vcpus if self._gpu_type else 0

    @property
    def quota(self) -> Quota | None:
        """What counts its machines; None where nothing does, or it is not known."""
        if self.block.cloud is None or self.size is None or self.is_capacity_block:
            return None
        return catalog(self.block.cloud).quota(self.size, "spot" if self.is_spot else "on-demand")

    @property
    def _gpu_type(self) -> GpuType | None:
        if self.block.cloud is None or self.size is None:
            return None
        return catalog(self.block.cloud).gpu_types.get(self.size)


def pools(stacks: Stacks) -> Iterator[Pool]:
    """The pools of all stacks whose bounds are known before a plan."""
    for block in stacks.resources(*_BOUNDS):
        least, wanted, most = _bounds(block, stacks)
        template = _template(block)
        described = (block, template) if template else (block,)
        sizes = [text for each in described for text in each.texts(SIZES.get(each.type, ""))]
        yield Pool(
            block,
            size=sizes[0] if sizes else None,
            least=least if least is not None else (wanted or 0),
            wanted=wanted if wanted is not None else (least or 0),
            most=most if most is not None else wanted,
            is_spot=any(map(_is_spot, described)),
            is_reserved=any(each.has(path) for each in described for path in _RESERVED),
            is_capacity_block=any(map(_is_capacity_block, described)),
        )


# The least, the first and the greatest number of machines.
_BOUNDS = {
    "aws_autoscaling_group": ("min_size", "desired_capacity", "max_size"),
    "aws_eks_node_group": ("scaling_config.min_size", "scaling_config.desired_size", "scaling_config.max_size"),
    "azurerm_kubernetes_cluster_node_pool": ("min_count", "node_count", "max_count"),
    "azurerm_linux_virtual_machine_scale_set": ("instances", "instances", "instances"),
    "google_compute_region_instance_group_manager": ("target_size", "target_size", "target_size"),
    "google_container_node_pool": (
        "autoscaling.total_min_node_count|autoscaling.min_node_count",
        "node_count|initial_node_count",
        "autoscaling.total_max_node_count|autoscaling.max_node_count",
    ),
}


# Where something else scales the machines, its bounds hold.
_SCALERS = {
    "azurerm_linux_virtual_machine_scale_set": (
        "azurerm_monitor_autoscale_setting",
        "target_resource_id",
        ("profile.capacity.minimum", "profile.capacity.default", "profile.capacity.maximum"),
    ),
    "google_compute_region_instance_group_manager": (
        "google_compute_region_autoscaler",
        "target",
        ("autoscaling_policy.min_replicas", "autoscaling_policy.min_replicas", "autoscaling_policy.max_replicas"),
    ),
}
# What a pool's machines are like is said in these, where the pool itself does not say it.
_TEMPLATES = {
    "aws_launch_template": ("launch_template", "mixed_instances_policy.launch_template"),
    "google_compute_region_instance_template": ("version.instance_template",),
}


def _bounds(block: Block, stacks: Stacks) -> tuple[float | None, float | None, float | None]:
    said_by, paths = block, _BOUNDS[block.type]
    if block.type in _SCALERS:
        type_, argument, scaler_paths = _SCALERS[block.type]
        if scalers := stacks.concerning(block, type_, argument):
            said_by, paths = scalers[0], scaler_paths
    least, wanted, most = (_bound(said_by, path) for path in paths)
    return least, wanted, most


def _bound(block: Block, paths: str) -> float | None:
    return next((found for path in paths.split("|") if (found := block.number(path)) is not None), None)


def _template(block: Block) -> Block | None:
    """The template that a pool names, where its own stack makes it."""
    for type_, paths in _TEMPLATES.items():
        for path in paths:
            for address in block.references(path):
                if address.startswith(f"{type_}."):
                    return block.stack.by_address[address]
    return None


def _is_capacity_block(block: Block) -> bool:
    return block.text("instance_market_options.market_type") == "capacity-block" or (
        block.text("capacity_type") == "CAPACITY_BLOCK"
    )


def _is_spot(block: Block) -> bool:
    if block.text("capacity_type") == "SPOT" or block.text("priority") == "Spot":
        return True
    if block.has("instance_market_options") and not _is_capacity_block(block):
        return True
    if any(block.flag(switch, default=False) for switch in _GOOGLE_SPOT) or block.text(_GOOGLE_MODEL) == "SPOT":
        return True
    if not block.has("mixed_instances_policy.instances_distribution"):
        return False
    share = block.number("mixed_instances_policy.instances_distribution.on_demand_percentage_above_base_capacity", 100)
    base = block.number("mixed_instances_policy.instances_distribution.on_demand_base_capacity", 0)
    return share == 0 and base == 0
