"""What a rule is, and the list of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from backstay.checks.block import Block
from backstay.checks.promise import Guarantee, Promise
from backstay.checks.stack import Stack
from backstay.checks.stacks import Stacks


class Severity(StrEnum):
    """How bad a finding is, in the words of SARIF. Errors and warnings fail a check; notes do not."""

    ERROR = "error"
    """The promise is not kept on the day of the loss, or something is lost or leaked for good."""

    WARNING = "warning"
    """The promise is kept later, or by luck."""

    NOTE = "note"
    """Worth a look."""


@dataclass(frozen=True)
class Case:
    """What a rule is asked about: stacks, what they promise, and the day."""

    stacks: Stacks
    promise: Promise
    today: date


Found = Iterator[tuple[Block | Stack, str]]
"""The blocks, or stacks, that break a rule, each with what is wrong there."""

_Check = Callable[[Case], Found]


@dataclass(frozen=True)
class Rule:
    """Something that must hold in Terraform JSON.

    Attributes:
        id: what findings print and waivers name.
        severity: how bad a finding is.
        needs: the guarantee that it serves, if an environment may do without.
        what: what must hold.
        why: what happens otherwise.
        fix: what to do.
        source: where that is written.
    """

    id: str
    severity: Severity
    needs: Guarantee | None
    what: str
    why: str
    fix: str
    source: str
    examine: _Check


RULES: dict[str, Rule] = {}


def rule(
    id_: str,
    *,
    what: str,
    fix: str,
    source: str,
    severity: Severity = Severity.ERROR,
    needs: Guarantee | None = None,
) -> Callable[[_Check], _Check]:
    """Register a function as a rule; its docstring says why the rule is there."""

    def register(check: _Check) -> _Check:
        why = " ".join((check.__doc__ or "").split())
        RULES[id_] = Rule(id_, severity, needs, what, why, fix, source, check)
        return check

    return register
