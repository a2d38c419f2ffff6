"""An environment: regions, what they promise together, and what they share."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, model_validator

from backstay.topology.accounts import AwsSpec, AzureSpec, GoogleSpec
from backstay.topology.backups import BackupSpec
from backstay.topology.catalog import catalog
from backstay.topology.cloud import Cloud
from backstay.topology.compute import ClusterSpec, FleetSpec, InstancesSpec
from backstay.topology.data import DataSpec
from backstay.topology.data_loss import DataLoss
from backstay.topology.failover import FailoverSpec
from backstay.topology.forms import LABEL, Form, Label, Reason
from backstay.topology.monitoring import MonitoringSpec
from backstay.topology.names import Names
from backstay.topology.network import NetworkSpec
from backstay.topology.objectives import ObjectivesSpec
from backstay.topology.pipeline import PipelineSpec
from backstay.topology.region import Region, RegionRole, Status
from backstay.topology.secrets import SecretSpec, SecretsRoute
from backstay.topology.service import LlmServiceSpec, ServiceSpec
from backstay.topology.spec import Spec
from backstay.topology.state import RegionalState, StateSpec, state_on
from backstay.topology.waiver import Waiver

# Sections that stand at the top of the file for all regions, and in a region for what differs there.
SHARED_SECTIONS = ("network", "cluster", "fleet", "instances", "llm_service")

# More than any cloud has, and few enough to compare each two of them.
MOST_REGIONS = 100

EnvironmentName = Annotated[
    str,
    Form("lower-case letters, digits and single hyphens, starting with a letter", LABEL, ("production",), longest=30),
]
Namespace = Annotated[
    str,
    Form("lower-case letters and digits, starting with a letter", r"[a-z][a-z0-9]*", ("acme",), longest=12),
]


class Mode(StrEnum):
    """How the regions share the work."""

    ACTIVE_ACTIVE = "active-active"
    ACTIVE_PASSIVE = "active-passive"
    SINGLE_REGION = "single-region"


class Environment(Spec):
    """Everything that one environment file says.

    Building one checks each value by itself. What must hold between values is in `backstay.topology.rules`.
    """

    name: EnvironmentName
    """The environment's name; the file has the same name."""

    namespace: Namespace
    """The organisation's short name, part of every physical name."""

    application: Label = "ai-llm"
    """The application's name, for the `Application` tag."""

    mode: Mode
    """How the regions share the work."""

    disposable: bool = Field(default=False, strict=True)
    """Whether everything in it may be deleted: no deletion protection, one NAT gateway."""

    objectives: ObjectivesSpec = ObjectivesSpec()
    """What people may count on."""

    service: ServiceSpec
    """The name that clients use."""

    state: StateSpec
    """Where Terraform's state is kept."""

    aws: AwsSpec | None = None
    """The AWS account."""

    azure: AzureSpec | None = None
    """The Azure subscription."""

    google: GoogleSpec | None = None
    """The Google Cloud project."""

    pipeline: PipelineSpec | None = None
    """The GitHub repository whose workflows plan and apply the environment."""

    tags: Mapping[str, str] = Field(default_factory=dict)
    """Tags for everything, besides Environment, Application and ManagedBy."""

    network: NetworkSpec = NetworkSpec()
    """The private networks."""

    cluster: ClusterSpec | None = ClusterSpec()
    """The GPU clusters; `null` for none."""

    fleet: FleetSpec | None = None
    """GPU machines behind a load balancer, outside Kubernetes."""

    instances: InstancesSpec | None = None
    """Single GPU machines, outside Kubernetes."""

    llm_service: LlmServiceSpec = LlmServiceSpec()
    """The language model servers."""

    data: DataSpec = DataSpec()
    """Data that is in two places."""

    failover: FailoverSpec | None = FailoverSpec()
    """How a region on AWS takes over from another that is lost, where clients reach them all; `null` for not at all."""

    backups: BackupSpec | None = BackupSpec()
    """Backups of that data and of the clusters, on AWS; `null` for none."""

    monitoring: MonitoringSpec = MonitoringSpec()
    """Who is told when something goes wrong, on AWS."""

    secrets: tuple[SecretSpec, ...] = ()
    """Secrets that the service needs, by name."""

    secrets_route: SecretsRoute = SecretsRoute.EPHEMERAL
    """How stored secrets reach the service: Terraform passes them on, or the cluster's CSI driver reads them."""

    secrets_through_state: Reason | None = None
    """The reason for letting secret values pass through Terraform's state, for Terraform older than 1.11."""

    waivers: tuple[Waiver, ...] = ()
    """Rules that are set aside for a time."""

    allow_data_loss: tuple[DataLoss, ...] = ()
    """What a deployment may delete or replace for a time, though it holds data."""

    regions: Mapping[RegionRole, Region] = Field(min_length=1, max_length=MOST_REGIONS)
    """The regions by the part they play, such as `primary` and `secondary`."""

    @model_validator(mode="before")
    @classmethod
    def _regions_inherit(cls, data: Any) -> Any:
        return with_inherited(data)

    @property
    def names(self) -> Names:
        """The physical names of everything in the environment."""
        return Names(self.namespace, self.name, self.cluster.name if self.cluster else None)

    @property
    def all_tags(self) -> dict[str, str]:
        """The tags that everything carries."""
        given = {"Environment": self.name, "Application": self.application, "ManagedBy": "terraform"}
        return {**self.tags, **given}

    def state_of(self, region: Region) -> RegionalState:
        """Where a region keeps its state."""
        return state_on(region.cloud, self.state)

    def mounted_secrets(self, region: Region) -> tuple[SecretSpec, ...]:
        """The secrets that a region's cluster reads by itself."""
        if (region.secrets_route or self.secrets_route) is not SecretsRoute.CSI:
            return ()
        return tuple(secret for secret in self.secrets if secret.stored_as)

    def passed_secrets(self, region: Region) -> tuple[SecretSpec, ...]:
        """The secrets that Terraform passes on to a region's cluster."""
        mounted = self.mounted_secrets(region)
        return tuple(secret for secret in self.secrets if secret not in mounted)

    @property
    def active(self) -> dict[str, Region]:
        """The regions that take traffic on a good day."""
        return {role: region for role, region in self.regions.items() if region.status is Status.ACTIVE}

    @property
    def standby(self) -> dict[str, Region]:
        """The regions that wait."""
        return {role: region for role, region in self.regions.items() if region.status is Status.STANDBY}


def with_inherited(data: Any) -> Any:
    """The data of an environment, each region completed by the environment's own sections."""
    if not isinstance(data, Mapping) or not isinstance(data.get("regions"), Mapping):
        return data
    shared = {section: data[section] for section in SHARED_SECTIONS if section in data}
    regions = {role: _with_machine_sizes(_over(shared, region)) for role, region in data["regions"].items()}
    return {**data, "regions": regions}


def _over(shared: Any, own: Any) -> Any:
    """Lay a region's own keys over the shared ones; a key with its own value, or null, wins."""
    if not isinstance(shared, Mapping) or not isinstance(own, Mapping):
        return own
    return {**shared, **{key: _over(shared.get(key), value) for key, value in own.items()}}


def _with_machine_sizes(region: Any) -> Any:
    """Choose a size that the region's cloud has wherever none is named, and a GPU that the region offers."""
    if not isinstance(region, Mapping) or region.get("cloud") not in tuple(Cloud):
        return region
    tables = catalog(Cloud(region["cloud"]))
    sizes = {"gpu": tables.small_gpu_type(str(region.get("region"))), "system": tables.system_type}
    chosen = {
        section: {"instance_type": sizes["gpu"], **region[section]}
        for section in ("fleet", "instances")
        if isinstance(region.get(section), Mapping)
    }
    if isinstance(cluster := region.get("cluster", {}), Mapping):
        nodes = {f"{kind}_nodes": (cluster.get(f"{kind}_nodes", {}), size) for kind, size in sizes.items()}
        sized = {
            name: {"instance_type": size, **given}
            for name, (given, size) in nodes.items()
            if isinstance(given, Mapping)
        }
        chosen["cluster"] = {**cluster, **sized}
    return {**region, **chosen}
