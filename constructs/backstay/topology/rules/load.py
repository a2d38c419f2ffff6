"""Rules about what regions can carry when another is lost."""

from collections.abc import Iterator

from backstay.topology.compute import FleetSpec, GpuNodesSpec
from backstay.topology.load import Load, machines_for, needed, whole_load
from backstay.topology.region import Status
from backstay.topology.rules.rule import Finding, Place, RegionCase, region_rule


@region_rule("survivors-carry-load", waivable=True)
def survivors_carry_load(case: RegionCase) -> Iterator[Finding]:
    """Clients who come over from a lost region find none that answers where the others cannot grow for them."""
    region = case.region
    if len(case.environment.regions) == 1 or not (region.cluster or region.fleet or region.instances):
        return  # nothing takes over, or a rule of its own says that nothing can
    load, whole = needed(case.environment, case.role), whole_load(case.environment)
    yield from _copies(case, load, whole)
    nodes = region.cluster.gpu_nodes if region.cluster else None
    yield from _machines(case, "gpu_nodes", ("cluster", "gpu_nodes"), nodes, load.cluster_gpus, whole.cluster_gpus)
    yield from _machines(case, "fleet", ("fleet",), region.fleet, load.fleet_gpus, whole.fleet_gpus)


def _copies(case: RegionCase, load: Load, whole: Load) -> Iterator[Finding]:
    service = case.region.llm_service
    if case.region.cluster and not service.contradiction() and service.ceiling < load.copies:
        yield (
            ("llm_service", "maximum_replicas"),
            f"region {case.role!r} has to run {_part(load.copies, whole.copies)} copies of the llm_service "
            f"{_when(case)}, and may run {service.ceiling}; raise maximum_replicas to {load.copies}",
        )


def _machines(
    case: RegionCase, name: str, place: Place, group: GpuNodesSpec | FleetSpec | None, gpus: int, of: int
) -> Iterator[Finding]:
    if not gpus:
        return
    what = f"region {case.role!r} has to carry {_part(gpus, of)} GPUs of {name} {_when(case)}"
    if group is None:
        yield place[:1], f"{what}, and has no {place[0]}; give it one"
        return
    machines = machines_for(gpus, group, case.region)
    if not group.contradiction() and group.ceiling < machines:
        yield (
            (*place, "maximum"),
            f"{what}: {machines} x {group.instance_type}, and may have {group.ceiling}; raise maximum to {machines}",
        )


def _part(number: int, of: int) -> str:
    return f"all {of}" if number == of else f"{number} of the {of}"


def _when(case: RegionCase) -> str:
    alone = case.region.status is Status.STANDBY
    return "when no active region is left" if alone else "when another active region is lost"
