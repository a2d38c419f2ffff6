"""Secrets reach a cluster by name, and leave their values in no file."""

import pytest

from backstay.azure.secrets import Secrets
from backstay.testing import Synthesized
from backstay.topology import SecretSpec
from tests.azure.surroundings import GROUPS, in_region

KEY = SecretSpec(name="VLLM_API_KEY", variable="llm_api_key")
TOKEN = SecretSpec(name="HF_TOKEN", stored_as="acme/production/hf_token")
VAULT = f"{GROUPS}/shared/providers/Microsoft.KeyVault/vaults/acme-west"
REASON = "the runners have Terraform 1.9 until March"


def secrets(*specs: SecretSpec, vault: str | None = VAULT, through_state: str | None = None) -> Synthesized:
    return in_region(lambda stack: Secrets(stack, "secrets", specs=specs, vault=vault, through_state=through_state))


def test_a_stored_secret_is_opened_while_terraform_runs() -> None:
    made = secrets(TOKEN)
    opened = {"hf_token": {"name": "acme-production-hf-token", "key_vault_id": VAULT}}
    assert made.document["ephemeral"] == {"azurerm_key_vault_secret": opened}
    expression = "${coalesce(ephemeral.azurerm_key_vault_secret.hf_token.value)}"
    assert made.construct.outputs.expressions == {"HF_TOKEN": expression}
    assert "data" not in made.document


def test_a_variable_is_sensitive_ephemeral_and_named_so_that_the_environment_can_set_it() -> None:
    made = secrets(KEY, vault=None)
    variable = made.document["variable"]["llm_api_key"]
    assert (variable["sensitive"], variable["ephemeral"], variable["nullable"]) == (True, True, False)
    assert "default" not in variable
    assert made.construct.outputs.expressions == {"VLLM_API_KEY": "${var.llm_api_key}"}


def test_two_secrets_may_have_one_variable_or_one_stored_value() -> None:
    others = (
        SecretSpec(name="OPENAI_API_KEY", variable="llm_api_key"),
        SecretSpec(name="HUB_TOKEN", stored_as=TOKEN.stored_as),
    )
    made = secrets(KEY, TOKEN, *others)
    assert set(made.document["variable"]) == {"llm_api_key"}
    assert len(made.construct.outputs.expressions) == 4


def test_a_stored_secret_without_a_vault_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no key vault is given; name the region's vault under azure\.vaults"):
        secrets(TOKEN, vault=None)


def test_two_secrets_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="secret 'HF_TOKEN' is given 2 times; names must be distinct"):
        secrets(TOKEN, TOKEN)


@pytest.mark.parametrize(
    "stored_as", ["acme/production/hf-token", "acme.production.hf.token", "ACME/production/hf_token"]
)
def test_two_secrets_that_a_vault_cannot_tell_apart_are_refused(stored_as: str) -> None:
    other = SecretSpec(name="HUB_TOKEN", stored_as=stored_as)
    with pytest.raises(ValueError, match=r"secrets 'acme/production/hf_token' and '.*' are both .* in a key vault"):
        secrets(TOKEN, other)


def test_a_name_that_is_too_long_for_a_vault_is_refused() -> None:
    with pytest.raises(ValueError, match="has 128 characters; a key vault takes at most 127"):
        secrets(SecretSpec(name="LONG", stored_as="a" * 128))
    assert secrets(SecretSpec(name="FITS", stored_as="a" * 127)).document["ephemeral"]


def test_values_that_are_not_kept_need_terraform_1_11() -> None:
    outputs = secrets(KEY, TOKEN).construct.outputs
    assert (outputs.ephemeral, outputs.terraform) == (True, "1.11.0")


def test_values_pass_through_the_state_where_a_reason_is_given() -> None:
    made = secrets(KEY, TOKEN, through_state=REASON)
    outputs = made.construct.outputs
    assert (outputs.ephemeral, outputs.terraform) == (False, "1.5.0")
    assert made.only("azurerm_key_vault_secret", section="data") == {
        "name": "acme-production-hf-token",
        "key_vault_id": VAULT,
    }
    assert "ephemeral" not in made.document
    assert "ephemeral" not in made.document["variable"]["llm_api_key"]


def test_no_secrets_are_nothing() -> None:
    made = secrets(vault=None)
    assert not {"ephemeral", "variable", "data"} & made.document.keys()
    assert made.construct.outputs.expressions == {}
