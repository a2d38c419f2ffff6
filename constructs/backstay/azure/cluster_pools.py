"""Which kinds of machines a cluster has: labels, taint and how their capacity is bought."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from backstay.azure.gpu_size import require_gpu
from backstay.topology import CloudRegion, GpuNodesSpec, ReservationSpec, SystemNodesSpec

Purchase = Literal["on-demand", "spot"]

# What AKS adds to spot nodes by itself; left unsaid, each plan would take it away again.
# https://learn.microsoft.com/azure/aks/spot-node-pool
_SPOT_KEY, _SPOT_VALUE = "kubernetes.azure.com/scalesetpriority", "spot"


@dataclass(frozen=True)
class Pool:
    """Machines of one kind.

    Attributes:
        purpose: what they run, in one word; the pool's name in its cluster.
        spec: their size and number.
        purchase: how capacity is bought when nothing is reserved.
        labels: what their nodes are labelled with.
        taints: what keeps other pods off them.
        reservation: the group of reserved capacity that they start in.
    """

    purpose: str
    spec: SystemNodesSpec | GpuNodesSpec
    purchase: Purchase = "on-demand"
    labels: Mapping[str, str] = field(default_factory=dict)
    taints: tuple[str, ...] = ()
    reservation: ReservationSpec | None = None

    @property
    def is_spot(self) -> bool:
        """Whether Azure may take the machines back."""
        return self.purchase == "spot"

    @property
    def stand_in(self) -> str:
        """What a pool is called that takes this one's place while its machines are changed."""
        return f"{self.purpose}tmp"


def system_pool(spec: SystemNodesSpec) -> Pool:
    """Machines for what every cluster needs, such as DNS and controllers."""
    return Pool("system", spec, labels={"backstay.io/pool": "system"})


def gpu_pool(spec: GpuNodesSpec, region: CloudRegion) -> Pool:
    """Machines with NVIDIA GPUs, for pods that tolerate their taint.

    Raises:
        ValueError: when the size is retired or not known to have a GPU, or when spot machines are to start in a
            reservation.
    """
    require_gpu(spec.instance_type, region)
    if spec.purchase == "spot" and spec.reservation:
        raise ValueError(
            f"GPU nodes are bought as spot and name reservation {spec.reservation.id!r}; "
            "spot machines do not use reservations, so drop one of the two"
        )
    is_spot = spec.purchase == "spot"
    return Pool(
        "gpu",
        spec,
        spec.purchase,
        labels={
            "accelerator": "gpu",
            "backstay.io/pool": "gpu",
            "nvidia.com/gpu.present": "true",
            **({_SPOT_KEY: _SPOT_VALUE} if is_spot else {}),
        },
        taints=(
            "nvidia.com/gpu=true:NoSchedule",
            *((f"{_SPOT_KEY}={_SPOT_VALUE}:NoSchedule",) if is_spot else ()),
        ),
        reservation=spec.reservation,
    )
