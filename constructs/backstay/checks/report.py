"""Every rule asked about every stack, and what came of it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from backstay.checks.block import Block
from backstay.checks.lines import lines
from backstay.checks.promise import Promise
from backstay.checks.rule import RULES, Case, Rule, Severity
from backstay.checks.stack import Stack
from backstay.checks.stacks import Stacks
from backstay.checks.waivers import Waiver, comment_waivers


@dataclass(frozen=True)
class Finding:
    """A place where a rule is broken.

    Attributes:
        rule: the rule.
        stack: the stack's name.
        address: the Terraform address; None when it is about the whole stack.
        file: the file that it is written in.
        line: where it begins, from 1.
        message: what is wrong, and what was given.
        waiver: what sets it aside, if anything does.
    """

    rule: Rule
    stack: str
    address: str | None
    file: str
    line: int
    message: str
    waiver: Waiver | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.address or self.stack}: {self.message} [{self.rule.id}]"


@dataclass(frozen=True)
class Report:
    """What the rules found: what is open and what is waived; waivers that nothing needs, and those that have ended."""

    open: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    unused: tuple[Waiver, ...]
    ended: tuple[Waiver, ...]

    @property
    def fails(self) -> bool:
        """Whether anything is open that is worse than a note."""
        return any(finding.rule.severity is not Severity.NOTE for finding in self.open)


def examine(
    stacks: Stacks, *, promise: Promise, today: date, waivers: Sequence[Waiver] = (), rules: Sequence[str] | None = None
) -> Report:
    """Ask every rule, or those that are named, about a set of stacks.

    Args:
        stacks: all stacks that stand or fall together.
        promise: what they are measured against.
        today: the day that waivers and versions may have ended by.
        waivers: what sets findings aside, besides what the code says itself.
        rules: the ids of the rules to ask.
    """
    case = Case(stacks, promise, today)
    asked = [RULES[id_] for id_ in rules or RULES]
    found: list[Finding] = []
    used: set[Waiver] = set()
    for rule in asked:
        if rule.needs is not None and rule.needs not in promise.guarantees:
            continue
        for place, message in rule.examine(case):
            waiver = next(_covering(rule, place, today, waivers), None)
            if waiver is not None:
                used.add(waiver)
            found.append(_finding(rule, place, message, waiver))
    found.sort(key=lambda finding: (list(Severity).index(finding.rule.severity), finding.stack, finding.line))
    return Report(
        open=tuple(finding for finding in found if finding.waiver is None),
        waived=tuple(finding for finding in found if finding.waiver is not None),
        unused=tuple(waiver for waiver in waivers if waiver not in used and waiver.until >= today),
        ended=tuple(waiver for waiver in waivers if waiver.until < today),
    )


def _covering(rule: Rule, place: Block | Stack, today: date, waivers: Sequence[Waiver]) -> Iterator[Waiver]:
    stack = place.stack if isinstance(place, Block) else place
    address = place.address if isinstance(place, Block) else ""
    yield from (
        waiver
        for waiver in (*comment_waivers(place), *comment_waivers(stack))
        if waiver.rule == rule.id and waiver.until >= today
    )
    yield from (waiver for waiver in waivers if waiver.covers(rule.id, stack.name, address) and waiver.until >= today)


def _finding(rule: Rule, place: Block | Stack, message: str, waiver: Waiver | None) -> Finding:
    if isinstance(place, Block):
        line = lines(place.file).get((place.section, place.type, place.name), 1)
        return Finding(rule, place.stack.name, place.address, place.file, line, message, waiver)
    return Finding(rule, place.name, None, next(iter(place.files), place.name), 1, message, waiver)
