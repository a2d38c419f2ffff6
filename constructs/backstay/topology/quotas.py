"""How much of its cloud a region's account must be allowed to run, so that the region can grow to its full size.

An account starts with next to nothing of the machines that have GPUs, and asking for more takes days: it is asked for
before a deployment, and not on the day of a loss.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from backstay.topology.catalog import Quota, catalog
from backstay.topology.compute import GpuNodesSpec, MachineSpec
from backstay.topology.region import Region


def vcpus_needed(region: Region) -> Mapping[Quota, int]:
    """Virtual CPUs that a region's GPU machines have at full size, by the quota that counts them.

    What is not known is left out: quotas of Azure and Google Cloud, and sizes that the catalog does not have. Machines
    in capacity blocks are counted by no quota
    (https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-capacity-blocks.html).
    """
    tables = catalog(region.cloud)
    needed: Counter[Quota] = Counter()
    for size, count, purchase in _machines(region):
        if quota := tables.quota(size, purchase):
            needed[quota] += count * tables.gpu_types[size].vcpus
    return needed


def _machines(region: Region) -> Iterator[tuple[str, int, str]]:
    """Sizes, how many there can be of each, and how they are bought."""
    if region.cluster:
        nodes = region.cluster.gpu_nodes
        yield from _counted(nodes, nodes.ceiling, nodes.purchase)
    if region.fleet:
        yield from _counted(region.fleet, region.fleet.ceiling)
    if region.instances:
        yield from _counted(region.instances, region.instances.count)


def _counted(
    machines: GpuNodesSpec | MachineSpec, count: int, purchase: str = "on-demand"
) -> Iterator[tuple[str, int, str]]:
    if not (machines.reservation and machines.reservation.kind == "capacity-block"):
        yield machines.instance_type, count, purchase
