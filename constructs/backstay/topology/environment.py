"""An environment: regions, what they promise together, and what they share."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, model_validator

from backstay.topology.catalog import small_gpu_type
from backstay.topology.compute import ClusterSpec, FleetSpec, InstancesSpec
from backstay.topology.forms import LABEL, Form, Label, Reason
from backstay.topology.names import Names
from backstay.topology.network import NetworkSpec
from backstay.topology.objectives import ObjectivesSpec
from backstay.topology.region import Region, RegionRole, Status
from backstay.topology.secrets import SecretSpec
from backstay.topology.service import LlmServiceSpec, ServiceSpec
from backstay.topology.spec import Spec
from backstay.topology.state import StateSpec
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
AwsAccount = Annotated[str, Form("the twelve digits of an AWS account", r"[0-9]{12}", ("123456789012",))]
RoleArn = Annotated[
    str,
    Form(
        "the ARN of an IAM role",
        r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[!-~]+",
        ("arn:aws:iam::123456789012:role/deploy",),
    ),
]


class Mode(StrEnum):
    """How the regions share the work."""

    ACTIVE_ACTIVE = "active-active"
    ACTIVE_PASSIVE = "active-passive"
    SINGLE_REGION = "single-region"


class AwsSpec(Spec):
    """The AWS account that the environment belongs to."""

    account: AwsAccount
    """The account's twelve digits, in quotes; a deployment into any other account is refused."""

    deploy_role: RoleArn | None = None
    """A role to assume for deploying."""


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

    secrets: tuple[SecretSpec, ...] = ()
    """Secrets that the service needs, by name."""

    secrets_through_state: Reason | None = None
    """The reason for letting secret values pass through Terraform's state, for Terraform older than 1.11."""

    waivers: tuple[Waiver, ...] = ()
    """Rules that are set aside for a time."""

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
    regions = {role: _with_gpu_sizes(_over(shared, region)) for role, region in data["regions"].items()}
    return {**data, "regions": regions}


def _over(shared: Any, own: Any) -> Any:
    """Lay a region's own keys over the shared ones; a key with its own value, or null, wins."""
    if not isinstance(shared, Mapping) or not isinstance(own, Mapping):
        return own
    return {**shared, **{key: _over(shared.get(key), value) for key, value in own.items()}}


def _with_gpu_sizes(region: Any) -> Any:
    """Choose a GPU size that the region offers wherever none is named."""
    if not isinstance(region, Mapping):
        return region
    size = small_gpu_type(region.get("cloud"), region.get("region"))
    cluster = region.get("cluster", {})
    chosen = {
        section: {"instance_type": size, **region[section]}
        for section in ("fleet", "instances")
        if isinstance(region.get(section), Mapping)
    }
    if isinstance(cluster, Mapping) and isinstance(nodes := cluster.get("gpu_nodes", {}), Mapping):
        chosen["cluster"] = {**cluster, "gpu_nodes": {"instance_type": size, **nodes}}
    return {**region, **chosen}
