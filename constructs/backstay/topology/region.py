"""A region and the part that it plays."""

from enum import StrEnum
from typing import Annotated

from backstay.topology.cloud import Cloud, CloudRegion
from backstay.topology.compute import ClusterSpec, FleetSpec, InstancesSpec
from backstay.topology.forms import LABEL, Form, HostOrAddress
from backstay.topology.network import NetworkSpec
from backstay.topology.quantities import Percentage
from backstay.topology.secrets import SecretsRoute
from backstay.topology.service import LlmServiceSpec, Readiness, Role
from backstay.topology.spec import Spec

RegionName = Annotated[str, Form("the name of a region", r"[a-z0-9]+(-[a-z0-9]+)*", ("us-east-1",), longest=40)]
RegionRole = Annotated[
    str, Form("the part that a region plays, in lower case", LABEL, ("primary", "secondary"), longest=30)
]


class Status(StrEnum):
    """Whether a region takes traffic on a good day."""

    ACTIVE = "active"
    STANDBY = "standby"


class Region(Spec):
    """One region of an environment. What it leaves out, it takes from the environment's own sections."""

    cloud: Cloud
    """The cloud."""

    region: RegionName
    """The cloud's name for the region, such as `us-east-1`."""

    status: Status
    """`active` takes traffic, `standby` waits."""

    traffic: Percentage
    """The share of the clients' requests on a good day; the active regions' shares make 100%."""

    llm_service: LlmServiceSpec = LlmServiceSpec()
    """The language model server."""

    vector_db: Role | None = None
    """The vector database: the one that is written to, or a copy of it."""

    cache: Readiness | None = None
    """The cache."""

    message_queue: Readiness | None = None
    """The message queue."""

    entrance: HostOrAddress | None = None
    """Where clients reach the service here, when no public fleet in the zone's cloud is its entrance: the name or
    address of an ingress, say. The region's own name leads there, and its certificate has to hold that name."""

    network: NetworkSpec = NetworkSpec()
    """The private network."""

    cluster: ClusterSpec | None = ClusterSpec()
    """The GPU cluster; `null` for none."""

    fleet: FleetSpec | None = None
    """GPU machines behind a load balancer, outside Kubernetes."""

    instances: InstancesSpec | None = None
    """Single GPU machines, outside Kubernetes."""

    secrets_route: SecretsRoute | None = None
    """How stored secrets reach the service here, where it is another way than the environment's."""

    @property
    def location(self) -> CloudRegion:
        """Where the region is."""
        return CloudRegion(self.cloud, self.region)
