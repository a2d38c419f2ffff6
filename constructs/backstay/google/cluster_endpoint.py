"""By which ways the control plane of a cluster is reached."""

from cdktf_cdktf_provider_google.container_cluster import (
    ContainerClusterControlPlaneEndpointsConfig,
    ContainerClusterControlPlaneEndpointsConfigDnsEndpointConfig,
    ContainerClusterMasterAuth,
    ContainerClusterMasterAuthClientCertificateConfig,
    ContainerClusterMasterAuthorizedNetworksConfig,
    ContainerClusterMasterAuthorizedNetworksConfigCidrBlocks,
    ContainerClusterPrivateClusterConfig,
)

from backstay.outputs import NetworkOutputs
from backstay.topology import ApiAccessSpec


def private(public: ApiAccessSpec | None) -> ContainerClusterPrivateClusterConfig:
    """No public addresses: none for nodes, and one for the control plane only if it is opened to somebody."""
    return ContainerClusterPrivateClusterConfig(enable_private_nodes=True, enable_private_endpoint=public is None)


def admitted(network: NetworkOutputs, public: ApiAccessSpec | None) -> ContainerClusterMasterAuthorizedNetworksConfig:
    """Who reaches the control plane's addresses: its network, and whom it is opened to."""
    return ContainerClusterMasterAuthorizedNetworksConfig(
        cidr_blocks=[
            ContainerClusterMasterAuthorizedNetworksConfigCidrBlocks(cidr_block=cidr)
            for cidr in (network.cidr, *map(str, public.cidrs if public else ()))
        ],
        gcp_public_cidrs_access_enabled=False,
    )


def without_name() -> ContainerClusterControlPlaneEndpointsConfig:
    """No way in by the cluster's DNS endpoint, on which IAM alone stands between the API and the internet."""
    return ContainerClusterControlPlaneEndpointsConfig(
        dns_endpoint_config=ContainerClusterControlPlaneEndpointsConfigDnsEndpointConfig(allow_external_traffic=False)
    )


def without_certificates() -> ContainerClusterMasterAuth:
    """Nobody has a certificate that lets in whoever holds it and cannot be taken back."""
    return ContainerClusterMasterAuth(
        client_certificate_config=ContainerClusterMasterAuthClientCertificateConfig(issue_client_certificate=False)
    )
