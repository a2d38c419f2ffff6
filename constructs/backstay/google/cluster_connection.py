"""How Terraform reaches the Kubernetes API of a GKE cluster: found by name, with a token that no file keeps."""

from cdktf import Fn, TerraformStack, Token
from cdktf_cdktf_provider_google.data_google_container_cluster import DataGoogleContainerCluster
from cdktf_cdktf_provider_kubernetes.provider import KubernetesProvider, KubernetesProviderExec

from backstay.topology import CloudRegion

# The bindings are made from 2.38, and what Backstay writes is valid for version 3 as well.
PROVIDER_VERSIONS = ">= 2.38.0, < 4.0.0"

_COMMAND_NEEDS = "1.5.0"


def attach_cluster(stack: TerraformStack, *, cluster: str, region: CloudRegion, public: bool = False) -> str:
    """Bind a stack to the Kubernetes API of a cluster, which another stack has made.

    The cluster has to exist when the stack is planned, and its API has to be reachable from there: from inside the
    cluster's network, or from the networks that the API is opened to. The token comes from the command
    `gke-gcloud-auth-plugin`, which gets a new one whenever one is needed: the Google provider 6.50 has tokens of its
    own identity in a data source only, which would leave them in the state.

    Args:
        stack: the stack, which has a Google provider.
        cluster: the cluster's name.
        region: where the cluster is.
        public: whether its API is opened to networks outside, and is reached by its public address.

    Returns:
        The oldest Terraform version that understands how the token is got.
    """
    found = DataGoogleContainerCluster(stack, "cluster", name=cluster, location=region.name)
    addresses = found.private_cluster_config.get(0)
    KubernetesProvider(
        stack,
        "kubernetes",
        host=f"https://{addresses.public_endpoint if public else addresses.private_endpoint}",
        cluster_ca_certificate=Token.as_string(Fn.base64decode(found.master_auth.get(0).cluster_ca_certificate)),
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
