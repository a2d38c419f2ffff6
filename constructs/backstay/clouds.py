"""The only place where a cloud's name becomes code."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Protocol, TypeVar

from cdktf import TerraformStack
from constructs import Construct

from backstay.outputs import (
    ArtifactsOutputs,
    CacheOutputs,
    ClusterOutputs,
    DatabaseOutputs,
    FailoverOutputs,
    FleetOutputs,
    ImagesOutputs,
    InstancesOutputs,
    KeyOutputs,
    LoadBalancerOutputs,
    NetworkOutputs,
    PipelineOutputs,
    QueueOutputs,
    SecretStoreOutputs,
    SecretValues,
    StateOutputs,
    TableOutputs,
    TopicOutputs,
    VaultOutputs,
    ZoneOutputs,
)
from backstay.topology import Cloud, Environment, Region
from backstay.topology.backups import BACKED_UP
from backstay.topology.pipeline import Access
from backstay.topology.pipeline_access import aws_role, aws_role_boundary

_Outputs = TypeVar("_Outputs", covariant=True)


class Made(Protocol[_Outputs]):
    """A construct of any cloud, by what it hands on."""

    @property
    def outputs(self) -> _Outputs:
        """What it hands on."""
        ...


class Entrance(Made[LoadBalancerOutputs], Protocol):
    """A load balancer of any cloud."""

    def serve(self, fleet: FleetOutputs) -> None:
        """Send requests to a fleet, which was made with the load balancer's outputs."""
        ...


class Backups(Made[VaultOutputs], Protocol):
    """The backups of a region of any cloud."""

    @property
    def watched(self) -> Sequence[object]:
        """What has alarms, as `monitoring` shows it."""
        ...


class CloudUnavailableError(LookupError):
    """The extra that holds a cloud's bindings is not installed."""


@dataclass(frozen=True)
class RecoveryKit:
    """What keeps data in two places, leads clients away from a region that is lost, and lets another take over.

    Attributes:
        found_network: finds the network that the region's own stack has made, for its other stacks.
        found_key: finds a key, likewise.
        vector_db: makes the vector database in the region that writes first.
        vector_db_replica: follows it in another.
        cache: makes a cache that takes writes.
        cache_replica: follows the cache of another region.
        message_queue: keeps work in the region until it is done.
        artifacts: keeps models and checkpoints in the region.
        image_repositories: keeps container images in the region.
        sessions: makes the table of requests and sessions, which all regions read and write.
        bucket_replication: copies a bucket to other regions.
        image_replication: copies container images to other regions.
        drain_switches: lets the region's load balancer keep clients away from other regions.
        zone: holds the names of the service, where it does not exist already.
        routing: leads clients to the regions.
        alarm_topic: tells people.
        backups: backs up what the region holds, and keeps what others copy here.
        machine_groups: the groups of GPU machines of a cluster and a fleet, as `monitoring` takes them.
        monitoring: watches the region, and the others from there.
        control_table: makes the table by which regions agree who is primary.
        failover: lets the region take over from others.
    """

    found_network: Callable[..., Made[NetworkOutputs]]
    found_key: Callable[..., Made[KeyOutputs]]
    vector_db: Callable[..., Made[DatabaseOutputs]]
    vector_db_replica: Callable[..., Made[DatabaseOutputs]]
    cache: Callable[..., Made[CacheOutputs]]
    cache_replica: Callable[..., Made[CacheOutputs]]
    message_queue: Callable[..., Made[QueueOutputs]]
    artifacts: Callable[..., Made[ArtifactsOutputs]]
    image_repositories: Callable[..., Made[ImagesOutputs]]
    sessions: Callable[..., Made[TableOutputs]]
    bucket_replication: Callable[..., Construct]
    image_replication: Callable[..., Construct]
    drain_switches: Callable[..., Construct]
    zone: Callable[..., Made[ZoneOutputs]]
    routing: Callable[..., Construct]
    alarm_topic: Callable[..., Made[TopicOutputs]]
    backups: Callable[..., Backups]
    machine_groups: Callable[[ClusterOutputs | None, FleetOutputs | None], Sequence[object]]
    monitoring: Callable[..., Construct]
    control_table: Callable[..., Construct]
    failover: Callable[..., Made[FailoverOutputs]]


@dataclass(frozen=True)
class CloudKit:
    """Everything that stacks build in a region, with what only its cloud asks for filled in.

    Attributes:
        attach_provider: binds a stack to the region.
        attach_cluster: binds a stack to the Kubernetes API of the region's cluster; returns the oldest Terraform
            version that understands how.
        secrets: declares where the values come from that Terraform passes on to the cluster.
        stored_secrets: lets the cluster read stored secrets by itself; None where it cannot.
        pipeline_access: lets a repository's workflows plan and apply the environment.
        recovery: data in two places and a region that takes over; None where there is nothing of it yet.
        needs_device_plugin: whether a cluster's nodes offer their GPUs only after the NVIDIA device plugin was added.
    """

    attach_provider: Callable[[TerraformStack], object]
    attach_cluster: Callable[[TerraformStack], str]
    key: Callable[..., Made[KeyOutputs]]
    network: Callable[..., Made[NetworkOutputs]]
    gpu_cluster: Callable[..., Made[ClusterOutputs]]
    gpu_fleet: Callable[..., Made[FleetOutputs]]
    gpu_instances: Callable[..., Made[InstancesOutputs]]
    load_balancer: Callable[..., Entrance]
    remote_state: Callable[..., Made[StateOutputs]]
    secrets: Callable[..., Made[SecretValues]]
    stored_secrets: Callable[..., Made[SecretStoreOutputs]] | None
    pipeline_access: Callable[..., Made[PipelineOutputs]]
    recovery: RecoveryKit | None
    needs_device_plugin: bool


def kit(environment: Environment, region: Region) -> CloudKit:
    """What builds a region of an environment, imported when its cloud is first asked for.

    Raises:
        CloudUnavailableError: saying which extra to install.
    """
    kits = {Cloud.AWS: _aws, Cloud.AZURE: _azure, Cloud.GOOGLE: _google}
    with _bindings(region.cloud):
        return kits[region.cloud](environment, region)


@contextmanager
def _bindings(cloud: Cloud) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("cdktf_cdktf_provider_"):
            raise CloudUnavailableError(
                f"the bindings for {cloud} are not installed (no module {error.name!r}); install backstay[{cloud}]"
            ) from error
        raise


def _aws(environment: Environment, region: Region) -> CloudKit:
    from backstay.aws import cluster_connection
    from backstay.aws.gpu_cluster import GpuCluster
    from backstay.aws.gpu_fleet import GpuFleet
    from backstay.aws.gpu_instances import GpuInstances
    from backstay.aws.keys import Key
    from backstay.aws.load_balancer import LoadBalancer
    from backstay.aws.network import Network
    from backstay.aws.pipeline_access import PipelineAccess
    from backstay.aws.provider import attach_provider
    from backstay.aws.remote_state import RemoteState
    from backstay.aws.secrets import Secrets

    place, account = region.location, environment.aws
    return CloudKit(
        attach_provider=partial(
            attach_provider,
            region=place,
            account=account,
            tags=environment.all_tags,
            boundary=aws_role_boundary(environment),
        ),
        attach_cluster=partial(
            cluster_connection.attach_cluster,
            cluster=environment.names.cluster(),
            region=place,
            account=account,
            # The same old Terraform that makes secrets pass through the state.
            token_by_command=environment.secrets_through_state is not None,
        ),
        key=Key,
        network=Network,
        gpu_cluster=partial(
            GpuCluster,
            workflow_role=aws_role(environment, Access.APPLY) if environment.pipeline and account else None,
        ),
        gpu_fleet=GpuFleet,
        gpu_instances=GpuInstances,
        load_balancer=LoadBalancer,
        remote_state=RemoteState,
        secrets=partial(
            Secrets, specs=environment.passed_secrets(region), through_state=environment.secrets_through_state
        ),
        stored_secrets=None,
        pipeline_access=PipelineAccess,
        recovery=_aws_recovery(environment, region),
        needs_device_plugin=True,
    )


def _aws_recovery(environment: Environment, region: Region) -> RecoveryKit:
    from backstay.aws import surroundings
    from backstay.aws.artifacts import ArtifactsBucket
    from backstay.aws.backup.region_backups import RegionBackups
    from backstay.aws.bucket_replication import BucketReplication
    from backstay.aws.cache import Cache
    from backstay.aws.cache_replica import CacheReplica
    from backstay.aws.drain_switch import DrainSwitches
    from backstay.aws.failover.controller import FailoverController
    from backstay.aws.failover.plan import machines
    from backstay.aws.failover.table import ControlTable
    from backstay.aws.found import FoundKey, FoundNetwork
    from backstay.aws.global_table import GlobalTable
    from backstay.aws.image_replication import ImageReplication
    from backstay.aws.images import ImageRepositories
    from backstay.aws.message_queue import MessageQueue
    from backstay.aws.routing import Routing
    from backstay.aws.vector_db import VectorDb
    from backstay.aws.vector_db_replica import VectorDbReplica
    from backstay.aws.watch.monitoring import Monitoring
    from backstay.aws.watch.topics import AlarmTopic
    from backstay.aws.zone import Zone

    pools, fleets = machines(environment, region)
    return RecoveryKit(
        found_network=FoundNetwork,
        found_key=FoundKey,
        vector_db=VectorDb,
        vector_db_replica=VectorDbReplica,
        cache=Cache,
        cache_replica=CacheReplica,
        message_queue=MessageQueue,
        artifacts=ArtifactsBucket,
        image_repositories=ImageRepositories,
        sessions=partial(GlobalTable, purpose=surroundings.SESSIONS, tags={**environment.all_tags, **BACKED_UP}),
        bucket_replication=BucketReplication,
        image_replication=ImageReplication,
        drain_switches=DrainSwitches,
        zone=Zone,
        routing=Routing,
        alarm_topic=AlarmTopic,
        backups=partial(RegionBackups, restore_settings=surroundings.restore_settings(environment)),
        machine_groups=partial(surroundings.machine_groups, region),
        monitoring=partial(
            Monitoring,
            peers=surroundings.peers(environment, region),
            others=surroundings.conditions(environment, region),
        ),
        control_table=partial(ControlTable, tags=environment.all_tags),
        failover=partial(
            FailoverController,
            stores=surroundings.promoted(environment, region),
            pools=pools,
            fleets=fleets,
            health_alarms=surroundings.health_alarms(environment),
        ),
    )


def _azure(environment: Environment, region: Region) -> CloudKit:
    from backstay.azure import cluster_connection
    from backstay.azure.gpu_cluster import GpuCluster
    from backstay.azure.gpu_fleet import GpuFleet
    from backstay.azure.gpu_instances import GpuInstances
    from backstay.azure.keys import Key
    from backstay.azure.load_balancer import LoadBalancer
    from backstay.azure.network import Network
    from backstay.azure.pipeline_access import PipelineAccess
    from backstay.azure.provider import attach_provider
    from backstay.azure.remote_state import RemoteState
    from backstay.azure.secrets import Secrets
    from backstay.azure.stored_secrets import StoredSecrets

    place, account = region.location, environment.azure
    vault = account.vaults.get(place.name) if account else None
    return CloudKit(
        attach_provider=partial(attach_provider, region=place, account=account, tags=environment.all_tags),
        attach_cluster=partial(cluster_connection.attach_cluster, region=place, names=environment.names),
        key=Key,
        network=Network,
        gpu_cluster=GpuCluster,
        gpu_fleet=GpuFleet,
        gpu_instances=GpuInstances,
        load_balancer=LoadBalancer,
        remote_state=RemoteState,
        secrets=partial(
            Secrets,
            specs=environment.passed_secrets(region),
            vault=vault,
            through_state=environment.secrets_through_state,
        ),
        stored_secrets=partial(
            StoredSecrets,
            specs=environment.mounted_secrets(region),
            region=place,
            names=environment.names,
            vault=vault,
        ),
        pipeline_access=PipelineAccess,
        recovery=None,
        needs_device_plugin=True,
    )


def _google(environment: Environment, region: Region) -> CloudKit:
    from backstay.google import cluster_connection
    from backstay.google.gpu_cluster import GpuCluster
    from backstay.google.gpu_fleet import GpuFleet
    from backstay.google.gpu_instances import GpuInstances
    from backstay.google.keys import Key
    from backstay.google.load_balancer import LoadBalancer
    from backstay.google.network import Network
    from backstay.google.pipeline_access import PipelineAccess
    from backstay.google.provider import attach_provider
    from backstay.google.remote_state import RemoteState
    from backstay.google.secrets import Secrets
    from backstay.google.stored_secrets import StoredSecrets

    place, account = region.location, environment.google
    return CloudKit(
        attach_provider=partial(attach_provider, region=place, account=account, tags=environment.all_tags),
        attach_cluster=partial(
            cluster_connection.attach_cluster,
            cluster=environment.names.cluster(),
            region=place,
            public=region.cluster is not None and region.cluster.public_api is not None,
        ),
        key=Key,
        network=Network,
        gpu_cluster=GpuCluster,
        gpu_fleet=GpuFleet,
        gpu_instances=GpuInstances,
        load_balancer=LoadBalancer,
        remote_state=RemoteState,
        secrets=partial(
            Secrets, specs=environment.passed_secrets(region), through_state=environment.secrets_through_state
        ),
        stored_secrets=partial(
            StoredSecrets, specs=environment.mounted_secrets(region), region=place, names=environment.names
        ),
        pipeline_access=PipelineAccess,
        recovery=None,
        # GKE brings the plugin along with the driver.
        needs_device_plugin=False,
    )
