"""How Terraform reaches the Kubernetes API of an EKS cluster: found by name, with a token that no file keeps."""

from cdktf import Fn, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_eks_cluster import DataAwsEksCluster
from cdktf_cdktf_provider_kubernetes.provider import KubernetesProvider, KubernetesProviderExec

from backstay.topology import AwsSpec, CloudRegion

# The bindings are made from 2.38, and what Backstay writes is valid for version 3 as well.
PROVIDER_VERSIONS = ">= 2.38.0, < 4.0.0"

# Ephemeral resources came with Terraform 1.10.
_EPHEMERAL_NEEDS = "1.10.0"
_COMMAND_NEEDS = "1.5.0"


def attach_cluster(
    stack: TerraformStack,
    *,
    cluster: str,
    region: CloudRegion,
    account: AwsSpec | None = None,
    token_by_command: bool = False,
) -> str:
    """Bind a stack to the Kubernetes API of a cluster, which another stack has made.

    The cluster has to exist when the stack is planned, and its API has to be reachable from there. Its token lives
    for a quarter of an hour, so nothing in the stack may be waited for longer.

    Args:
        stack: the stack, which has an AWS provider.
        cluster: the cluster's name.
        region: where the cluster is.
        account: the account, whose role for deploying is taken by the command as well.
        token_by_command: whether the `aws` command gets the token, for Terraform older than 1.10, instead of the AWS
            provider. The command gets a new token whenever one is needed.

    Returns:
        The oldest Terraform version that understands how the token is got.
    """
    found = DataAwsEksCluster(stack, "cluster", name=cluster)
    provider = KubernetesProvider(
        stack,
        "kubernetes",
        host=found.endpoint,
        cluster_ca_certificate=Fn.base64decode(found.certificate_authority.get(0).data),
    )
    stack.add_override("terraform.required_providers.kubernetes.version", PROVIDER_VERSIONS)
    if token_by_command:
        role = account.deploy_role if account else None
        provider.exec = [_token_command(cluster, region, role)]
        return _COMMAND_NEEDS
    # cdktf 0.21 predates ephemeral resources, so it has no class for this one. The data source of the same name would
    # leave the token in the state.
    stack.add_override("ephemeral.aws_eks_cluster_auth.cluster", {"name": found.name})
    provider.token = "${ephemeral.aws_eks_cluster_auth.cluster.token}"  # noqa: S105 - a reference
    return _EPHEMERAL_NEEDS


def _token_command(cluster: str, region: CloudRegion, role: str | None) -> KubernetesProviderExec:
    return KubernetesProviderExec(
        api_version="client.authentication.k8s.io/v1beta1",
        command="aws",
        args=[
            *("eks", "get-token", "--cluster-name", cluster, "--region", region.name, "--output", "json"),
            *(("--role-arn", role) if role else ()),
        ],
    )
