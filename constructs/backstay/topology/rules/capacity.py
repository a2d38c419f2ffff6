"""Rules about machines: that they can be had, and that there are enough."""

from collections.abc import Iterator
from datetime import date

from backstay.topology.catalog import catalog, closest
from backstay.topology.catalog.tables import Catalog, GpuType
from backstay.topology.compute import FleetSpec, GpuNodesSpec
from backstay.topology.environment import Environment
from backstay.topology.region import Region
from backstay.topology.rules.rule import Finding, Place, rule

_MACHINES = {"cluster", "gpu_nodes", "fleet", "instances", "instance_type"}


def _gpu_machines(environment: Environment) -> Iterator[tuple[Place, str, Catalog]]:
    """Every place that names a GPU machine size."""
    for role, region in environment.regions.items():
        tables = catalog(region.cloud)
        if tables is None:
            continue
        here: Place = ("regions", role)
        if region.cluster:
            yield (
                (*here, "cluster", "gpu_nodes", "instance_type"),
                region.cluster.gpu_nodes.instance_type,
                tables,
            )
        if region.fleet:
            yield (*here, "fleet", "instance_type"), region.fleet.instance_type, tables
        if region.instances:
            yield (*here, "instances", "instance_type"), region.instances.instance_type, tables


@rule("gpu-type-retired", reads={"regions", "cloud"} | _MACHINES)
def gpu_type_retired(environment: Environment, _today: date) -> Iterator[Finding]:
    """A retired size fails in the middle of a deployment, or on the day of a failover."""
    for place, size, tables in _gpu_machines(environment):
        if size not in tables.gpu_types and (retired := tables.retired(size)):
            yield place, f"GPU size {size!r} ({retired.gpu}) is retired; use {retired.successor!r} or newer"


@rule("gpu-type-known", reads={"regions", "cloud"} | _MACHINES)
def gpu_type_known(environment: Environment, _today: date) -> Iterator[Finding]:
    """A size without a GPU, or mistyped, leaves the model nowhere to run."""
    for place, size, tables in _gpu_machines(environment):
        if size not in tables.gpu_types and not tables.retired(size):
            meant = closest(size, tables.gpu_types)
            hint = f"did you mean {meant!r}?" if meant else f"a small one is {'g6.xlarge'!r}"
            yield place, f"machine size {size!r} is not a known size with a GPU; {hint}"


@rule("kubernetes-supported", reads={"regions", "cloud", "cluster", "kubernetes_version"})
def kubernetes_supported(environment: Environment, today: date) -> Iterator[Finding]:
    """Past its standard support a version gets no fixes, and is upgraded by the cloud when it likes."""
    for role, region in environment.regions.items():
        tables = catalog(region.cloud)
        if tables is None or region.cluster is None:
            continue
        version, place = region.cluster.kubernetes_version, ("regions", role, "cluster", "kubernetes_version")
        supported = ", ".join(known for known, end in tables.kubernetes.items() if end >= today)
        end = tables.kubernetes.get(version)
        if end is None:
            yield (
                place,
                f"Kubernetes {version!r} is not a known {region.cloud} version; supported: {supported}",
            )
        elif end < today:
            yield place, f"Kubernetes {version} left standard support on {end}; supported: {supported}"


@rule(
    "standby-gpu-floor",
    reads={"regions", "status", "objectives", "tier", "reservation", "minimum"} | _MACHINES,
    waivable=True,
)
def standby_gpu_floor(environment: Environment, _today: date) -> Iterator[Finding]:
    """When a region falls, everybody asks for GPUs at once, so none may be left for a standby that has none."""
    if environment.objectives.tier != 1:
        return
    for role, region in environment.standby.items():
        for section, machines in _scaled(region):
            if machines.floor == 0 and machines.reservation is None:
                yield (
                    ("regions", role, *section, "minimum"),
                    f"standby region {role!r} of a tier-1 service starts its GPUs from zero without a reservation; "
                    "set minimum to 1 or more, or name a reservation",
                )


def _scaled(region: Region) -> Iterator[tuple[Place, GpuNodesSpec | FleetSpec]]:
    if region.cluster:
        yield ("cluster", "gpu_nodes"), region.cluster.gpu_nodes
    if region.fleet:
        yield ("fleet",), region.fleet


@rule("purchase-fits-reservation", reads={"regions", "reservation", "purchase"} | _MACHINES)
def purchase_fits_reservation(environment: Environment, _today: date) -> Iterator[Finding]:
    """Spot machines do not start in a reservation."""
    for role, region in environment.regions.items():
        nodes = region.cluster.gpu_nodes if region.cluster else None
        if nodes and nodes.purchase == "spot" and nodes.reservation:
            yield (
                ("regions", role, "cluster", "gpu_nodes", "purchase"),
                f"gpu_nodes are bought as spot and name reservation {nodes.reservation.id!r}; "
                "spot machines do not use reservations, so drop one of the two",
            )


@rule(
    "llm-service-fits-gpus",
    reads={"regions", "cloud", "llm_service", "replicas", "gpus", "desired", "minimum", "maximum"} | _MACHINES,
)
def llm_service_fits_gpus(environment: Environment, _today: date) -> Iterator[Finding]:
    """Copies without GPUs wait for ever."""
    for role, region in environment.regions.items():
        tables = catalog(region.cloud)
        size = tables.gpu_types.get(region.cluster.gpu_nodes.instance_type) if tables and region.cluster else None
        if region.cluster and size:
            yield from _copies_fit(role, region, size)


def _copies_fit(role: str, region: Region, size: GpuType) -> Iterator[Finding]:
    assert region.cluster is not None  # noqa: S101  (the caller looked)
    service, nodes = region.llm_service, region.cluster.gpu_nodes
    if service.gpus > size.count:
        yield (
            ("regions", role, "llm_service", "gpus"),
            f"a copy of the llm_service takes {service.gpus} GPUs and a {nodes.instance_type} has {size.count}; "
            "choose a larger size",
        )
        return
    room = nodes.desired * (size.count // service.gpus)
    if service.replicas > room:
        yield (
            ("regions", role, "llm_service", "replicas"),
            f"{service.replicas} copies of {service.gpus} GPU(s) do not fit on {nodes.desired} x "
            f"{nodes.instance_type}, which hold {room}; raise gpu_nodes.desired or lower replicas",
        )
