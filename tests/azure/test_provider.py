"""The one provider of a stack, and what constructs learn from it."""

from ipaddress import IPv4Network

import pytest
from cdktf import App, TerraformStack
from constructs import Construct

from backstay.azure.default_tags import default_tags
from backstay.azure.deploy_from import deploy_from
from backstay.azure.provider import attach_provider
from backstay.testing import Synthesized
from backstay.topology import AzureSpec
from tests.azure.surroundings import ACCOUNT, REGION, SUBSCRIPTION, TAGS, TENANT


def attached(account: AzureSpec | None = ACCOUNT) -> Synthesized:
    return Synthesized(lambda scope: attach_provider(scope, region=REGION, account=account, tags=TAGS))


@pytest.fixture(scope="module")
def provider() -> dict[str, object]:
    (found,) = attached().document["provider"]["azurerm"]
    return found


def features(provider: dict[str, object]) -> dict[str, dict[str, bool]]:
    (found,) = provider["features"]  # type: ignore[misc]
    return {name: settings for name, (settings,) in found.items()}


def test_it_is_bound_to_the_subscription_and_its_tenant(provider: dict[str, object]) -> None:
    assert provider["subscription_id"] == SUBSCRIPTION
    assert provider["tenant_id"] == TENANT


def test_without_an_account_the_environment_of_the_caller_decides() -> None:
    (found,) = attached(None).document["provider"]["azurerm"]
    assert not {"subscription_id", "tenant_id"} & found.keys()


def test_no_credential_is_in_it(provider: dict[str, object]) -> None:
    assert not [name for name in provider if "secret" in name or "password" in name or "certificate" in name]


def test_it_reaches_storage_without_account_keys(provider: dict[str, object]) -> None:
    assert provider["storage_use_azuread"] is True


def test_it_registers_only_what_constructs_make(provider: dict[str, object]) -> None:
    assert provider["resource_provider_registrations"] == "none"
    registered = provider["resource_providers_to_register"]
    assert isinstance(registered, list)
    assert {"Microsoft.ContainerService", "Microsoft.KeyVault", "microsoft.insights"} <= set(registered)
    assert len(registered) < 12


def test_nothing_in_a_vault_is_purged_when_it_is_destroyed(provider: dict[str, object]) -> None:
    vault = features(provider)["key_vault"]
    assert not any(vault[setting] for setting in vault if setting.startswith("purge"))
    assert vault["recover_soft_deleted_key_vaults"]
    assert vault["recover_soft_deleted_keys"]


def test_a_group_that_holds_something_unknown_is_not_deleted(provider: dict[str, object]) -> None:
    assert features(provider)["resource_group"]["prevent_deletion_if_contains_resources"]


def test_the_version_is_one_that_all_arguments_exist_in() -> None:
    required = attached().document["terraform"]["required_providers"]["azurerm"]
    assert required["version"] == ">= 4.55.0, < 5.0.0"


def a_stack(account: AzureSpec | None = ACCOUNT) -> TerraformStack:
    stack = TerraformStack(App(), "test")
    attach_provider(stack, region=REGION, account=account, tags=TAGS)
    return stack


def test_constructs_find_the_stacks_tags_however_deep_they_are() -> None:
    assert default_tags(Construct(Construct(a_stack(), "outer"), "inner")) == TAGS


def test_a_stack_without_the_provider_has_no_tags_and_admits_all() -> None:
    stack = TerraformStack(App(), "test")
    assert default_tags(stack) == {}
    assert deploy_from(stack) == []


def test_a_provider_that_comes_too_late_for_its_tags_is_refused() -> None:
    stack = TerraformStack(App(), "late")
    Construct(stack, "early")
    with pytest.raises(ValueError, match="stack 'late' holds 'early' already, without its tags; attach the azure"):
        attach_provider(stack, region=REGION, tags=TAGS)


@pytest.mark.parametrize(
    ("network", "rules"),
    [
        ("203.0.113.0/24", ["203.0.113.0/24"]),
        ("203.0.113.0/30", ["203.0.113.0/30"]),
        ("203.0.113.6/31", ["203.0.113.6", "203.0.113.7"]),
        ("203.0.113.7/32", ["203.0.113.7"]),
    ],
)
def test_networks_are_written_as_storage_firewalls_take_them(network: str, rules: list[str]) -> None:
    account = AzureSpec(subscription=SUBSCRIPTION, tenant=TENANT, deploy_from=(IPv4Network(network),))
    assert deploy_from(a_stack(account)) == rules
