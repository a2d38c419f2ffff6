"""The base of every value that is known before a plan."""

from pydantic import BaseModel, ConfigDict


class Spec(BaseModel):
    """A frozen value that refuses unknown keys, so that a typing mistake cannot pass for a default."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)
