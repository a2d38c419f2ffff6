"""A region stands alone: nothing in its stacks knows another region's resources or state."""

import json

import pytest

from backstay.topology import Environment
from tests.synthesis import ENVIRONMENTS, documents, environment, strings


def regional_stacks(environment_: Environment) -> dict[str, str]:
    """Every stack of an environment, and the region that it belongs to."""
    names = environment_.names
    return {
        stack: region.region
        for region in environment_.regions.values()
        for stack in (
            names.state_stack(region.location),
            names.region_stack(region.location),
            names.workloads_stack(region.location),
        )
    }


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_stack_belongs_to_one_region(name: str) -> None:
    assert set(documents(name)) == set(regional_stacks(environment(name)))


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_no_stack_reads_the_state_of_another(name: str) -> None:
    for document in documents(name).values():
        assert "terraform_remote_state" not in document.get("data", {})
        assert not any("cross-stack-output" in output for output in document.get("output", {}))


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_no_stack_mentions_another_region(name: str) -> None:
    regions = {region.region for region in environment(name).regions.values()}
    for stack, region in regional_stacks(environment(name)).items():
        document = {key: value for key, value in documents(name)[stack].items() if key != "//"}
        for other in regions - {region}:
            assert not [text for text in strings(document) if other in text], f"{stack} mentions {other}"


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_state_of_a_region_lives_in_that_region(name: str) -> None:
    for stack, region in regional_stacks(environment(name)).items():
        backend = documents(name)[stack]["terraform"]["backend"]["s3"]
        assert backend["region"] == region
        assert backend["bucket"].endswith(region)
        assert backend["use_lockfile"] is True
        assert backend["dynamodb_table"].endswith(region)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_stack_keeps_its_state_under_its_own_key(name: str) -> None:
    keys = [document["terraform"]["backend"]["s3"]["key"] for document in documents(name).values()]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_stack_is_bound_to_the_account_of_the_environment(name: str) -> None:
    for document in documents(name).values():
        (provider,) = document["provider"]["aws"]
        account = environment(name).aws
        assert account
        assert provider["allowed_account_ids"] == [account.account]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_everything_carries_the_tags_of_the_environment(name: str) -> None:
    for document in documents(name).values():
        (provider,) = document["provider"]["aws"]
        assert provider["default_tags"] == [{"tags": environment(name).all_tags}]


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_stacks_accept_provider_5_and_6_and_say_what_terraform_they_need(name: str) -> None:
    for document in documents(name).values():
        assert document["terraform"]["required_providers"]["aws"]["version"] == ">= 5.100.0, < 7.0.0"
        assert document["terraform"]["required_version"].startswith(">= 1.")


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_physical_names_carry_the_namespace(name: str) -> None:
    namespace = environment(name).namespace
    for document in documents(name).values():
        for type_, key in (("aws_s3_bucket", "bucket"), ("aws_dynamodb_table", "name"), ("aws_iam_role", "name")):
            for body in document.get("resource", {}).get(type_, {}).values():
                assert body[key].startswith(f"{namespace}-"), json.dumps(body)
