"""Secrets reach a cluster by name, and leave their values in no file."""

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.ssm_parameter import SsmParameter

from backstay.aws.secrets import Secrets
from backstay.state_backend import require_terraform
from backstay.terraform import Action, Outcome, StackResult
from backstay.testing import Synthesized
from backstay.topology import SecretSpec
from tests.aws.deployment import Deployment
from tests.aws.surroundings import in_region

KEY = SecretSpec(name="VLLM_API_KEY", variable="llm_api_key")
TOKEN = SecretSpec(name="HF_TOKEN", stored_as="acme/production/hf-token")
REASON = "the runners have Terraform 1.9 until March"

KEY_VALUE, TOKEN_VALUE = "key-5c1f0a77d2b94e36", "token-9e83b6d4107f4ac2"


def secrets(*specs: SecretSpec, through_state: str | None = None) -> Synthesized:
    return in_region(lambda stack: Secrets(stack, "secrets", specs=specs, through_state=through_state))


def test_a_stored_secret_is_opened_while_terraform_runs() -> None:
    made = secrets(TOKEN)
    opened = {"aws_secretsmanager_secret_version": {"hf_token": {"secret_id": TOKEN.stored_as}}}
    assert made.document["ephemeral"] == opened
    expression = "${coalesce(ephemeral.aws_secretsmanager_secret_version.hf_token.secret_string)}"
    assert made.construct.outputs.expressions == {"HF_TOKEN": expression}
    assert "data" not in made.document


def test_a_variable_is_sensitive_ephemeral_and_named_so_that_the_environment_can_set_it() -> None:
    made = secrets(KEY)
    variable = made.document["variable"]["llm_api_key"]
    assert (variable["sensitive"], variable["ephemeral"], variable["nullable"]) == (True, True, False)
    assert "default" not in variable
    assert made.construct.outputs.expressions == {"VLLM_API_KEY": "${var.llm_api_key}"}


def test_two_secrets_may_have_one_variable() -> None:
    other = SecretSpec(name="OPENAI_API_KEY", variable="llm_api_key")
    made = secrets(KEY, other)
    assert set(made.document["variable"]) == {"llm_api_key"}
    assert len(made.construct.outputs.expressions) == 2


def test_two_secrets_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="secret 'HF_TOKEN' is given 2 times; names must be distinct"):
        secrets(TOKEN, TOKEN)


def test_values_that_are_not_kept_need_terraform_1_11() -> None:
    outputs = secrets(KEY, TOKEN).construct.outputs
    assert (outputs.ephemeral, outputs.terraform) == (True, "1.11.0")


def test_values_pass_through_the_state_where_a_reason_is_given() -> None:
    made = secrets(KEY, TOKEN, through_state=REASON)
    outputs = made.construct.outputs
    assert (outputs.ephemeral, outputs.terraform) == (False, "1.5.0")
    assert made.only("aws_secretsmanager_secret_version", section="data")["secret_id"] == TOKEN.stored_as
    assert "ephemeral" not in made.document
    assert "ephemeral" not in made.document["variable"]["llm_api_key"]


def test_no_secrets_are_nothing() -> None:
    made = secrets()
    assert not {"ephemeral", "variable", "data"} & made.document.keys()
    assert made.construct.outputs.expressions == {}


def deploy(
    deployment: Deployment, action: Action, *, revision: int = 1, through_state: str | None = None
) -> StackResult:
    """Copy both secrets into parameters that take values as a Kubernetes secret does."""

    def build(stack: TerraformStack) -> None:
        made = Secrets(stack, "secrets", specs=[KEY, TOKEN], through_state=through_state)
        require_terraform(stack, made.outputs.terraform)
        for name, expression in made.outputs.expressions.items():
            value = {"value": expression} if through_state else {"value_wo": expression, "value_wo_version": revision}
            SsmParameter(stack, f"copy-{name.lower()}", name=f"/copies/{name}", type="SecureString", **value)

    deployment.synthesize(build)
    return deployment.run(action, {"llm_api_key": KEY_VALUE})


def store(deployment: Deployment, value: str | bytes) -> None:
    kind = "SecretString" if isinstance(value, str) else "SecretBinary"
    deployment.client("secretsmanager").create_secret(Name=TOKEN.stored_as, **{kind: value})


def copies(deployment: Deployment) -> dict[str, str]:
    parameters = deployment.client("ssm")
    return {
        name: parameters.get_parameter(Name=f"/copies/{name}", WithDecryption=True)["Parameter"]["Value"]
        for name in (KEY.name, TOKEN.name)
    }


@pytest.mark.sandbox
def test_a_deployment_delivers_secrets_and_leaves_them_in_no_file(deployment: Deployment) -> None:
    store(deployment, TOKEN_VALUE)
    assert deploy(deployment, Action.APPLY).outcome is Outcome.CHANGED
    assert copies(deployment) == {"VLLM_API_KEY": KEY_VALUE, "HF_TOKEN": TOKEN_VALUE}
    assert deploy(deployment, Action.PLAN).outcome is Outcome.UNCHANGED
    assert deploy(deployment, Action.PLAN, revision=2).outcome is Outcome.CHANGED
    deployment.save_plan({"llm_api_key": KEY_VALUE})

    # That the search sees everything: the name of the secret is in all that it has to look at.
    everywhere = {
        "cdktf.out/stacks/tested/cdk.tf.json",
        "terraform.tfstate",
        "logs/tested.log",
        "saved.plan:tfplan",
        "saved.json",
    }
    assert everywhere <= set(deployment.files_holding("copy-hf_token"))
    for value in (KEY_VALUE, TOKEN_VALUE):
        assert deployment.files_holding(value) == []


@pytest.mark.sandbox
def test_a_changed_value_is_delivered_when_its_revision_is_raised(deployment: Deployment) -> None:
    store(deployment, "old")
    deploy(deployment, Action.APPLY)
    deployment.client("secretsmanager").put_secret_value(SecretId=TOKEN.stored_as, SecretString="new")
    assert deploy(deployment, Action.PLAN).outcome is Outcome.UNCHANGED
    deploy(deployment, Action.APPLY, revision=2)
    assert copies(deployment)[TOKEN.name] == "new"


@pytest.mark.sandbox
def test_values_let_through_the_state_are_found_there(deployment: Deployment) -> None:
    store(deployment, TOKEN_VALUE)
    assert deploy(deployment, Action.APPLY, through_state=REASON).outcome is Outcome.CHANGED
    for value in (KEY_VALUE, TOKEN_VALUE):
        assert "terraform.tfstate" in deployment.files_holding(value)


@pytest.mark.sandbox
def test_a_secret_without_text_is_refused_before_anything_is_changed(deployment: Deployment) -> None:
    store(deployment, b"\x00binary")
    result = deploy(deployment, Action.APPLY)
    assert result.outcome is Outcome.FAILED
    (diagnostic,) = result.diagnostics
    assert 'function "coalesce" failed: no non-null, non-empty-string arguments' in diagnostic.detail
    assert result.log
    assert "ephemeral.aws_secretsmanager_secret_version.hf_token.secret_string" in result.log.read_text()
    assert not deployment.client("ssm").describe_parameters()["Parameters"]
