"""What a rule is, and the list of them."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import combinations, islice
from typing import Any, TypeVar

from backstay.topology.environment import MOST_REGIONS, Environment
from backstay.topology.region import Region
from backstay.topology.spec import UnreadableError

Place = tuple[str | int, ...]
Finding = tuple[Place, str]


@dataclass(frozen=True)
class Case:
    """What a rule is asked about: an environment, on a day."""

    environment: Environment
    today: date


@dataclass(frozen=True)
class RegionCase(Case):
    """What a rule about each region is asked about; its findings' places are within the region."""

    role: str
    region: Region


@dataclass(frozen=True)
class PairCase(RegionCase):
    """What a rule about each two regions is asked about: the later one, and the `other` one, which stands before it."""

    other_role: str
    other: Region


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
        waivable: whether a waiver sets it aside.
    """

    id: str
    purpose: str
    waivable: bool
    _cases: Callable[[Environment, date], Iterator[tuple[Place, Any]]]
    _check: Callable[[Any], Iterator[Finding]]

    def examine(self, environment: Environment, today: date) -> Iterator[Violation]:
        """The places where an environment breaks the rule; of a partial one, as far as it can be read."""
        with suppress(UnreadableError):
            for place, case in self._cases(environment, today):
                with suppress(UnreadableError):
                    for within, message in self._check(case):
                        yield Violation(self.id, (*place, *within), message)


RULES: dict[str, Rule] = {}

_C = TypeVar("_C", bound=Case)
_Check = Callable[[_C], Iterator[Finding]]
_Decorator = Callable[[_Check[_C]], _Check[_C]]


def rule(id_: str, *, waivable: bool = False) -> _Decorator[Case]:
    """Register a function as a rule about the whole environment; its docstring is the rule's purpose."""
    return _registered(id_, waivable, lambda environment, today: iter([((), Case(environment, today))]))


def region_rule(id_: str, *, waivable: bool = False) -> _Decorator[RegionCase]:
    """Register a function as a rule about each region."""
    return _registered(id_, waivable, _regions)


def pair_rule(id_: str, *, waivable: bool = False) -> _Decorator[PairCase]:
    """Register a function as a rule about each two regions."""
    return _registered(id_, waivable, _pairs)


def _registered(
    id_: str, waivable: bool, cases: Callable[[Environment, date], Iterator[tuple[Place, _C]]]
) -> _Decorator[_C]:
    def register(check: _Check[_C]) -> _Check[_C]:
        RULES[id_] = Rule(id_, (check.__doc__ or "").strip(), waivable, cases, check)
        return check

    return register


def _regions(environment: Environment, today: date) -> Iterator[tuple[Place, RegionCase]]:
    for role, region in environment.regions.items():
        yield ("regions", role), RegionCase(environment, today, role, region)


def _pairs(environment: Environment, today: date) -> Iterator[tuple[Place, PairCase]]:
    for (first, a), (second, b) in combinations(islice(environment.regions.items(), MOST_REGIONS), 2):
        yield ("regions", second), PairCase(environment, today, second, b, first, a)
