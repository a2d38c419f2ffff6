"""Secrets, by name only: no value ever passes through an environment file."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from backstay.topology.forms import Form
from backstay.topology.spec import Spec

EnvironmentVariable = Annotated[
    str, Form("an environment variable in upper case", r"[A-Z][A-Z0-9_]*", ("VLLM_API_KEY",), longest=253)
]
StoredSecret = Annotated[
    str, Form("the name of a stored secret", r"[A-Za-z0-9/_+=.@-]+", ("acme/production/hf-token",), longest=512)
]
TerraformVariable = Annotated[
    str, Form("a Terraform variable in lower case", r"[a-z][a-z0-9_]*", ("llm_api_key",), longest=200)
]


class SecretsRoute(StrEnum):
    """How stored secrets get from their store to the service. Their values are in no file, whichever way."""

    EPHEMERAL = "ephemeral"
    """Terraform reads them while it applies and no longer, and sends them to the cluster."""

    CSI = "csi"
    """The cluster reads them when pods start, by its Secrets Store CSI driver; Terraform never sees them."""


class SecretSpec(Spec):
    """A secret that the service needs: an entry of the service's Kubernetes secret."""

    name: EnvironmentVariable
    """The environment variable in which the service finds it, such as `VLLM_API_KEY`."""

    stored_as: StoredSecret | None = None
    """The name of an existing secret in the region's secret store."""

    variable: TerraformVariable | None = None
    """A sensitive Terraform variable, given as `TF_VAR_<variable>`."""

    revision: int = Field(strict=True, default=1, ge=1, le=1_000_000)
    """Raise it to give the service a changed value: Terraform does not see values, so it cannot see a change."""

    def contradiction(self) -> str | None:
        """A secret has one source."""
        if (self.stored_as is None) == (self.variable is None):
            return f"secret {self.name!r} must have exactly one of stored_as and variable"
        return None
