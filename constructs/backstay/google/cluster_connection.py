"""How Terraform reaches the Kubernetes API of a GKE cluster: found by name, with a token that no file keeps."""

from cdktf import TerraformStack
from cdktf_cdktf_provider_google.data_google_container_cluster import DataGoogleContainerCluster
from cdktf_cdktf_provider_kubernetes.provider import KubernetesProvider, KubernetesProviderExec

from backstay.topology import CloudRegion

# The bindings are made from 2.38, and what Backstay writes is valid for version 3 as well.
PROVIDER_VERSIONS = ">= 2.38.0, < 4.0.0"

_COMMAND_NEEDS = "1.5.0"


def attach_cluster(stack: TerraformStack, *, cluster: str, region: CloudRegion) -> str:
    """Bind a stack to the Kubernetes API of a cluster, which another stack has made.

    The cluster has to exist when the stack is planned. Its API is reached by the cluster's DNS endpoint, which has a
    certificate of Google's and asks IAM for `container.clusters.connect`; so it needs no way into the network. The
    token comes from the command `gke-gcloud-auth-plugin`, which gets a new one whenever one is needed: the Google
    provider 6.50 has tokens of its own identity in a data source only, which would leave them in the state.

    Args:
        stack: the stack, which has a Google provider.
        cluster: the cluster's name.
        region: where the cluster is.

    Returns:
        The oldest Terraform version that understands how the token is got.
    """
    found = DataGoogleContainerCluster(stack, "cluster", name=cluster, location=region.name)
    endpoint = found.control_plane_endpoints_config.get(0).dns_endpoint_config.get(0).endpoint
    KubernetesProvider(
        stack,
        "kubernetes",
        host=f"https://{endpoint}",
        exec=[
            KubernetesProviderExec(
                api_version="client.authentication.k8s.io/v1beta1",
                command="gke-gcloud-auth-plugin",
                # Those of the Google provider, rather than whoever is logged in to gcloud.
                args=["--use_application_default_credentials"],
            )
        ],
    )
    stack.add_override("terraform.required_providers.kubernetes.version", PROVIDER_VERSIONS)
    return _COMMAND_NEEDS
