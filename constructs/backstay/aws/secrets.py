"""How secrets that exist already reach a cluster: by name, and without their values in any file."""

from collections import Counter
from collections.abc import Sequence

from cdktf import TerraformStack, TerraformVariable, TerraformVariableValidationConfig
from cdktf_cdktf_provider_aws.data_aws_secretsmanager_secret_version import DataAwsSecretsmanagerSecretVersion
from constructs import Construct

from backstay.outputs import SecretValues
from backstay.topology import SecretSpec

# Ephemeral values came with Terraform 1.10, and arguments that take them without keeping them with 1.11.
WRITE_ONLY_NEEDS = "1.11.0"
THROUGH_STATE_NEEDS = "1.5.0"

_EPHEMERAL_TYPE = "aws_secretsmanager_secret_version"


class Secrets(Construct):
    """Read secrets of the region's Secrets Manager, and sensitive variables, while Terraform runs and no longer.

    A secret's whole text is one value. Whoever plans or applies needs `secretsmanager:GetSecretValue` on it.

    Survives: the loss of every other region, where the secret is replicated to this one.
    Does not survive: a stolen state, where values are let through it with a reason.
    """

    def __init__(
        self, scope: Construct, id_: str, *, specs: Sequence[SecretSpec], through_state: str | None = None
    ) -> None:
        """Declare where the values come from.

        Args:
            scope: what the secrets are part of.
            id_: their id there.
            specs: the secrets.
            through_state: the reason for reading values in a way that keeps them in the state, which Terraform
                older than 1.11 needs. It is written into the stack's JSON for reviewers to see.

        Raises:
            ValueError: when two secrets have one name.
        """
        super().__init__(scope, id_)
        _require_distinct(specs)
        self._stack = TerraformStack.of(self)
        self._through_state = through_state is not None
        if through_state is not None:
            self._stack.add_override("//.secrets_through_state", through_state)
        self.variables = {name: self._variable(name) for name in sorted({s.variable for s in specs if s.variable})}
        self.outputs = SecretValues(
            expressions={spec.name: self._value(spec) for spec in specs},
            ephemeral=not self._through_state,
            terraform=WRITE_ONLY_NEEDS if specs and not self._through_state else THROUGH_STATE_NEEDS,
        )

    def _variable(self, name: str) -> TerraformVariable:
        variable = TerraformVariable(
            self,
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
        if not self._through_state:
            variable.add_override("ephemeral", True)  # cdktf 0.21 predates the argument
        return variable

    def _value(self, spec: SecretSpec) -> str:
        if spec.variable:
            return f"${{var.{spec.variable}}}"
        name = spec.name.lower()
        if self._through_state:
            return DataAwsSecretsmanagerSecretVersion(self, name, secret_id=str(spec.stored_as)).secret_string
        # cdktf 0.21 predates ephemeral resources, so it has no class for this one.
        self._stack.add_override(f"ephemeral.{_EPHEMERAL_TYPE}.{name}", {"secret_id": spec.stored_as})
        # A binary secret has no text, and the Kubernetes provider crashes on a null: coalesce refuses it by name. A
        # postcondition would say more, but makes `terraform show -json` crash in 1.11.
        return f"${{coalesce(ephemeral.{_EPHEMERAL_TYPE}.{name}.secret_string)}}"


def _require_distinct(specs: Sequence[SecretSpec]) -> None:
    for name, times in Counter(spec.name for spec in specs).items():
        if times > 1:
            raise ValueError(f"secret {name!r} is given {times} times; names must be distinct")
