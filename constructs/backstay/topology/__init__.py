"""Pure values: which regions there are, what they promise, what they hold and what it is called."""

from backstay.topology.accounts import AwsSpec, AzureSpec, GoogleSpec
from backstay.topology.cloud import Cloud, CloudRegion, aws_region, azure_region, google_region
from backstay.topology.compute import (
    AdminSpec,
    ApiAccessSpec,
    ClusterSpec,
    FleetSpec,
    GpuNodesSpec,
    InstancesSpec,
    ReservationSpec,
    SystemNodesSpec,
)
from backstay.topology.environment import SHARED_SECTIONS, Environment, Mode
from backstay.topology.names import Names
from backstay.topology.network import NetworkSpec
from backstay.topology.objectives import ObjectivesSpec
from backstay.topology.pipeline import Access, PipelineSpec
from backstay.topology.quantities import Duration, Percentage, Size
from backstay.topology.region import Region, Status
from backstay.topology.routing import AcceleratorSpec, RoutingSpec
from backstay.topology.secrets import SecretSpec, SecretsRoute
from backstay.topology.service import HealthCheckSpec, LlmServiceSpec, ServiceSpec, ZoneSpec
from backstay.topology.state import (
    AzureState,
    GoogleState,
    LocalState,
    NativeState,
    RegionalState,
    S3State,
    StateSpec,
    TerraformCloudState,
)
from backstay.topology.waiver import Waiver

__all__ = [
    "SHARED_SECTIONS",
    "AcceleratorSpec",
    "Access",
    "AdminSpec",
    "ApiAccessSpec",
    "AwsSpec",
    "AzureSpec",
    "AzureState",
    "Cloud",
    "CloudRegion",
    "ClusterSpec",
    "Duration",
    "Environment",
    "FleetSpec",
    "GoogleSpec",
    "GoogleState",
    "GpuNodesSpec",
    "HealthCheckSpec",
    "InstancesSpec",
    "LlmServiceSpec",
    "LocalState",
    "Mode",
    "Names",
    "NativeState",
    "NetworkSpec",
    "ObjectivesSpec",
    "Percentage",
    "PipelineSpec",
    "Region",
    "RegionalState",
    "ReservationSpec",
    "RoutingSpec",
    "S3State",
    "SecretSpec",
    "SecretsRoute",
    "ServiceSpec",
    "Size",
    "StateSpec",
    "Status",
    "SystemNodesSpec",
    "TerraformCloudState",
    "Waiver",
    "ZoneSpec",
    "aws_region",
    "azure_region",
    "google_region",
]
