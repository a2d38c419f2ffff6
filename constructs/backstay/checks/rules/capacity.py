"""What is left after a loss can carry the load."""

from collections import defaultdict

from backstay.checks.promise import Guarantee
from backstay.checks.rule import Case, Found, rule
from backstay.checks.rules.pools import SIZES, Pool, pools
from backstay.topology.catalog import catalog

_RESERVATIONS = "https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-capacity-reservations.html"


@rule(
    "spot-only",
    what="some machines of each kind are not taken back by the cloud",
    fix="add an on-demand or reserved pool beside the spot one, or a base of on-demand machines",
    source="https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/spot-interruptions.html",
)
def spot_only(case: Case) -> Found:
    """When a region falls everybody looks for machines, and the cloud takes its spot machines back to sell them."""
    found = list(pools(case.stacks))
    for pool in found:
        if pool.is_spot and not any(_stands_in(other, pool) for other in found):
            yield pool.block, f"all {'GPU ' if pool.gpus else ''}machines of {pool.block.stack.name} are spot machines"


def _stands_in(other: Pool, pool: Pool) -> bool:
    is_alike = other.block.type == pool.block.type and bool(other.gpus) == bool(pool.gpus)
    return is_alike and other.block.stack is pool.block.stack and not other.is_spot


@rule(
    "standby-without-capacity",
    what="GPUs that must be there after a loss run already, or are reserved",
    fix="keep a minimum of 1 or more, or name a capacity reservation in the launch template or pool",
    source=_RESERVATIONS,
    needs=Guarantee.REGION,
)
def standby_without_capacity(case: Case) -> Found:
    """GPUs are the scarcest of all; on the day of a loss none may be left for a region that starts from zero."""
    for pool in pools(case.stacks):
        if pool.gpus and pool.least == 0 and not pool.is_reserved:
            yield pool.block, f"its {pool.size} machines start from zero, and nothing is reserved"


@rule(
    "survivors-too-small",
    what="the regions that are left may grow to the load of all",
    fix="raise the maximum sizes, or add a region",
    source="https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/static-stability.html",
    needs=Guarantee.REGION,
)
def survivors_too_small(case: Case) -> Found:
    """The survivors are overloaded, answer nobody in time, and are taken for lost themselves."""
    by_region: defaultdict[str, list[Pool]] = defaultdict(list)
    for pool in pools(case.stacks):
        if pool.gpus and pool.block.stack.region:
            by_region[pool.block.stack.region].append(pool)
    if len(by_region) < 2:
        return
    needed = sum(pool.wanted * pool.gpus for of_one in by_region.values() for pool in of_one)
    for lost, of_one in by_region.items():
        others = [pool for region, of_other in by_region.items() if region != lost for pool in of_other]
        if all(pool.most is not None for pool in others):
            left = sum((pool.most or 0) * pool.gpus for pool in others)
            if left < needed:
                yield of_one[0].block, f"without {lost} the others grow to {left:g} GPUs; {needed:g} are in use"


@rule(
    "gpu-size-retired",
    what="machine sizes can still be had",
    fix="use the size that took its place, or a newer one",
    source="https://learn.microsoft.com/azure/virtual-machines/sizes/lifecycle/retirements-and-capacity-restrictions",
)
def gpu_size_retired(case: Case) -> Found:
    """What runs goes on running, and its replacement fails: after an update, a fault, or on the day of the loss."""
    for block in case.stacks.resources(*SIZES):
        if block.cloud is None:
            continue
        sizes = block.texts(SIZES[block.type]) + block.texts("node_config.guest_accelerator.type")
        for size in sizes + block.texts("guest_accelerator.type"):
            if retired := catalog(block.cloud).retired(size):
                yield block, f"{size} ({retired.gpu}) is retired; use {retired.successor} or newer"


@rule(
    "kubernetes-out-of-support",
    what="a cluster runs a version of Kubernetes that is in standard support",
    fix="upgrade, one minor version at a time",
    source="https://docs.aws.amazon.com/eks/latest/userguide/kubernetes-versions.html",
)
def kubernetes_out_of_support(case: Case) -> Found:
    """It gets no fixes, costs more, and is upgraded by the cloud on a day of its choosing; a new one may be refused."""
    for block in case.stacks.resources(*_VERSIONS):
        version = block.text(_VERSIONS[block.type])
        if version is None or block.cloud is None:
            continue
        minor = ".".join(version.split(".")[:2])
        end = catalog(block.cloud).kubernetes.get(minor)
        if end is not None and end < case.today:
            yield block, f"{version} left standard support on {end}"


_VERSIONS = {
    "aws_eks_cluster": "version",
    "aws_eks_node_group": "version",
    "azurerm_kubernetes_cluster": "kubernetes_version",
    "azurerm_kubernetes_cluster_node_pool": "orchestrator_version",
    "google_container_cluster": "min_master_version",
    "google_container_node_pool": "version",
}
