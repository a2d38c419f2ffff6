"""How secrets that exist already reach a cluster: by name, and without their values in any file."""

from collections.abc import Sequence

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.data_aws_secretsmanager_secret_version import DataAwsSecretsmanagerSecretVersion
from constructs import Construct

from backstay import secret_variables
from backstay.outputs import SecretValues
from backstay.topology import SecretSpec

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
        secret_variables.require_distinct(specs)
        self._stack = TerraformStack.of(self)
        self._through_state = through_state is not None
        self.variables = secret_variables.declare(self, specs, through_state=through_state)
        self.outputs = SecretValues(
            expressions={spec.name: self._value(spec) for spec in specs},
            ephemeral=not self._through_state,
            terraform=secret_variables.terraform_needed(specs, through_state=through_state),
        )

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
