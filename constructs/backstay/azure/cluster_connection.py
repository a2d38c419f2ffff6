"""How Terraform reaches the Kubernetes API of an AKS cluster: found by name, with a token that no file keeps."""

from cdktf import Fn, TerraformStack, Token
from cdktf_cdktf_provider_azurerm.data_azurerm_kubernetes_cluster import DataAzurermKubernetesCluster
from cdktf_cdktf_provider_kubernetes.provider import KubernetesProvider, KubernetesProviderExec

from backstay.topology import CloudRegion, Names

# The bindings are made from 2.38, and what Backstay writes is valid for version 3 as well.
PROVIDER_VERSIONS = ">= 2.38.0, < 4.0.0"

_NEEDS = "1.5.0"

# The application that every AKS cluster with Entra has its tokens issued for
# (https://azure.github.io/kubelogin/concepts/aks.html).
_AKS_SERVER = "6dae42f8-4368-4678-94ff-3960e28e3630"


def attach_cluster(stack: TerraformStack, *, region: CloudRegion, names: Names) -> str:
    """Bind a stack to the Kubernetes API of a cluster, which another stack has made.

    The cluster has to exist when the stack is planned, and its API has to be reachable from there: from inside the
    cluster's network, or from the networks that the API is opened to. Azure itself says where the API is. Its command
    `kubelogin` gets the token, new whenever one is needed: azurerm has no ephemeral resource for it, and the cluster
    has no local accounts. It takes the login of the Azure CLI, unless the environment variable AAD_LOGIN_METHOD names
    another way, such as `workloadidentity`.

    Args:
        stack: the stack, which has an Azure provider.
        region: where the cluster is.
        names: the environment's names.

    Returns:
        The oldest Terraform version that understands how the token is got.
    """
    found = DataAzurermKubernetesCluster(
        stack,
        "cluster",
        name=names.cluster(),
        resource_group_name=names.resource_group("cluster", region),
    )
    # Without local accounts this holds the API's address and certificate authority, but no credential.
    access = found.kube_config.get(0)
    KubernetesProvider(
        stack,
        "kubernetes",
        host=access.host,
        cluster_ca_certificate=Token.as_string(Fn.base64decode(access.cluster_ca_certificate)),
        exec=[
            KubernetesProviderExec(
                api_version="client.authentication.k8s.io/v1beta1",
                command="kubelogin",
                args=["get-token", "--login", "azurecli", "--server-id", _AKS_SERVER],
            )
        ],
    )
    stack.add_override("terraform.required_providers.kubernetes.version", PROVIDER_VERSIONS)
    return _NEEDS
