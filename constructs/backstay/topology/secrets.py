"""Secrets, by name only: no value ever passes through an environment file."""

from typing import Self

from pydantic import Field, model_validator

from backstay.topology.spec import Spec


class SecretSpec(Spec):
    """A secret that the service needs: an entry of the service's Kubernetes secret."""

    name: str = Field(pattern=r"^[A-Z][A-Z0-9_]*$", max_length=253)
    """The environment variable in which the service finds it, such as `VLLM_API_KEY`."""

    stored_as: str | None = Field(default=None, pattern=r"^[A-Za-z0-9/_+=.@-]{1,512}$")
    """The name of an existing secret in the region's secret store."""

    variable: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]*$")
    """A sensitive Terraform variable, given as `TF_VAR_<variable>`."""

    revision: int = Field(strict=True, default=1, ge=1)
    """Raise it to send a changed value to the cluster: Terraform does not see values, so it cannot see a change."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.stored_as is None) == (self.variable is None):
            raise ValueError(f"secret {self.name!r} must have exactly one of stored_as and variable")
        return self
