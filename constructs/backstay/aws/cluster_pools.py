"""Which kinds of machines a cluster has: image, labels, taint and how their capacity is bought."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from backstay.topology import CloudRegion, GpuNodesSpec, ReservationSpec, SystemNodesSpec
from backstay.topology.catalog import catalog, closest

# By the processor that an image is for
# (https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html, `amiType`).
_AMI_TYPES = {"x86_64": "AL2023_x86_64_STANDARD", "arm64": "AL2023_ARM_64_STANDARD"}
_NVIDIA_AMI_TYPES = {"x86_64": "AL2023_x86_64_NVIDIA", "arm64": "AL2023_ARM_64_NVIDIA"}
_CAPACITY_TYPES = {"on-demand": "ON_DEMAND", "spot": "SPOT"}

# Amazon's own ARM processors: the letter after the generation, as in m7g, c6gn and im4gn.
_GRAVITON = re.compile(r"[a-z]+\d+g[a-z]*\.")

Purchase = Literal["on-demand", "spot"]


@dataclass(frozen=True)
class Taint:
    """What keeps pods off a node, unless they tolerate it."""

    key: str
    value: str
    effect: str


@dataclass(frozen=True)
class Pool:
    """Machines of one kind.

    Attributes:
        purpose: what they run, in one word; the pool's name in its cluster.
        spec: their size and number.
        ami_type: the kind of their image, as EKS calls it.
        purchase: how capacity is bought when nothing is reserved.
        labels: what their nodes are labelled with.
        taint: what keeps other pods off them.
        reservation: reserved capacity that they start in, and nowhere else.
    """

    purpose: str
    spec: SystemNodesSpec | GpuNodesSpec
    ami_type: str
    purchase: Purchase = "on-demand"
    labels: Mapping[str, str] = field(default_factory=dict)
    taint: Taint | None = None
    reservation: ReservationSpec | None = None

    @property
    def is_in_capacity_block(self) -> bool:
        """Whether the machines start in a capacity block, which EKS treats apart from all other capacity."""
        return self.reservation is not None and self.reservation.kind == "capacity-block"

    @property
    def capacity_type(self) -> str:
        """How their capacity is bought, as EKS calls it."""
        return "CAPACITY_BLOCK" if self.is_in_capacity_block else _CAPACITY_TYPES[self.purchase]


def system_pool(spec: SystemNodesSpec) -> Pool:
    """Machines for what every cluster needs, such as DNS and controllers."""
    architecture = "arm64" if _GRAVITON.match(spec.instance_type) else "x86_64"
    return Pool("system", spec, _AMI_TYPES[architecture], labels={"backstay.io/pool": "system"})


def gpu_pool(spec: GpuNodesSpec, region: CloudRegion) -> Pool:
    """Machines with NVIDIA GPUs, for pods that tolerate their taint.

    Raises:
        ValueError: when the size is not known to have a GPU, or when spot machines are to start in a reservation.
    """
    if spec.purchase == "spot" and spec.reservation:
        raise ValueError(
            f"GPU nodes are bought as spot and name reservation {spec.reservation.id!r}; "
            "spot machines do not use reservations, so drop one of the two"
        )
    return Pool(
        "gpu",
        spec,
        _NVIDIA_AMI_TYPES[_architecture(spec.instance_type, region)],
        spec.purchase,
        labels={"accelerator": "gpu", "backstay.io/pool": "gpu", "nvidia.com/gpu.present": "true"},
        taint=Taint("nvidia.com/gpu", "true", "NO_SCHEDULE"),
        reservation=spec.reservation,
    )


def _architecture(instance_type: str, region: CloudRegion) -> str:
    known = catalog(region.cloud).gpu_types
    if instance_type not in known:
        meant = closest(instance_type, known)
        hint = f"did you mean {meant!r}?" if meant else "a small one is 'g6.xlarge'"
        raise ValueError(f"machine size {instance_type!r} is not a known size with a GPU; {hint}")
    return known[instance_type].architecture
