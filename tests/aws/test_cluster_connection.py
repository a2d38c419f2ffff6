"""The Kubernetes API of a cluster is found by name, and its token is in no file."""

import json
from typing import Any

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter

from backstay.aws.cluster_connection import attach_cluster
from backstay.terraform import Action, Outcome
from backstay.topology import AwsSpec
from tests.aws.deployment import Deployment
from tests.aws.surroundings import REGION, in_region

CLUSTER = "ai-production-cluster"
ROLE = "arn:aws:iam::123456789012:role/deploy"


def connected(**wiring: Any) -> tuple[dict[str, Any], str]:
    """The document of a stack that is bound to a cluster, and the Terraform that it needs."""
    needs: list[str] = []
    made = in_region(lambda stack: needs.append(attach_cluster(stack, cluster=CLUSTER, region=REGION, **wiring)))
    return made.document, needs[0]


def test_the_cluster_is_found_by_its_name_and_not_in_another_state() -> None:
    document, _ = connected()
    assert document["data"] == {"aws_eks_cluster": {"cluster": {"name": CLUSTER}}}
    (provider,) = document["provider"]["kubernetes"]
    assert provider["host"] == "${data.aws_eks_cluster.cluster.endpoint}"
    authority = "base64decode(data.aws_eks_cluster.cluster.certificate_authority[0].data)"
    assert provider["cluster_ca_certificate"] == f"${{{authority}}}"


def test_the_token_is_ephemeral() -> None:
    document, needs = connected()
    (provider,) = document["provider"]["kubernetes"]
    assert document["ephemeral"] == {
        "aws_eks_cluster_auth": {"cluster": {"name": "${data.aws_eks_cluster.cluster.name}"}}
    }
    assert provider["token"] == "${ephemeral.aws_eks_cluster_auth.cluster.token}"  # noqa: S105
    assert "exec" not in provider
    assert needs == "1.10.0"


def test_old_terraform_has_the_token_fetched_by_a_command() -> None:
    document, needs = connected(token_by_command=True)
    (provider,) = document["provider"]["kubernetes"]
    (command,) = provider["exec"]
    assert (command["command"], command["api_version"]) == ("aws", "client.authentication.k8s.io/v1beta1")
    told = ["eks", "get-token", "--cluster-name", CLUSTER, "--region", "us-east-1", "--output", "json"]
    assert command["args"] == told
    # The provider's documentation warns of mixing the two.
    assert "token" not in provider
    assert "ephemeral" not in document
    assert needs == "1.5.0"


def test_the_command_takes_the_role_for_deploying() -> None:
    account = AwsSpec(account="123456789012", deploy_role=ROLE)
    document, _ = connected(token_by_command=True, account=account)
    (provider,) = document["provider"]["kubernetes"]
    assert provider["exec"][0]["args"][-2:] == ["--role-arn", ROLE]


def test_the_provider_may_be_of_version_2_or_3() -> None:
    document, _ = connected()
    assert document["terraform"]["required_providers"]["kubernetes"]["version"] == ">= 2.38.0, < 4.0.0"


def make_cluster(deployment: Deployment) -> None:
    deployment.client("eks").create_cluster(
        name=CLUSTER,
        roleArn="arn:aws:iam::123456789012:role/cluster",
        resourcesVpcConfig={"subnetIds": ["subnet-12345678"]},
    )


@pytest.mark.sandbox
def test_a_real_token_is_got_and_left_in_no_file(deployment: Deployment) -> None:
    make_cluster(deployment)

    def build(stack: TerraformStack) -> None:
        attach_cluster(stack, cluster=CLUSTER, region=REGION)
        SsmParameter(stack, "token", name="/token", type="SecureString", value_wo="", value_wo_version=1)

    deployment.synthesize(build)
    # There is no Kubernetes API here to hand the token to: the parameter takes what the provider would get.
    document = json.loads(deployment.document.read_text())
    (provider,) = document["provider"].pop("kubernetes")
    del document["terraform"]["required_providers"]["kubernetes"]
    (parameter,) = document["resource"]["aws_ssm_parameter"].values()
    parameter["value_wo"] = provider["token"]
    deployment.document.write_text(json.dumps(document))

    assert deployment.run(Action.APPLY).outcome is Outcome.CHANGED
    assert deployment.run(Action.PLAN).outcome is Outcome.UNCHANGED
    delivered = deployment.client("ssm").get_parameter(Name="/token", WithDecryption=True)["Parameter"]["Value"]
    assert delivered.startswith("k8s-aws-v1.")
    assert "terraform.tfstate" in deployment.files_holding("/token")
    # Every token begins with it, those of other runs as well.
    assert deployment.files_holding("k8s-aws-v1.") == []
