"""What a rule is, and the list of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from backstay.topology.environment import Environment

Place = tuple[str | int, ...]
Finding = tuple[Place, str]
Check = Callable[[Environment, date], Iterator[Finding]]


@dataclass(frozen=True)
class Violation:
    """A rule that an environment breaks.

    Attributes:
        rule: the rule's id.
        place: the path of the value in the environment file.
        message: what is wrong, what was given, what is allowed, what to do.
    """

    rule: str
    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.message} [{self.rule}]"


@dataclass(frozen=True)
class Rule:
    """Something that must hold between values.

    Attributes:
        id: what errors print and waivers name.
        purpose: what goes wrong without it.
        reads: the keys that it depends on.
        waivable: whether a waiver sets it aside.
    """

    id: str
    purpose: str
    reads: frozenset[str]
    waivable: bool
    check: Check

    def examine(self, environment: Environment, today: date) -> Iterator[Violation]:
        """The places where an environment breaks the rule."""
        for place, message in self.check(environment, today):
            yield Violation(self.id, place, message)


RULES: dict[str, Rule] = {}


def rule(id_: str, *, reads: set[str], waivable: bool = False) -> Callable[[Check], Check]:
    """Register a function as a rule; its docstring is the rule's purpose."""

    def register(check: Check) -> Check:
        RULES[id_] = Rule(id_, (check.__doc__ or "").strip(), frozenset(reads), waivable, check)
        return check

    return register
