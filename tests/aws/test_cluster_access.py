"""Who administers a cluster."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from cdktf import TerraformStack

from backstay.aws.cluster_access import ClusterAccess
from backstay.terraform import Action, Outcome
from backstay.testing import Synthesized
from tests.aws.deployment import Deployment
from tests.aws.surroundings import in_region

OPERATIONS = "arn:aws:iam::123456789012:role/operations"
PEOPLE = "arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Operator_1"
DEPLOYER = "aws_eks_access_entry.access_deployer"
POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


def access(*admins: str) -> Synthesized:
    return in_region(
        lambda scope: ClusterAccess(scope, "access", cluster="acme-production", partition="aws", admins=admins)
    )


def test_whoever_deploys_first_administers_the_cluster_and_keeps_doing_so() -> None:
    made = access()
    entry = made.only("aws_eks_access_entry")
    assert entry["lifecycle"] == {"ignore_changes": ["principal_arn"]}
    association = made.only("aws_eks_access_policy_association")
    assert association["policy_arn"] == POLICY
    assert association["access_scope"] == {"type": "cluster"}


def test_named_administrators_get_the_whole_cluster() -> None:
    made = access(OPERATIONS)
    (entry,) = [name for name in made.all("aws_eks_access_entry") if "admin" in name]
    association = made.one("aws_eks_access_policy_association", "admin-policy")
    assert association["for_each"] == f"${{aws_eks_access_entry.{entry}}}"
    assert association["principal_arn"] == "${each.value.principal_arn}"
    assert association["policy_arn"] == POLICY


def test_an_administrator_who_deploys_gets_no_second_entry() -> None:
    made = access(OPERATIONS)
    (deployer,) = [name for name in made.all("aws_eks_access_entry") if "deployer" in name]
    admin = made.one("aws_eks_access_entry", "admin")
    assert admin["for_each"] == (
        f'${{toset(setsubtract(["{OPERATIONS}"], [aws_eks_access_entry.{deployer}.principal_arn]))}}'
    )


@pytest.fixture
def without_iam(deployment: Deployment) -> Iterator[Deployment]:
    """A stack in a region that is well while another is lost, and IAM's control plane with it."""
    deployment.sandbox.lose("us-east-1")
    yield replace(deployment, region="us-west-2")
    deployment.sandbox.restore("us-east-1")


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("admins", "role"), [((), OPERATIONS), ((OPERATIONS, PEOPLE), PEOPLE), ((PEOPLE,), OPERATIONS)]
)
def test_the_role_of_whoever_deploys_is_known_without_asking_iam(
    without_iam: Deployment, admins: tuple[str, ...], role: str
) -> None:
    def build(stack: TerraformStack) -> None:
        stack.add_override("provider.aws.0.assume_role", [{"role_arn": role}])
        # Of 25 retries, so that a call to IAM fails soon; not of one, which a busy machine may lose.
        stack.add_override("provider.aws.0.max_retries", 4)
        ClusterAccess(stack, "access", cluster="acme-production", partition="aws", admins=admins)

    without_iam.synthesize(build)
    planned = without_iam.run(Action.PLAN)
    assert planned.outcome is Outcome.CHANGED, planned.errors
    without_iam.save_plan({})
    resources = json.loads((without_iam.folder / "saved.json").read_text())["planned_values"]["root_module"]
    (deployer,) = [one for one in resources["resources"] if one["address"].startswith(DEPLOYER)]
    assert deployer["values"]["principal_arn"] == role
    assert without_iam.sandbox.refused() == {}
