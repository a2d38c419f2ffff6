"""The record of corrections, and the ways of patching that they use."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType


@dataclass(frozen=True)
class Correction:
    """One thing that moto gets wrong and that is put right."""

    service: str
    what: str
    """How it behaves once corrected."""
    why: str
    """The fault, and what it does to a stack."""
    apply: Callable[[], None]


_registered: list[Correction] = []


def registered() -> tuple[Correction, ...]:
    """The corrections of every module imported so far."""
    return tuple(_registered)


def correction(apply: Callable[[], None]) -> Callable[[], None]:
    """Record the decorated function as a correction: its docstring says what it does, and then why.

    The service is the name of the module, or of the package that holds it.
    """
    what, _, why = (inspect.getdoc(apply) or apply.__name__).partition("\n\n")
    service = apply.__module__.removeprefix(f"{__package__}.").partition(".")[0].replace("_", "-")
    _registered.append(Correction(service, what.rstrip("."), " ".join(why.split()), apply))
    return apply


def around(owner: type | ModuleType, name: str) -> Callable[[Callable[..., Any]], None]:
    """Let the decorated function answer in place of a method, or of a function of a module.

    It gets the original as its first argument.

    Raises AttributeError when `owner` has no such method: this moto is not the one the correction is for.
    """
    original = getattr(owner, name)

    def replace(replacement: Callable[..., Any]) -> None:
        @wraps(original)
        def method(*args: Any, **kwargs: Any) -> Any:
            return replacement(original, *args, **kwargs)

        setattr(owner, name, method)

    return replace


def instead(owner: type, name: str) -> Callable[[Any], None]:
    """Put the decorated function (or a property) where one is wrong, missing or not implemented."""

    def replace(replacement: Any) -> None:
        setattr(owner, name, replacement)

    return replace
