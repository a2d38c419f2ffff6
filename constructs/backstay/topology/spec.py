"""The base of every value that is known before a plan."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, model_validator


class UnreadableError(Exception):
    """Something was asked of a value that could not be read from a broken file."""


class Spec(BaseModel):
    """A frozen value that refuses unknown keys, so that a typing mistake cannot pass for a default."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def contradiction(self) -> str | None:
        """What is wrong between the fields, though each is right by itself; None when nothing is."""
        return None

    @model_validator(mode="after")
    def _refuse_contradiction(self) -> Self:
        if text := self.contradiction():
            raise ValueError(text)
        return self

    @classmethod
    def partial(cls, known: Mapping[str, Any]) -> Self:
        """A value of which only these fields are known; reading another one raises `UnreadableError`."""
        made = cls.model_construct(**known)
        for name in cls.model_fields.keys() - known.keys():
            vars(made).pop(name, None)
        return made

    if not TYPE_CHECKING:  # type checkers would take it for leave to read any attribute

        def __getattr__(self, name: str) -> Any:
            if name in type(self).model_fields:
                raise UnreadableError(f"{type(self).__name__}.{name} could not be read")
            return super().__getattr__(name)
