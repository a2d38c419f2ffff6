"""Secrets reach a cluster by name, and leave their values in no file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.google.secrets import Secrets, secret_id
from backstay.testing import Synthesized
from backstay.topology import SecretSpec
from tests.google.surroundings import in_region

KEY = SecretSpec(name="VLLM_API_KEY", variable="llm_api_key")
TOKEN = SecretSpec(name="HF_TOKEN", stored_as="acme/production/hf-token")
REASON = "the runners have Terraform 1.9 until March"


def secrets(*specs: SecretSpec, through_state: str | None = None) -> Synthesized:
    return in_region(lambda stack: Secrets(stack, "secrets", specs=specs, through_state=through_state))


def provider_version(made: Synthesized) -> str:
    return made.document["terraform"]["required_providers"]["google"]["version"]


def test_a_stored_secret_is_opened_while_terraform_runs() -> None:
    made = secrets(TOKEN)
    (project,) = made.all("google_project", section="data")
    path = f"projects/${{data.google_project.{project}.project_id}}/secrets/acme-production-hf-token"
    assert made.document["ephemeral"] == {"google_secret_manager_secret_version": {"hf_token": {"secret": path}}}
    expression = "${ephemeral.google_secret_manager_secret_version.hf_token.secret_data}"
    assert made.construct.outputs.expressions == {"HF_TOKEN": expression}
    assert not made.all("google_secret_manager_secret_version", section="data")


def test_stored_secrets_need_the_provider_that_first_had_them_without_keeping_them() -> None:
    assert provider_version(secrets(TOKEN)) == ">= 7.6.0, < 8.0.0"


@pytest.mark.parametrize("made", [(KEY,), ()])
def test_without_stored_secrets_an_older_provider_is_enough(made: tuple[SecretSpec, ...]) -> None:
    assert provider_version(secrets(*made)) == ">= 6.50.0, < 8.0.0"


def test_a_variable_is_sensitive_ephemeral_and_named_so_that_the_environment_can_set_it() -> None:
    made = secrets(KEY)
    variable = made.document["variable"]["llm_api_key"]
    assert (variable["sensitive"], variable["ephemeral"], variable["nullable"]) == (True, True, False)
    assert "default" not in variable
    assert made.construct.outputs.expressions == {"VLLM_API_KEY": "${var.llm_api_key}"}


def test_values_that_are_not_kept_need_terraform_1_11() -> None:
    outputs = secrets(KEY, TOKEN).construct.outputs
    assert (outputs.ephemeral, outputs.terraform) == (True, "1.11.0")


def test_values_pass_through_the_state_where_a_reason_is_given() -> None:
    made = secrets(KEY, TOKEN, through_state=REASON)
    outputs = made.construct.outputs
    assert (outputs.ephemeral, outputs.terraform) == (False, "1.5.0")
    found = made.only("google_secret_manager_secret_version", section="data")
    assert found["secret"] == secret_id("acme/production/hf-token")
    assert "ephemeral" not in made.document
    assert "ephemeral" not in made.document["variable"]["llm_api_key"]
    assert provider_version(made) == ">= 6.50.0, < 8.0.0"


def test_two_secrets_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="secret 'HF_TOKEN' is given 2 times; names must be distinct"):
        secrets(TOKEN, TOKEN)


def test_two_stored_secrets_that_secret_manager_cannot_tell_apart_are_refused() -> None:
    other = SecretSpec(name="OTHER", stored_as="acme+production+hf-token")
    told = "have one name 'acme-production-hf-token' in Secret Manager; rename one of them"
    with pytest.raises(ValueError, match=told) as refused:
        secrets(TOKEN, other)
    assert "'acme/production/hf-token' and 'acme+production+hf-token'" in str(refused.value)


def test_one_stored_secret_may_have_two_names() -> None:
    again = SecretSpec(name="HUGGING_FACE_HUB_TOKEN", stored_as=TOKEN.stored_as)
    assert len(secrets(TOKEN, again).construct.outputs.expressions) == 2


@given(st.from_regex(r"[A-Za-z0-9/_+=.@-]+", fullmatch=True))
def test_every_stored_name_becomes_one_that_secret_manager_allows(stored_as: str) -> None:
    made = secret_id(stored_as)
    assert len(made) == len(stored_as)
    assert all(letter.isalnum() or letter in "-_" for letter in made)


def test_no_secrets_are_nothing() -> None:
    made = secrets()
    assert not {"ephemeral", "variable", "data"} & made.document.keys()
    assert made.construct.outputs.expressions == {}
