"""What the active regions carry together, and how much of it each region has to carry when another is lost.

It is counted in GPUs and in copies of the model, as the active regions are sized for a good day. A GPU counts the same
whatever its model is: how much faster one is than another depends on the model that it serves, so it is for whoever
measured that to give slower ones a larger `maximum`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from backstay.topology.catalog import catalog
from backstay.topology.compute import FleetSpec, GpuNodesSpec
from backstay.topology.environment import Environment
from backstay.topology.region import Region, Status


@dataclass(frozen=True)
class Load:
    """What a region carries, or has to.

    Attributes:
        copies: copies of the `llm_service` in the cluster.
        cluster_gpus: GPUs in the cluster.
        fleet_gpus: GPUs in the fleet.
    """

    copies: int = 0
    cluster_gpus: int = 0
    fleet_gpus: int = 0

    def __add__(self, other: "Load") -> "Load":
        return Load(
            self.copies + other.copies,
            self.cluster_gpus + other.cluster_gpus,
            self.fleet_gpus + other.fleet_gpus,
        )

    def part(self, share: Fraction) -> "Load":
        """A share of it, rounded up."""
        return Load(ceil(self.copies * share), ceil(self.cluster_gpus * share), ceil(self.fleet_gpus * share))


def whole_load(environment: Environment) -> Load:
    """What all active regions carry on a good day."""
    return sum((_carried(region) for region in _active(environment).values()), Load())


def share_after_a_loss(environment: Environment, role: str) -> Fraction:
    """The largest share of the whole load that comes to a region when one other is lost.

    An active region takes its part of a lost one's clients, by the weights of those that are left. A standby takes over
    when no active region is left, and then it takes everything.
    """
    active = _active(environment)
    if role not in active:
        return Fraction(1)
    own = _traffic(active[role])
    left = (1 - _traffic(region) for other, region in active.items() if other != role)
    return min(Fraction(1), max((own / rest if rest else Fraction(1) for rest in left), default=Fraction(1)))


def needed(environment: Environment, role: str) -> Load:
    """What a region has to be able to carry, so that the loss of another is not noticed."""
    return whole_load(environment).part(share_after_a_loss(environment, role))


def machines_for(gpus: int, group: GpuNodesSpec | FleetSpec, region: Region) -> int:
    """How many machines of a group hold so many GPUs; of a size that is not known, one for each GPU."""
    return ceil(gpus / _gpus(group, region))


def _active(environment: Environment) -> Mapping[str, Region]:
    return {role: region for role, region in environment.regions.items() if region.status is Status.ACTIVE}


def _traffic(region: Region) -> Fraction:
    return Fraction(region.traffic.fraction)


def _carried(region: Region) -> Load:
    nodes = region.cluster.gpu_nodes if region.cluster else None
    return Load(
        copies=region.llm_service.replicas if nodes else 0,
        cluster_gpus=nodes.desired * _gpus(nodes, region) if nodes else 0,
        fleet_gpus=region.fleet.desired * _gpus(region.fleet, region) if region.fleet else 0,
    )


def _gpus(group: GpuNodesSpec | FleetSpec, region: Region) -> int:
    known = catalog(region.cloud).gpu_types.get(group.instance_type)
    return known.count if known else 1
