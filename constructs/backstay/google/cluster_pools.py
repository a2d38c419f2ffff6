"""Which kinds of machines a cluster has: zones, GPUs, labels, taint and how their capacity is bought."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backstay.google.gpu_size import accelerator, require_gpu, zones_with
from backstay.topology import CloudRegion, GpuNodesSpec, ReservationSpec, SystemNodesSpec


@dataclass(frozen=True)
class Taint:
    """What keeps pods off a node, unless they tolerate it."""

    key: str
    value: str
    effect: str


# GKE adds this taint by itself unless every pool has GPUs. Said here it is always there, and has to be the same:
# another value would make a second taint of the same key, which GKE refuses.
_GPU_TAINT = Taint("nvidia.com/gpu", "present", "NO_SCHEDULE")


@dataclass(frozen=True)
class Gpus:
    """The GPUs of one machine.

    Attributes:
        type: what Google Cloud calls the GPU.
        count: how many there are.
    """

    type: str
    count: int


@dataclass(frozen=True)
class Pool:
    """Machines of one kind.

    Attributes:
        purpose: what they run, in one word; the pool's name in its cluster.
        spec: their size and number.
        zones: where they may stand.
        gpus: their GPUs.
        spot: whether Google Cloud may take them back at any time.
        labels: what their nodes are labelled with.
        taint: what keeps other pods off them.
        reservation: reserved capacity that they start in, and nowhere else.
    """

    purpose: str
    spec: SystemNodesSpec | GpuNodesSpec
    zones: tuple[str, ...]
    gpus: Gpus | None = None
    spot: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    taint: Taint | None = None
    reservation: ReservationSpec | None = None

    @property
    def starting(self) -> tuple[tuple[str, ...], int]:
        """The zones to start in, and the machines to start in each: at least as many as wished in all.

        GKE starts the same number in each zone, refuses more than the ceiling, and does not by itself bring a pool
        up to its floor; what is too much, its autoscaler removes. So the number is rounded up, over the most zones
        that keep it within the ceiling.
        """
        for count in range(len(self.zones), 1, -1):
            each = -(-self.spec.desired // count)
            if each * count <= self.spec.ceiling:
                return self.zones[:count], each
        return self.zones[:1], self.spec.desired

    @property
    def location_policy(self) -> str:
        """How the autoscaler chooses zones: GPUs are taken wherever there are some, all else is kept in balance."""
        return "ANY" if self.gpus and not self.reservation else "BALANCED"

    @property
    def max_surge(self) -> int:
        """Machines beyond the pool's number while it is updated; a full reservation has no room for one."""
        return 0 if self.reservation else 1


def system_pool(spec: SystemNodesSpec, zones: Sequence[str]) -> Pool:
    """Machines for what every cluster needs, such as DNS and controllers."""
    return Pool("system", spec, tuple(zones), labels={"backstay.io/pool": "system"})


def gpu_pool(spec: GpuNodesSpec, zones: Sequence[str], region: CloudRegion) -> Pool:
    """Machines with NVIDIA GPUs, for pods that tolerate their taint.

    A reservation lies in one zone, so reserved machines stand in the first of the zones that have their GPU.

    Raises:
        ValueError: when the size is not known to have a GPU, when none of the zones has it, or when spot machines
            are to start in a reservation.
    """
    if spec.purchase == "spot" and spec.reservation:
        raise ValueError(
            f"GPU nodes are bought as spot and name reservation {spec.reservation.id!r}; "
            "spot machines do not use reservations, so drop one of the two"
        )
    gpu = require_gpu(spec.instance_type, region)
    having = zones_with(spec.instance_type, zones, region)
    return Pool(
        "gpu",
        spec,
        having[:1] if spec.reservation else having,
        gpus=Gpus(accelerator(gpu), gpu.count),
        spot=spec.purchase == "spot",
        labels={"accelerator": "gpu", "backstay.io/pool": "gpu", "nvidia.com/gpu.present": "true"},
        taint=_GPU_TAINT,
        reservation=spec.reservation,
    )
