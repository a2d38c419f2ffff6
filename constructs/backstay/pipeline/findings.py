"""What checks find in an environment's stacks that they did not find before a change."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True)
class Finding:
    """A rule that a stack breaks and nobody has waived."""

    rule: str
    severity: str
    stack: str
    address: str
    message: str

    @property
    def place(self) -> tuple[str, str, str]:
        """What it has in common with the same finding before a change, whose figures may be others."""
        return self.rule, self.stack, self.address


def parse(text: str, *, source: str) -> tuple[Finding, ...]:
    """Read the findings of `backstay check --stacks --json`, those that are waived left out.

    Raises:
        ValueError: it is no such document.

    """
    try:
        return tuple(_finding(entry) for entry in json.loads(text)["findings"] if not entry["waiver"])
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{source} holds no findings ({type(error).__name__}: {error}); "
            "`backstay check ENV --stacks DIR --json` prints them"
        ) from error


def new(found: Iterable[Finding], before: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return what was found more often than before, in the order in which it was found."""
    known = Counter(finding.place for finding in before)
    fresh: list[Finding] = []
    for finding in found:
        if known[finding.place]:
            known[finding.place] -= 1
        else:
            fresh.append(finding)
    return tuple(fresh)


def gone(found: Sequence[Finding], before: Sequence[Finding]) -> int:
    """Return how many findings there are no more."""
    return len(new(before, found))


def _finding(entry: dict[str, Any]) -> Finding:
    return Finding(entry["rule"], entry["severity"], entry["stack"], entry["address"] or "", entry["message"])
