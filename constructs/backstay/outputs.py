"""What constructs hand on: the same shapes from every cloud.

The values are known only after an apply: inside a synthesis they are tokens, so nothing here validates them.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class KeyOutputs:
    """An encryption key.

    Attributes:
        id: how policies and resources refer to it: an ARN on AWS, an address without version on Azure, a path on
            Google Cloud.
        alias: its computed name.
        disk_encryption: what disks name in place of the key, on Azure, where the key is for disks.
    """

    id: str
    alias: str
    disk_encryption: str | None = None


@dataclass(frozen=True)
class NetworkOutputs:
    """A region's private network.

    Attributes:
        id: the network.
        cidr: its addresses.
        private_subnets: for machines, without a way in from outside: one per zone, or one that spans them.
        public_subnets: for load balancers, likewise.
        zones: the zones that machines stand in; where there is a subnet for each, in the order of those.
    """

    id: str
    cidr: str
    private_subnets: tuple[str, ...]
    public_subnets: tuple[str, ...]
    zones: tuple[str, ...]


@dataclass(frozen=True)
class ClusterOutputs:
    """A Kubernetes cluster.

    Attributes:
        name: its computed name, by which everything else finds it.
        endpoint: the URL of its API.
        certificate_authority: the API's certificate authority, base64.
        security_group: what admits traffic to its nodes.
        node_role: the identity of its nodes.
        gpu_group: the group of its GPU machines, by which metrics know them, where the cloud tells its name.
    """

    name: str
    endpoint: str
    certificate_authority: str
    security_group: str
    node_role: str
    gpu_group: str | None = None


@dataclass(frozen=True)
class LoadBalancerOutputs:
    """A load balancer with TLS.

    Attributes:
        id: the load balancer.
        host: the name that the cloud gave it.
        zone: the DNS zone of that name, on clouds that have alias records.
        target_group: where machines register.
        security_group: what machines admit traffic from.
        health_check: how a group of machines judges its own, on clouds where the group and not the target group does.
        listener: what answers on the port of HTTPS, on clouds where rules can be added to it.
        certificate: what it shows itself with, on clouds that measure how long that is valid.
    """

    id: str
    host: str
    zone: str | None
    target_group: str
    security_group: str
    health_check: str | None = None
    listener: str | None = None
    certificate: str | None = None


@dataclass(frozen=True)
class ZoneOutputs:
    """A DNS zone.

    Attributes:
        id: how records refer to it.
        name_servers: what the domain above has to name, with blanks between them.
    """

    id: str
    name_servers: str


@dataclass(frozen=True)
class FleetOutputs:
    """GPU machines that scale by load.

    Attributes:
        id: how load balancers and policies refer to the group.
        name: the group's computed name.
        launch_template: what new machines are made from.
        role: the machines' identity.
        security_group: what admits traffic to the machines.
    """

    id: str
    name: str
    launch_template: str
    role: str
    security_group: str


@dataclass(frozen=True)
class InstancesOutputs:
    """Single GPU machines.

    Attributes:
        ids: the machines, in their order.
        role: the machines' identity.
        security_group: what admits traffic to the machines.
    """

    ids: tuple[str, ...]
    role: str
    security_group: str


@dataclass(frozen=True)
class StateOutputs:
    """Where a region's Terraform state lies.

    Attributes:
        bucket: the bucket or container.
        lock_table: the table that locks it, where the backend needs one.
        key: the key that encrypts it.
    """

    bucket: str
    lock_table: str | None
    key: str


@dataclass(frozen=True)
class SecretValues:
    """Values of secrets, as expressions that Terraform resolves while it runs.

    Attributes:
        expressions: one for each environment variable that is to hold a value.
        ephemeral: whether the values are gone when Terraform ends, and stand in no plan and no state.
        terraform: the oldest Terraform that understands how they are handed on.
    """

    expressions: Mapping[str, str]
    ephemeral: bool
    terraform: str


@dataclass(frozen=True)
class SecretStoreOutputs:
    """How a cluster's Secrets Store CSI driver gets at secrets, each of which it names like its environment variable.

    Attributes:
        driver: the driver, by the name that volumes have for it.
        provider: the part of the driver that knows the store.
        parameters: what that part has to know: which secrets to read, and as whom.
        annotations: what the service account of the pods carries to be let in.
        syncs: whether the driver can make a Kubernetes secret of what it has mounted.
    """

    driver: str
    provider: str
    parameters: Mapping[str, str]
    annotations: Mapping[str, str]
    syncs: bool


@dataclass(frozen=True)
class MountedSecretsOutputs:
    """Secrets that a cluster's Secrets Store CSI driver mounts into pods.

    Attributes:
        driver: the driver.
        provider_class: what tells the driver which secrets to mount.
        annotations: what the service account of the pods carries to be let in.
        names: the files, each named like the environment variable that it is to become.
        synced: the Kubernetes secret that the driver makes of them; None where there are the files only.
        revision: differs whenever values are to be read anew.
    """

    driver: str
    provider_class: str
    annotations: Mapping[str, str]
    names: tuple[str, ...]
    synced: str | None
    revision: int


@dataclass(frozen=True)
class ServiceSecretOutputs:
    """A secret in a cluster, all entries of which become environment variables.

    Attributes:
        name: its name in its namespace.
        revision: differs whenever values were sent anew, so that pods can be made to read them.
    """

    name: str
    revision: int


@dataclass(frozen=True)
class ServiceOutputs:
    """A service in a cluster.

    Attributes:
        namespace: its namespace.
        name: its name there, and that of its deployment and its service account.
        host: the name under which the cluster's pods reach it.
        port: the port on which it answers.
    """

    namespace: str
    name: str
    host: str
    port: int


@dataclass(frozen=True)
class DatabaseOutputs:
    """A region's part of a database.

    Attributes:
        name: its computed name, the same in every region.
        endpoint: where writes go while this region is the writer.
        reader_endpoint: where reads go, in this region.
        writer_endpoint: where writes go, whichever region is the writer; from the region that made the database.
        port: the port on which it answers.
        database: the database that is made with it.
        security_group: what admits traffic to it.
        terraform: the oldest Terraform that makes it, where that is newer than what the rest needs.
    """

    name: str
    endpoint: str
    reader_endpoint: str
    writer_endpoint: str | None
    port: int
    database: str
    security_group: str
    terraform: str | None = None


@dataclass(frozen=True)
class CacheOutputs:
    """A region's cache.

    Attributes:
        name: its computed name, the same in every region.
        endpoint: where writes go while this region takes them.
        reader_endpoint: where reads go, in this region.
        port: the port on which it answers, with TLS only.
        security_group: what admits traffic to it.
        user: the name under which clients log in.
    """

    name: str
    endpoint: str
    reader_endpoint: str
    port: int
    security_group: str
    user: str


@dataclass(frozen=True)
class TableOutputs:
    """A table that is in several regions.

    Attributes:
        name: its computed name, the same in every region.
        key_alias: the alias, the same in every region, of the keys that encrypt it there.
    """

    name: str
    key_alias: str


@dataclass(frozen=True)
class QueueOutputs:
    """A region's message queue.

    Attributes:
        name: its computed name, the same in every region.
        url: where messages are sent and taken.
        id: how policies refer to it.
        dead_letter_name: the computed name of the queue for what could not be worked on.
        dead_letter_id: how policies refer to that queue.
    """

    name: str
    url: str
    id: str
    dead_letter_name: str
    dead_letter_id: str


@dataclass(frozen=True)
class ArtifactsOutputs:
    """A region's bucket of model artifacts.

    Attributes:
        bucket: its computed name, which ends in the region's.
        id: how policies refer to it.
        key: the key that encrypts it.
    """

    bucket: str
    id: str
    key: str


@dataclass(frozen=True)
class ImagesOutputs:
    """A region's repositories of container images.

    Attributes:
        urls: where images are pushed and pulled, by the repository's name in the environment.
        ids: how policies refer to the repositories, likewise.
    """

    urls: Mapping[str, str]
    ids: Mapping[str, str]


@dataclass(frozen=True)
class VaultOutputs:
    """A region's vault of backups.

    Attributes:
        name: its computed name, the same in every region.
        id: how policies refer to it.
    """

    name: str
    id: str


@dataclass(frozen=True)
class TopicOutputs:
    """Who is told by a region's alarms.

    Attributes:
        name: the computed name of the topic that people subscribe to, the same in every region.
        id: how policies refer to it.
        key: the key that encrypts what is said.
        told: everything that an alarm tells: that topic, and those that people had before.
    """

    name: str
    id: str
    key: str
    told: tuple[str, ...]


@dataclass(frozen=True)
class FailoverOutputs:
    """What takes over for a region.

    Attributes:
        machine: its computed name, the same in every region.
        id: how it is started.
        table: the table by which the regions know who is primary.
    """

    machine: str
    id: str
    table: str


@dataclass(frozen=True)
class PipelineOutputs:
    """Who workflows are on a cloud.

    Attributes:
        plan: whom they log in as to plan: a role's ARN, a client id or a service account's address.
        apply: likewise, to apply.
        provider: what their tokens are presented to: the OIDC provider, the tenant or the workload identity provider.
    """

    plan: str
    apply: str
    provider: str
