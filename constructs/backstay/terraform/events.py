"""Terraform's machine-readable output (`-json`) as typed values.

Format: https://developer.hashicorp.com/terraform/internals/machine-readable-ui
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True)
class Counts:
    """How many resources an operation adds, changes and destroys."""

    added: int = 0
    changed: int = 0
    destroyed: int = 0
    imported: int = 0

    def __bool__(self) -> bool:
        """Say whether there is anything at all."""
        return any((self.added, self.changed, self.destroyed, self.imported))

    def __add__(self, other: "Counts") -> "Counts":
        """Return both together."""
        return Counts(
            self.added + other.added,
            self.changed + other.changed,
            self.destroyed + other.destroyed,
            self.imported + other.imported,
        )


NO_CHANGES = Counts()


class Phase(StrEnum):
    """How far one resource has come."""

    REFRESHED = "refreshed"
    PLANNED = "planned"
    STARTED = "started"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class ResourceEvent:
    """One resource moved on; `action` is Terraform's own word (create, update, delete, replace, ...)."""

    address: str
    phase: Phase
    action: str = ""
    seconds: float = 0.0
    type: str = ""


@dataclass(frozen=True)
class ChangeSummary:
    """The counts at the end of an operation: `plan`, `apply` or `destroy`."""

    operation: str
    counts: Counts


@dataclass(frozen=True)
class OutputChanges:
    """How many of the stack's outputs a plan adds, changes or removes."""

    changed: int


@dataclass(frozen=True)
class Diagnostic:
    """An error or a warning, in Terraform's words."""

    severity: str
    summary: str
    detail: str = ""
    address: str = ""

    @property
    def is_error(self) -> bool:
        """Say whether it made the command fail."""
        return self.severity == "error"

    @property
    def text(self) -> str:
        """All of it on one line: Terraform breaks its lines at the width of a terminal."""
        return " ".join(f"{self.summary} {self.detail}".split())


Event = ResourceEvent | ChangeSummary | OutputChanges | Diagnostic

_PHASES = {
    "refresh_complete": Phase.REFRESHED,
    "planned_change": Phase.PLANNED,
    "apply_start": Phase.STARTED,
    "apply_complete": Phase.DONE,
    "apply_errored": Phase.FAILED,
}
_TEXT_DIAGNOSTIC = re.compile(r"^(Error|Warning): (.*)$")


def parse(line: str) -> Event | None:
    """Return the event on one line of output, or None for lines that tell nothing about progress."""
    if not line.startswith("{"):
        return None
    try:
        message = json.loads(line)
    except ValueError:
        return None
    kind = message.get("type")
    if kind == "diagnostic":
        return _diagnostic(message["diagnostic"])
    if kind == "change_summary":
        changes = message["changes"]
        counts = Counts(changes["add"], changes["change"], changes["remove"], imported=changes.get("import", 0))
        return ChangeSummary(changes["operation"], counts)
    if kind == "outputs":
        actions = (output.get("action", "noop") for output in message["outputs"].values())
        return OutputChanges(sum(action != "noop" for action in actions))
    if kind in _PHASES:
        about: dict[str, Any] = message.get("hook") or message["change"]
        return ResourceEvent(
            address=about["resource"]["addr"],
            phase=_PHASES[kind],
            action=about.get("action", ""),
            seconds=about.get("elapsed_seconds", 0.0),
            type=about["resource"].get("resource_type", ""),
        )
    return None


def text_diagnostics(lines: Sequence[str]) -> tuple[Diagnostic, ...]:
    """Return the diagnostics written as text: all of `init`, and what comes before `-json` is in force."""
    found: list[Diagnostic] = []
    detail: list[str] = []

    def finish() -> None:
        if found:
            found[-1] = Diagnostic(found[-1].severity, found[-1].summary, "\n".join(detail).strip())
        detail.clear()

    for line in lines:
        if heading := _TEXT_DIAGNOSTIC.match(line):
            finish()
            found.append(Diagnostic(heading[1].lower(), heading[2]))
        else:
            detail.append(line)
    finish()
    return tuple(found)


def _diagnostic(raw: dict[str, Any]) -> Diagnostic:
    return Diagnostic(
        severity=raw["severity"],
        summary=raw["summary"],
        detail=raw.get("detail", ""),
        address=raw.get("address", ""),
    )
