"""How the sandbox came to behave like AWS, and how far: corrected, stood in for, only recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backstay.sandbox import corrections, stand_ins
from backstay.sandbox.only_recorded import only_recorded

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from backstay.sandbox.corrections import Correction


@dataclass(frozen=True)
class StoodIn:
    """Operations that the emulator lacks and that were answered for it."""

    service: str
    operations: tuple[str, ...]
    why: str


@dataclass(frozen=True)
class Report:
    """What stood between the stacks and the emulator as it comes."""

    fixed: tuple[Correction, ...]
    """The corrections of the services that were used."""
    stood_in: tuple[StoodIn, ...]
    """The operations that were called and are not the emulator's own."""
    only_recorded: Mapping[str, str]
    """What the services that were used keep without ever carrying it out."""


def report(*, services: Collection[str], stood_in: Mapping[str, Sequence[str]]) -> Report:
    """The report of a run that used `services` (signing names) and called the `stood_in` operations."""
    reasons = {service.name: service.why for service in stand_ins.services()}
    return Report(
        fixed=tuple(c for c in corrections.load() if c.service in services),
        stood_in=tuple(
            StoodIn(service, tuple(operations), reasons[service]) for service, operations in sorted(stood_in.items())
        ),
        only_recorded=only_recorded(services),
    )
