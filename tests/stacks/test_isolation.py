"""A region stands alone: nothing in its stacks knows another region's resources or state."""

import json

import pytest

from backstay.topology import Cloud, Environment
from backstay.topology.control_planes import control_plane_of
from tests.stacks.name_limits import Within
from tests.stacks.soundness import mentions_of_other_regions, physical_names, references_to_elsewhere, without_tags
from tests.synthesis import ENVIRONMENTS, documents, environment, regions_of

# Bindings are made from the oldest version; newer ones are in use too.
PROVIDER_VERSIONS = {
    "aws": ">= 5.100.0, < 7.0.0",
    "azurerm": ">= 4.55.0, < 5.0.0",
    "google": ">= 6.50.0, < 8.0.0",
    "kubernetes": ">= 2.38.0, < 4.0.0",
}


def owner(given: Environment, cloud: Cloud) -> dict[str, object]:
    """What binds a provider to the account, subscription or project of an environment."""
    match cloud:
        case Cloud.AWS if given.aws:
            return {"allowed_account_ids": [given.aws.account]}
        case Cloud.AZURE if given.azure:
            return {"subscription_id": given.azure.subscription, "tenant_id": given.azure.tenant}
        case Cloud.GOOGLE if given.google:
            return {"project": given.google.project}
    raise AssertionError(f"{given.name} names nothing on {cloud}")


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_stack_belongs_to_one_region(name: str) -> None:
    assert set(documents(name)) == set(regions_of(environment(name)))


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_no_stack_reads_the_state_of_another(name: str) -> None:
    for document in documents(name).values():
        assert list(references_to_elsewhere(document)) == []
        assert not any("cross-stack-output" in output for output in document.get("output", {}))


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_no_stack_mentions_another_region(name: str) -> None:
    for stack, document in documents(name).items():
        assert list(mentions_of_other_regions(stack, document, environment(name))) == []


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_no_stack_looks_anything_up_in_a_global_services_control_plane(name: str) -> None:
    # Terraform reads data sources even when it refreshes nothing, and that control plane may be lost with its region.
    for stack, document in documents(name).items():
        assert [kind for kind in document.get("data", {}) if control_plane_of(kind)] == [], stack


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_state_of_a_region_lives_in_that_region(name: str) -> None:
    names = environment(name).names
    for stack, region in regions_of(environment(name)).items():
        ((kind, backend),) = documents(name)[stack]["terraform"]["backend"].items()
        match region.cloud:
            case Cloud.AWS:
                assert (kind, backend["region"]) == ("s3", region.region)
                assert backend["bucket"].endswith(region.region)
                assert backend["use_lockfile"] is True
                assert backend["dynamodb_table"].endswith(region.region)
            case Cloud.AZURE:
                assert (kind, backend["use_azuread_auth"]) == ("azurerm", True)
                assert backend["resource_group_name"].endswith(region.region)
                assert backend["storage_account_name"] == names.storage_account("state", region.location)
            case Cloud.GOOGLE:
                assert kind == "gcs"
                assert backend["bucket"].endswith(region.region)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_stack_keeps_its_state_in_a_place_of_its_own(name: str) -> None:
    places = [json.dumps(document["terraform"]["backend"]) for document in documents(name).values()]
    assert len(set(places)) == len(places)


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_every_stack_is_bound_to_the_account_of_the_environment(name: str) -> None:
    for stack, region in regions_of(environment(name)).items():
        document = documents(name)[stack]
        (provider,) = next(held for kind, held in document["provider"].items() if kind != "kubernetes")
        assert owner(environment(name), region.cloud).items() <= provider.items()


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_everything_carries_the_tags_of_the_environment(name: str) -> None:
    for stack, region in regions_of(environment(name)).items():
        assert list(without_tags(documents(name)[stack], region.cloud, environment(name).all_tags)) == []


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_stacks_accept_old_and_new_providers_and_say_what_terraform_they_need(name: str) -> None:
    for document in documents(name).values():
        for provider, required in document["terraform"]["required_providers"].items():
            assert required["version"] == PROVIDER_VERSIONS[provider]
        assert document["terraform"]["required_version"].startswith(">= 1.")


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_names_that_are_shared_with_others_carry_the_namespace(name: str) -> None:
    namespace = environment(name).namespace
    for document in documents(name).values():
        for type_, rule, physical, _ in physical_names(document):
            if rule.within in (Within.WORLD, Within.ACCOUNT):
                assert physical.startswith(namespace), f"{type_} {physical!r}"
