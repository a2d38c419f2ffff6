"""Whose workflows plan and apply an environment, and as whom."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from backstay.topology import Access, Cloud, PipelineSpec
from backstay.topology.pipeline import github_environment
from backstay.topology.pipeline_access import (
    aws_role,
    aws_role_boundary,
    google_service_account,
    pipeline_stacks,
    pipelines,
)
from backstay.topology.stack_regions import stacks_in
from tests.synthesis import environment as shipped
from tests.topology.sample import environment

NUMBERS = {"owner_id": 123456, "repository_id": 456789}


def spec(**given: Any) -> PipelineSpec:
    return PipelineSpec.model_validate({"repository": "octocat/my-repo"} | given)


def test_a_job_is_known_by_the_environment_that_it_names() -> None:
    assert github_environment("staging", Access.APPLY) == "staging"
    assert github_environment("staging", Access.PLAN) == "staging-plan"
    assert spec().subjects("staging", Access.PLAN) == ("repo:octocat/my-repo:environment:staging-plan",)


def test_with_the_numbers_both_forms_are_known_and_the_immutable_one_comes_first() -> None:
    assert spec(**NUMBERS).subjects("staging", Access.APPLY) == (
        "repo:octocat@123456/my-repo@456789:environment:staging",
        "repo:octocat/my-repo:environment:staging",
    )


@pytest.mark.parametrize("given", [{"owner_id": 1}, {"repository_id": 1}])
def test_one_number_without_the_other_is_refused(given: dict[str, int]) -> None:
    with pytest.raises(ValidationError, match="give both, or neither"):
        spec(**given)


@pytest.mark.parametrize(
    "given",
    [
        {"repository": "platform"},
        {"repository": "acme/platform/more"},
        {"repository": "acme/*"},
        {"repository": "acme/plat'form"},
        {"repository": "-acme/platform"},
        {"repository": "acme/.."},
        {"repository": "a" * 40 + "/platform"},
        {"default_branch": "main' || true || '"},
        {"default_branch": "*"},
        {"owner_id": 0, "repository_id": 1},
        {"owner_id": "1", "repository_id": "2"},
    ],
    ids=json.dumps,
)
def test_what_a_condition_could_be_talked_round_with_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        spec(**given)


def test_identities_are_computed() -> None:
    everywhere = shipped("multicloud")
    assert aws_role(everywhere, Access.PLAN) == "arn:aws:iam::123456789012:role/acme-multicloud--pipeline-plan"
    assert (
        google_service_account(everywhere, Access.APPLY)
        == "acme-multicloud--ci-apply@acme-multicloud.iam.gserviceaccount.com"
    )
    assert aws_role_boundary(everywhere) == "arn:aws:iam::123456789012:policy/acme-multicloud--pipeline-boundary"


def test_where_there_is_no_account_it_is_said_what_to_add() -> None:
    with pytest.raises(ValueError, match=r"add one as google\.project"):
        google_service_account(shipped("staging"), Access.PLAN)


def test_there_is_a_stack_for_each_cloud_whose_state_lies_in_its_first_region() -> None:
    everywhere = shipped("multicloud")
    assert {cloud: region.region for cloud, region in pipelines(everywhere).items()} == {
        Cloud.AWS: "us-east-1",
        Cloud.AZURE: "westeurope",
        Cloud.GOOGLE: "asia-southeast1",
    }
    assert pipeline_stacks(everywhere) == {f"multicloud-pipeline-{cloud}" for cloud in Cloud}
    assert "multicloud-pipeline-azure" in stacks_in(everywhere, everywhere.regions["secondary"])


def test_without_a_pipeline_there_is_none_and_nothing_is_bound() -> None:
    alone = environment({})
    assert pipelines(alone) == {}
    assert pipeline_stacks(alone) == frozenset()
    assert aws_role_boundary(alone) is None
