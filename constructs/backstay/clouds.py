"""The only place where a cloud's name becomes code."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cdktf import TerraformStack

from backstay.topology import Cloud, CloudRegion, Environment

if TYPE_CHECKING:
    # AWS came first, so its constructs define the signatures that every cloud's have.
    from backstay.aws.gpu_cluster import GpuCluster
    from backstay.aws.gpu_fleet import GpuFleet
    from backstay.aws.gpu_instances import GpuInstances
    from backstay.aws.keys import Key
    from backstay.aws.load_balancer import LoadBalancer
    from backstay.aws.network import Network
    from backstay.aws.remote_state import RemoteState
    from backstay.aws.secrets import Secrets


class CloudUnavailableError(LookupError):
    """A cloud has no constructs, or the extra that holds its bindings is not installed."""


@dataclass(frozen=True)
class CloudKit:
    """Everything that stacks build in a cloud."""

    attach_provider: Callable[..., object]
    attach_cluster: Callable[..., str]
    key: "type[Key]"
    network: "type[Network]"
    gpu_cluster: "type[GpuCluster]"
    gpu_fleet: "type[GpuFleet]"
    gpu_instances: "type[GpuInstances]"
    load_balancer: "type[LoadBalancer]"
    remote_state: "type[RemoteState]"
    secrets: "type[Secrets]"


def kit(cloud: Cloud) -> CloudKit:
    """The constructs of a cloud, imported when they are first asked for.

    Raises:
        CloudUnavailableError: saying which extra to install, or that the cloud has no constructs yet.
    """
    match cloud:
        case Cloud.AWS:
            return _aws()
        case _:
            raise CloudUnavailableError(f"cloud {cloud.value!r} has no constructs in this version; available: aws")


def _aws() -> CloudKit:
    try:
        from backstay.aws import cluster_connection
        from backstay.aws.gpu_cluster import GpuCluster
        from backstay.aws.gpu_fleet import GpuFleet
        from backstay.aws.gpu_instances import GpuInstances
        from backstay.aws.keys import Key
        from backstay.aws.load_balancer import LoadBalancer
        from backstay.aws.network import Network
        from backstay.aws.provider import attach_provider
        from backstay.aws.remote_state import RemoteState
        from backstay.aws.secrets import Secrets
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("cdktf_cdktf_provider_"):
            raise CloudUnavailableError(
                f"the bindings for aws are not installed (no module {error.name!r}); install backstay[aws]"
            ) from error
        raise

    def attach(stack: TerraformStack, *, environment: Environment, region: CloudRegion) -> object:
        return attach_provider(stack, region=region, account=environment.aws, tags=environment.all_tags)

    def attach_cluster(stack: TerraformStack, *, environment: Environment, region: CloudRegion) -> str:
        return cluster_connection.attach_cluster(
            stack,
            cluster=environment.names.cluster(),
            region=region,
            account=environment.aws,
            # The same old Terraform that makes secrets pass through the state.
            token_by_command=environment.secrets_through_state is not None,
        )

    return CloudKit(
        attach_provider=attach,
        attach_cluster=attach_cluster,
        key=Key,
        network=Network,
        gpu_cluster=GpuCluster,
        gpu_fleet=GpuFleet,
        gpu_instances=GpuInstances,
        load_balancer=LoadBalancer,
        remote_state=RemoteState,
        secrets=Secrets,
    )
