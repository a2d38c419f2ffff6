"""Rules about machines: that they can be had, and that there are enough."""

from collections.abc import Iterator

from backstay.topology.catalog import catalog, closest
from backstay.topology.cloud import Cloud
from backstay.topology.compute import FleetSpec, GpuNodesSpec
from backstay.topology.region import Region, Status
from backstay.topology.rules.rule import Finding, Place, RegionCase, region_rule

# `initial_delay_sec` of a managed instance group's autohealing policy.
_LONGEST_WARM_UP_ON_GOOGLE = 3_600


def _gpu_machines(region: Region) -> Iterator[tuple[Place, str]]:
    """Every place that names a GPU machine size."""
    if region.cluster:
        yield ("cluster", "gpu_nodes", "instance_type"), region.cluster.gpu_nodes.instance_type
    if region.fleet:
        yield ("fleet", "instance_type"), region.fleet.instance_type
    if region.instances:
        yield ("instances", "instance_type"), region.instances.instance_type


@region_rule("gpu-type-retired")
def gpu_type_retired(case: RegionCase) -> Iterator[Finding]:
    """A retired size fails in the middle of a deployment, or on the day of a failover."""
    tables = catalog(case.region.cloud)
    for place, size in _gpu_machines(case.region):
        retired = tables.retired(size)
        if retired:
            yield place, f"GPU size {size!r} ({retired.gpu}) is retired; use {retired.successor!r} or newer"


@region_rule("gpu-type-known")
def gpu_type_known(case: RegionCase) -> Iterator[Finding]:
    """A size without a GPU, or mistyped, leaves the model nowhere to run."""
    tables = catalog(case.region.cloud)
    for place, size in _gpu_machines(case.region):
        if size not in tables.gpu_types and not tables.retired(size):
            meant = closest(size, tables.gpu_types, likeness=0.8)
            hint = f"did you mean {meant!r}?" if meant else f"a small one is {tables.small_gpu_types[0]!r}"
            yield place, f"machine size {size!r} is not a known {case.region.cloud} size with a GPU; {hint}"


@region_rule("gpu-type-offered", waivable=True)
def gpu_type_offered(case: RegionCase) -> Iterator[Finding]:
    """Each region has GPUs of its own kinds, and what it does not have cannot be deployed there."""
    tables = catalog(case.region.cloud)
    offered = tables.gpu_offers.get(case.region.region, frozenset())
    for place, size in _gpu_machines(case.region):
        if not tables.offers(case.region.region, size):
            hint = f"it has {', '.join(sorted(offered))}" if offered else "it has none with GPUs"
            yield place, f"region {case.region.region!r} did not offer {size!r} in October 2026; {hint}"


@region_rule("gpu-type-in-zones")
def gpu_type_in_zones(case: RegionCase) -> Iterator[Finding]:
    """Not every zone of a region has its GPUs, and a network stands in three."""
    region, tables = case.region, catalog(case.region.cloud)
    facts = tables.regions.get(region.region)
    used = region.network.zones or (facts.zone_names[:3] if facts else ())
    if not any(zone in tables.gpu_zones for zone in used):
        return
    for place, size in _gpu_machines(region):
        family = tables.gpu_types[size].family if size in tables.gpu_types else None
        having = [zone for zone in facts.zone_names if family in tables.gpu_zones.get(zone, ())] if facts else []
        if having and not set(having) & set(used):
            yield (
                place,
                f"GPU size {size!r} is in none of the network's zones {', '.join(used)}; "
                f"name {' or '.join(having)} in network.zones",
            )


@region_rule("fleet-serves")
def fleet_serves(case: RegionCase) -> Iterator[Finding]:
    """A machine on which nothing answers is taken for ill and replaced, again and again."""
    fleet = case.region.fleet
    if fleet and not fleet.start and not fleet.image:
        yield (
            ("fleet",),
            "the fleet's machines would start with the public image, which serves nothing; "
            "give a start script that brings up the server, or an image that does",
        )


@region_rule("warm-up-fits-google")
def warm_up_fits_google(case: RegionCase) -> Iterator[Finding]:
    """Google Cloud waits no longer than an hour for a machine to become healthy."""
    fleet = case.region.fleet
    if case.region.cloud is Cloud.GOOGLE and fleet and fleet.warm_up.seconds > _LONGEST_WARM_UP_ON_GOOGLE:
        yield ("fleet", "warm_up"), f"warm_up {fleet.warm_up} is longer than google waits; write 1h or less"


@region_rule("kubernetes-supported")
def kubernetes_supported(case: RegionCase) -> Iterator[Finding]:
    """Past its standard support a version gets no fixes, and is upgraded by the cloud when it likes."""
    tables = catalog(case.region.cloud)
    if case.region.cluster is None:
        return
    version = case.region.cluster.kubernetes_version
    place = ("cluster", "kubernetes_version")
    supported = ", ".join(known for known, end in tables.kubernetes.items() if end >= case.today) or "none"
    end = tables.kubernetes.get(version)
    if end is None:
        yield (
            place,
            f"Kubernetes {version} is not a version that Backstay knows of on {case.region.cloud}; "
            f"supported: {supported}",
        )
    elif end < case.today:
        yield place, f"Kubernetes {version} left standard support on {end}; supported: {supported}"


@region_rule("standby-gpu-floor", waivable=True)
def standby_gpu_floor(case: RegionCase) -> Iterator[Finding]:
    """When a region falls, everybody asks for GPUs at once, so none may be left for a standby that has none."""
    region = case.region
    if case.environment.objectives.tier != 1 or region.status is not Status.STANDBY:
        return
    for section, machines in _scaled(region):
        if machines.floor == 0 and machines.reservation is None:
            yield (
                (*section, "minimum"),
                "a standby region of a tier-1 service starts these GPUs from zero without a reservation; "
                "set minimum to 1 or more, or name a reservation",
            )


def _scaled(region: Region) -> Iterator[tuple[Place, GpuNodesSpec | FleetSpec]]:
    if region.cluster:
        yield ("cluster", "gpu_nodes"), region.cluster.gpu_nodes
    if region.fleet:
        yield ("fleet",), region.fleet


@region_rule("region-has-gpus")
def region_has_gpus(case: RegionCase) -> Iterator[Finding]:
    """A region without machines takes traffic, or takes over, with nothing that could answer."""
    if not next(_gpu_machines(case.region), None):
        yield (
            (),
            f"region {case.role!r} has no cluster, fleet or instances, so nothing can serve there; give it one",
        )


@region_rule("purchase-fits-reservation")
def purchase_fits_reservation(case: RegionCase) -> Iterator[Finding]:
    """Spot machines do not start in a reservation."""
    nodes = case.region.cluster.gpu_nodes if case.region.cluster else None
    if nodes and nodes.purchase == "spot" and nodes.reservation:
        yield (
            ("cluster", "gpu_nodes", "purchase"),
            f"gpu_nodes are bought as spot and name reservation {nodes.reservation.id!r}; "
            "spot machines do not use reservations, so drop one of the two",
        )


@region_rule("llm-service-fits-gpus")
def llm_service_fits_gpus(case: RegionCase) -> Iterator[Finding]:
    """Copies without GPUs wait for ever."""
    tables, cluster, service = catalog(case.region.cloud), case.region.cluster, case.region.llm_service
    size = tables.gpu_types.get(cluster.gpu_nodes.instance_type) if cluster else None
    if cluster is None or size is None:
        return
    nodes = cluster.gpu_nodes
    if service.gpus > size.count:
        yield (
            ("llm_service", "gpus"),
            f"each copy of the llm_service takes {service.gpus} GPUs, and a {nodes.instance_type} has {size.count}; "
            "choose a larger instance_type for gpu_nodes, or lower gpus",
        )
        return
    room = nodes.desired * (size.count // service.gpus)
    if service.replicas > room:
        yield (
            ("llm_service", "replicas"),
            f"{service.replicas} replicas of {service.gpus} GPU(s) each do not fit on {nodes.desired} x "
            f"{nodes.instance_type}, which hold {room}; raise gpu_nodes.desired, or lower replicas",
        )
