"""Container images."""

import json
from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole
from constructs import Construct

from backstay.aws.images import ImageRepositories
from backstay.aws.policy import trust
from backstay.testing import Synthesized
from backstay.topology import aws_region
from backstay.topology.data import ImagesSpec
from tests.aws.policies import actions, statements
from tests.aws.surroundings import KEY, NAMES, REGION, in_region

SPEC = ImagesSpec(repositories=("vllm", "gateway"))
PULL = {
    "ecr:GetAuthorizationToken",
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetDownloadUrlForLayer",
}
PUSH = {"ecr:CompleteLayerUpload", "ecr:InitiateLayerUpload", "ecr:PutImage", "ecr:UploadLayerPart"}


def images(**given: Any) -> Synthesized:
    def build(scope: TerraformStack) -> Construct:
        made = ImageRepositories(
            scope, "images", **{"spec": SPEC, "region": REGION, "names": NAMES, "key": KEY} | given
        )
        for name, grant in (("puller", made.grant_pull), ("pusher", made.grant_push)):
            grant(IamRole(Construct(scope, name), "role", assume_role_policy=trust("ec2.amazonaws.com")))
        for name in SPEC.repositories:
            TerraformOutput(scope, f"url-{name}", value=made.outputs.urls[name], static_id=True)
        return made

    return in_region(build)


@pytest.fixture(scope="module")
def kept() -> Synthesized:
    return images()


def test_each_repository_has_its_computed_name(kept: Synthesized) -> None:
    names = {made["name"] for made in kept.all("aws_ecr_repository").values()}
    assert names == {"acme/production/vllm", "acme/production/gateway"}


def test_repositories_have_the_same_addresses_in_every_region(kept: Synthesized) -> None:
    assert images(region=aws_region("eu-west-1")).addresses == kept.addresses


def test_a_tag_stays_what_it_is(kept: Synthesized) -> None:
    assert {made["image_tag_mutability"] for made in kept.all("aws_ecr_repository").values()} == {"IMMUTABLE"}


def test_images_are_scanned_and_encrypted_with_the_given_key(kept: Synthesized) -> None:
    for made in kept.all("aws_ecr_repository").values():
        assert made["image_scanning_configuration"] == {"scan_on_push": True}
        assert made["encryption_configuration"] == [{"encryption_type": "KMS", "kms_key": KEY.id}]


def test_no_rule_deletes_an_image_that_has_a_tag(kept: Synthesized) -> None:
    policies = kept.all("aws_ecr_lifecycle_policy")
    assert len(policies) == len(SPEC.repositories)
    for policy in policies.values():
        rules = json.loads(policy["policy"])["rules"]
        assert {rule["selection"]["tagStatus"] for rule in rules} == {"untagged"}


def test_an_apply_can_delete_images_only_where_disposable(kept: Synthesized) -> None:
    for made in kept.all("aws_ecr_repository").values():
        assert (made["lifecycle"], made["force_delete"]) == ({"prevent_destroy": True}, False)
    for made in images(disposable=True).all("aws_ecr_repository").values():
        assert ("lifecycle" in made, made["force_delete"]) == (False, True)


def test_each_repository_hands_on_its_own_address(kept: Synthesized) -> None:
    outputs = {name: body["value"] for name, body in kept.document["output"].items()}
    for name in SPEC.repositories:
        (resource,) = [found for found, made in kept.all("aws_ecr_repository").items() if made["name"].endswith(name)]
        assert outputs[f"url-{name}"] == f"${{aws_ecr_repository.{resource}.repository_url}}"


def rights(made: Synthesized, role: str) -> str:
    return made.one("aws_iam_role_policy", role)["policy"]


def test_a_role_that_pulls_does_not_push(kept: Synthesized) -> None:
    assert actions(rights(kept, "puller")) == PULL


def test_a_role_that_pushes_pulls_too_and_deletes_nothing(kept: Synthesized) -> None:
    assert actions(rights(kept, "pusher")) == PULL | PUSH


@pytest.mark.parametrize("role", ["puller", "pusher"])
def test_rights_are_for_these_repositories_but_for_the_token(kept: Synthesized, role: str) -> None:
    arns = {f"${{aws_ecr_repository.{name}.arn}}" for name in kept.all("aws_ecr_repository")}
    for statement in statements(rights(kept, role)):
        token = statement["Action"] == ["ecr:GetAuthorizationToken"]
        assert set(statement["Resource"]) == ({"*"} if token else arns)
