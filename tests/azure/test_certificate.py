"""TLS for the names under which a region answers."""

import pytest

from backstay.testing import Synthesized
from tests.azure.test_load_balancer import load_balancer


@pytest.fixture(scope="module")
def made() -> Synthesized:
    return load_balancer(certificate="https://acme-certificates.vault.azure.net/secrets/llm")


def test_the_gateway_reads_its_certificate_and_nothing_else_in_the_vault(made: Synthesized) -> None:
    role = made.only("azurerm_role_assignment")
    (vaults,) = made.all("azurerm_resources", section="data")
    assert role["role_definition_name"] == "Key Vault Secrets User"
    assert role["scope"] == f"${{data.azurerm_resources.{vaults}.resources[0].id}}/secrets/llm"
    assert role["principal_type"] == "ServicePrincipal"


def test_the_vault_is_found_by_its_name_or_a_plan_says_that_it_is_not(made: Synthesized) -> None:
    vaults = made.only("azurerm_resources", section="data")
    assert (vaults["type"], vaults["name"]) == ("Microsoft.KeyVault/vaults", "acme-certificates")
    (condition,) = vaults["lifecycle"]["postcondition"]
    assert condition["condition"] == "${length(self.resources) == 1}"
    assert "no key vault acme-certificates was found" in condition["error_message"]


@pytest.mark.parametrize(
    "certificate",
    [
        None,
        "",
        "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000",
        "https://acme-certificates.vault.azure.net/certificates/llm",
        "https://acme-certificates.vault.azure.net/secrets/llm/0123456789abcdef0123456789abcdef",
    ],
)
def test_what_is_not_the_address_of_a_secret_without_a_version_is_refused(certificate: str | None) -> None:
    with pytest.raises(ValueError, match="is not the address of a secret in Key Vault"):
        load_balancer(certificate=certificate)
