"""Secrets that reach Terraform as variables, the same on every cloud."""

from collections import Counter
from collections.abc import Sequence

from cdktf import TerraformStack, TerraformVariable, TerraformVariableValidationConfig
from constructs import Construct

from backstay.topology import SecretSpec

# Ephemeral values came with Terraform 1.10, and arguments that take them without keeping them with 1.11.
WRITE_ONLY_NEEDS = "1.11.0"
THROUGH_STATE_NEEDS = "1.5.0"


def terraform_needed(specs: Sequence[SecretSpec], *, through_state: str | None) -> str:
    """The oldest Terraform that passes these secrets on."""
    return WRITE_ONLY_NEEDS if specs and through_state is None else THROUGH_STATE_NEEDS


def declare(
    scope: Construct, specs: Sequence[SecretSpec], *, through_state: str | None
) -> dict[str, TerraformVariable]:
    """Declare the sensitive variables that some of the secrets come by, each given as `TF_VAR_<name>`.

    Args:
        scope: what the variables are part of.
        specs: the secrets, those that come by no variable among them.
        through_state: the reason for letting values into the state; without one, the variables are ephemeral.
            It is written into the stack's JSON for reviewers to see.
    """
    if through_state is not None:
        TerraformStack.of(scope).add_override("//.secrets_through_state", through_state)
    names = sorted({spec.variable for spec in specs if spec.variable})
    return {name: _variable(scope, name, ephemeral=through_state is None) for name in names}


def require_distinct(specs: Sequence[SecretSpec]) -> None:
    """Refuse secrets that have one name.

    Raises:
        ValueError: when there are any.
    """
    for name, times in Counter(spec.name for spec in specs).items():
        if times > 1:
            raise ValueError(f"secret {name!r} is given {times} times; names must be distinct")


def _variable(scope: Construct, name: str, *, ephemeral: bool) -> TerraformVariable:
    variable = TerraformVariable(
        scope,
        name,
        type="string",
        sensitive=True,
        nullable=False,
        description=f"A secret of the service, given as TF_VAR_{name}.",
        validation=[
            TerraformVariableValidationConfig(
                condition=f"${{length(var.{name}) > 0}}",
                error_message=f"variable {name} is empty; set TF_VAR_{name} to the secret",
            )
        ],
    )
    # Without the suffix that cdktf gives, so that TF_VAR_<name> reaches it.
    variable.override_logical_id(name)
    if ephemeral:
        variable.add_override("ephemeral", True)  # cdktf 0.21 predates the argument
    return variable
