"""What a region's constructs are told of the environment around them."""

from collections.abc import Mapping

from backstay.aws._cache import cache_name
from backstay.aws._vector_db import cluster_identifier
from backstay.aws.artifacts import PURPOSE as ARTIFACTS
from backstay.aws.failover.plan import Stores
from backstay.aws.watch import queue_alarms, quota_alarms, replication_lag
from backstay.aws.watch.alarm import Condition
from backstay.aws.watch.gpu_alarms import MachineGroup
from backstay.aws.watch.region_health import Peer
from backstay.outputs import ClusterOutputs, FleetOutputs
from backstay.topology import CloudRegion, Environment, Region
from backstay.topology import links as topology_links
from backstay.topology.backups import Kind
from backstay.topology.entrances import is_reached
from backstay.topology.monitoring import UNFIT
from backstay.topology.state import S3State
from backstay.topology.stores import is_cache_copied

SESSIONS = "sessions"
"""What the table of requests and sessions is named for."""


def promoted(environment: Environment, region: Region) -> Stores:
    """The stores that a failover to the region promotes."""
    return Stores(
        vector_db=cluster_identifier(environment.names) if region.vector_db else None,
        cache=cache_name(environment.names) if region.cache and is_cache_copied(environment) else None,
    )


def health_alarms(environment: Environment) -> tuple[str, ...]:
    """The alarms that say that a region should not serve."""
    return (environment.names.alarm(UNFIT),)


def restore_settings(environment: Environment) -> Mapping[Kind, Mapping[str, str]]:
    """What AWS Backup cannot guess when it restores."""
    return {Kind.DATABASE: {"dbSubnetGroupName": cluster_identifier(environment.names)}}


def peers(environment: Environment, region: Region) -> tuple[Peer, ...]:
    """The other regions that this one watches, and where each is asked for its health."""
    service, names = environment.service, environment.names
    return tuple(
        Peer(
            other.location,
            f"https://{names.regional_host(service.host, other.location)}{service.health_check.path}"
            if is_reached(environment, other)
            else None,
        )
        for other in environment.regions.values()
        if other.location in topology_links.others(environment, region)
    )


def machine_groups(
    region: Region, cluster: ClusterOutputs | None, fleet: FleetOutputs | None
) -> tuple[MachineGroup, ...]:
    """The groups of GPU machines that a region has."""
    found: list[MachineGroup] = []
    if region.cluster and cluster and cluster.gpu_group:
        found.append(
            MachineGroup(
                purpose="gpu-nodes",
                name=cluster.gpu_group,
                floor=region.cluster.gpu_nodes.floor,
                counts_itself=False,
                warm_up=region.llm_service.warm_up,
                serves_directly=True,
            )
        )
    if region.fleet and fleet:
        found.append(
            MachineGroup(
                purpose="gpu-fleet",
                name=fleet.name,
                floor=region.fleet.floor,
                counts_itself=True,
                warm_up=region.fleet.warm_up,
                serves_directly=False,
            )
        )
    return tuple(found)


def conditions(environment: Environment, region: Region) -> tuple[Condition, ...]:
    """What people are told of besides: copies that are behind, messages that wait, quotas that do not suffice."""
    data, names, rpo = environment.data, environment.names, environment.objectives.rpo
    elsewhere = topology_links.others(environment, region)
    found: list[Condition] = [*quota_alarms.conditions(region)]
    if region.vector_db and (sources := _holders_of_the_vector_db(environment, elsewhere)):
        found.append(replication_lag.database(cluster_identifier(names), sources=sources, rpo=rpo))
    if region.cache and is_cache_copied(environment):
        found.append(replication_lag.cache(cache_name(names), nodes=data.cache.nodes, rpo=rpo))
    if data.sessions:
        found += (replication_lag.table(names.table(SESSIONS), to=other, rpo=rpo) for other in elsewhere)
    if data.artifacts:
        for target in _targets_of_artifacts(environment, region):
            found += _copied(environment, region, ARTIFACTS, "artifacts", target)
    if (peer := _peer(environment, region)) and isinstance(environment.state_of(region), S3State):
        found += _copied(environment, region, "state", "states", peer)
    if region.message_queue:
        found += queue_alarms.conditions(
            names.queue("messages"), dead_letters=names.queue("dead-letters"), patience=environment.objectives.rto
        )
    return tuple(found)


def _holders_of_the_vector_db(environment: Environment, among: tuple[CloudRegion, ...]) -> list[CloudRegion]:
    regions = environment.regions.values()
    return [region.location for region in regions if region.vector_db and region.location in among]


def _copied(
    environment: Environment, region: Region, purpose: str, holds: str, target: CloudRegion
) -> tuple[Condition, Condition]:
    names = environment.names
    return replication_lag.objects(
        names.bucket(purpose, region.location),
        holds=holds,
        to=target,
        copy=names.bucket(purpose, target),
        # As its replication names its rules.
        rule=target.name,
        rpo=environment.objectives.rpo,
    )


def _targets_of_artifacts(environment: Environment, region: Region) -> tuple[CloudRegion, ...]:
    if environment.data.artifacts and environment.data.artifacts.copies == "everywhere":
        return topology_links.others(environment, region)
    peer = _peer(environment, region)
    return (peer,) if peer else ()


def _peer(environment: Environment, region: Region) -> CloudRegion | None:
    places = (other.location for other in environment.regions.values())
    return topology_links.peers(places).get(region.location)
