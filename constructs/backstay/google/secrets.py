"""How secrets that exist already reach a cluster: by name, and without their values in any file."""

import re
from collections.abc import Sequence
from functools import cached_property

from cdktf import TerraformStack
from cdktf_cdktf_provider_google.data_google_project import DataGoogleProject
from cdktf_cdktf_provider_google.data_google_secret_manager_secret_version import (
    DataGoogleSecretManagerSecretVersion,
)
from constructs import Construct

from backstay import secret_variables
from backstay.outputs import SecretValues
from backstay.topology import SecretSpec

# The first provider that reads secrets without keeping them. A stack that reads none may have an older one: leave the
# reading to the cluster (`stored_secrets`) to stay with 6.50.
EPHEMERAL_PROVIDER_VERSIONS = ">= 7.6.0, < 8.0.0"

_EPHEMERAL_TYPE = "google_secret_manager_secret_version"


class Secrets(Construct):
    """Read secrets of the project's Secret Manager, and sensitive variables, while Terraform runs and no longer.

    A secret's latest version is one value. Whoever plans or applies needs `roles/secretmanager.secretAccessor` on it,
    and `roles/secretmanager.viewer`. Reading stored secrets needs the provider 7.6; with an older one, down to 6.50,
    the cluster itself can read them, as `backstay.google.stored_secrets` has it do.

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
            specs: the secrets. What Secret Manager does not allow in a name stands there as a hyphen.
            through_state: the reason for reading values in a way that keeps them in the state, which Terraform older
                than 1.11 and the Google provider older than 7.6 need. It is written into the stack's JSON for reviewers
                to see.

        Raises:
            ValueError: when two secrets have one name, or two stored ones have one name in Secret Manager.
        """
        super().__init__(scope, id_)
        require_distinct(specs)
        self._stack = TerraformStack.of(self)
        self._through_state = through_state is not None
        if through_state is None and any(spec.stored_as for spec in specs):
            self._stack.add_override("terraform.required_providers.google.version", EPHEMERAL_PROVIDER_VERSIONS)
        self.variables = secret_variables.declare(self, specs, through_state=through_state)
        self.outputs = SecretValues(
            expressions={spec.name: self._value(spec) for spec in specs},
            ephemeral=not self._through_state,
            terraform=secret_variables.terraform_needed(specs, through_state=through_state),
        )

    @cached_property
    def _project(self) -> str:
        return DataGoogleProject(self, "project").project_id

    def _value(self, spec: SecretSpec) -> str:
        if spec.stored_as is None:
            return f"${{var.{spec.variable}}}"
        name, stored = spec.name.lower(), secret_id(spec.stored_as)
        if self._through_state:
            return DataGoogleSecretManagerSecretVersion(self, name, secret=stored).secret_data
        # cdktf 0.21 predates ephemeral resources, so it has no class for this one. Unlike the data source, it puts no
        # project before a secret's name.
        path = f"projects/{self._project}/secrets/{stored}"
        self._stack.add_override(f"ephemeral.{_EPHEMERAL_TYPE}.{name}", {"secret": path})
        return f"${{ephemeral.{_EPHEMERAL_TYPE}.{name}.secret_data}}"


def secret_id(stored_as: str) -> str:
    """How Secret Manager calls a stored secret: with hyphens for what is no letter, digit, hyphen or underscore."""
    return re.sub("[^A-Za-z0-9_-]", "-", stored_as)


def require_distinct(specs: Sequence[SecretSpec]) -> None:
    """Refuse secrets that have one name, here or in Secret Manager.

    Raises:
        ValueError: when there are any.
    """
    secret_variables.require_distinct(specs)
    origins: dict[str, str] = {}
    for stored_as in (spec.stored_as for spec in specs if spec.stored_as):
        other = origins.setdefault(secret_id(stored_as), stored_as)
        if other != stored_as:
            raise ValueError(
                f"secrets stored as {other!r} and {stored_as!r} have one name {secret_id(stored_as)!r} in Secret "
                "Manager; rename one of them"
            )
