"""How secrets that exist already reach a cluster: by name, and without their values in any file."""

import re
from collections.abc import Sequence

from cdktf import TerraformStack
from cdktf_cdktf_provider_azurerm.data_azurerm_key_vault_secret import DataAzurermKeyVaultSecret
from constructs import Construct

from backstay import secret_variables
from backstay.outputs import SecretValues
from backstay.topology import SecretSpec

_EPHEMERAL_TYPE = "azurerm_key_vault_secret"
_LONGEST_NAME = 127


class Secrets(Construct):
    """Read secrets of the region's key vault, and sensitive variables, while Terraform runs and no longer.

    Whoever plans or applies needs the role Key Vault Secrets User on the vault, and a way to it. A vault's names have
    letters, digits and hyphens: every other character of a secret's name stands there as a hyphen.

    Survives: the loss of every other region.
    Does not survive: a stolen state, where values are let through it with a reason.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        specs: Sequence[SecretSpec],
        vault: str | None = None,
        through_state: str | None = None,
    ) -> None:
        """Declare where the values come from.

        Args:
            scope: what the secrets are part of.
            id_: their id there.
            specs: the secrets.
            vault: the resource id of the key vault that holds those which are stored.
            through_state: the reason for reading values in a way that keeps them in the state, which Terraform
                older than 1.11 needs. It is written into the stack's JSON for reviewers to see.

        Raises:
            ValueError: when two secrets have one name, here or in the vault; when a secret is stored and no vault is
                given, or under a name that is too long for one.
        """
        super().__init__(scope, id_)
        require_distinct(specs)
        self._stack = TerraformStack.of(self)
        self._vault = vault
        self._through_state = through_state is not None
        self.variables = secret_variables.declare(self, specs, through_state=through_state)
        self.outputs = SecretValues(
            expressions={spec.name: self._value(spec) for spec in specs},
            ephemeral=not self._through_state,
            terraform=secret_variables.terraform_needed(specs, through_state=through_state),
        )

    def _value(self, spec: SecretSpec) -> str:
        if spec.stored_as is None:
            return f"${{var.{spec.variable}}}"
        if self._vault is None:
            raise ValueError(
                f"secret {spec.name!r} is stored as {spec.stored_as!r} and no key vault is given; "
                "name the region's vault under azure.vaults, or give the secret as a variable"
            )
        name, stored = spec.name.lower(), stored_name(spec.stored_as)
        if self._through_state:
            return DataAzurermKeyVaultSecret(self, name, name=stored, key_vault_id=self._vault).value
        # cdktf 0.21 predates ephemeral resources, so it has no class for this one.
        self._stack.add_override(f"ephemeral.{_EPHEMERAL_TYPE}.{name}", {"name": stored, "key_vault_id": self._vault})
        # An empty secret would start a service that nobody can use.
        return f"${{coalesce(ephemeral.{_EPHEMERAL_TYPE}.{name}.value)}}"


def stored_name(name: str) -> str:
    """How a vault calls a stored secret.

    Raises:
        ValueError: when the name is too long for a vault.
    """
    stored = re.sub("[^A-Za-z0-9-]", "-", name)
    if len(stored) > _LONGEST_NAME:
        raise ValueError(f"secret {name!r} has {len(stored)} characters; a key vault takes at most {_LONGEST_NAME}")
    return stored


def require_distinct(specs: Sequence[SecretSpec]) -> None:
    """Refuse secrets that have one name, here or in the vault.

    Raises:
        ValueError: when there are any.
    """
    secret_variables.require_distinct(specs)
    origins: dict[str, str] = {}
    for stored_as in (spec.stored_as for spec in specs if spec.stored_as):
        name = stored_name(stored_as)
        # Key Vault takes names that differ in case for the same.
        other = origins.setdefault(name.lower(), stored_as)
        if other != stored_as:
            raise ValueError(f"secrets {other!r} and {stored_as!r} are both {name!r} in a key vault; rename one")
