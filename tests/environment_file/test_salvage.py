"""Whatever is done to a file, it loads or is told what is wrong with it."""

import random
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from backstay import environment_file
from backstay.environment_file import EnvironmentFileError
from backstay.environment_file.document import read
from backstay.environment_file.salvage import salvage
from backstay.topology import Environment
from backstay.topology.rules import violations
from tests.topology.sample import DATA, TODAY, data

ROOT = Path(__file__).parents[2]
FILES = [
    path.read_text(encoding="utf-8")
    for path in sorted(ROOT.glob("environments/*.yaml")) + sorted(ROOT.glob("tests/environments/*.yaml"))
]
JUNK = [
    "",
    "\t",
    "x",
    ":",
    "- ",
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "#",
    "&a",
    "*a",
    "!t",
    "null",
    "-1",
    "0",
    "yes",
    "\n",
    "99%",
]


def check(text: str) -> None:
    """The text loads, or is told located problems."""
    try:
        environment_file.parse(text, file="x.yaml", today=TODAY)
    except EnvironmentFileError as error:
        found = error.problems
        lines = text.count("\n") + 1
        assert found
        assert list(found) == sorted(set(found))
        assert all(1 <= problem.line <= lines for problem in found)
        assert all(problem.message and "\n" not in problem.message for problem in found)


def mutated(text: str, seed: int, times: int) -> str:
    dice = random.Random(seed)  # noqa: S311
    lines = text.split("\n")
    for _ in range(times):
        at = dice.randrange(len(lines))
        line = lines[at]
        match dice.randrange(7):
            case 0:
                del lines[at]
                lines = lines or [""]
            case 1:
                lines.insert(at, dice.choice(lines))
            case 2:
                lines[at] = dice.choice(["", " ", "  "]) + line
            case 3:
                lines[at] = line.removeprefix("  ")
            case 4:
                lines[at] = line.partition(":")[0] + ": " + dice.choice(JUNK)
            case 5:
                cut = dice.randint(0, len(line))
                lines[at] = line[:cut] + dice.choice(JUNK) + line[cut + dice.randrange(3) :]
            case _:
                other = dice.randrange(len(lines))
                lines[at], lines[other] = lines[other], line
    return "\n".join(lines)


@settings(max_examples=400)
@given(st.sampled_from(FILES), st.integers(0, 2**32), st.integers(1, 12))
def test_a_mutated_file_loads_or_is_told_its_problems(text: str, seed: int, times: int) -> None:
    check(mutated(text, seed, times))


@pytest.mark.parametrize("text", FILES[:4], ids=range(4))
def test_a_file_without_any_one_of_its_lines_loads_or_is_told_its_problems(text: str) -> None:
    lines = text.split("\n")
    for at in range(len(lines)):
        check("\n".join(lines[:at] + lines[at + 1 :]))


WRONG = st.sampled_from([None, True, 0, -1, 1.5, "", "x", "100%", [], [1], {}, {"x": 1}, {"": None}, [{}], "a" * 1000])


def places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(found for key, inner in below for found in places(inner, (*place, key)))]


BASES = [read((ROOT / f"environments/{name}.yaml").read_text()).data for name in ("production", "staging")] + [DATA]


@settings(max_examples=400)
@given(st.data())
def test_values_of_any_kind_leave_an_environment_that_rules_can_examine(draw: st.DataObject) -> None:
    changed = data({})
    changed.clear()
    changed.update(draw.draw(st.sampled_from(BASES)))
    for _ in range(draw.draw(st.integers(1, 6))):
        place = draw.draw(st.sampled_from(places(changed)[1:] or [("x",)]))
        changed = replaced(changed, place, draw.draw(WRONG))
    try:
        Environment.model_validate(changed)
    except ValidationError as error:
        partial, contradictions = salvage(changed, [fault["loc"] for fault in error.errors()])
        assert isinstance(partial, Environment)
        assert all(message for _, message in contradictions)
        violations(partial, today=TODAY)


def replaced(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    if not place:
        return new
    head, rest = place[0], place[1:]
    if isinstance(value, dict):
        return {**value, head: replaced(value.get(head), rest, new)}
    if isinstance(value, list) and isinstance(head, int) and head < len(value):
        return [*value[:head], replaced(value[head], rest, new), *value[head + 1 :]]
    return new


@given(st.dates())
def test_rules_examine_a_partial_environment_on_any_day(today: date) -> None:
    partial, _ = salvage({**DATA, "mode": "x", "service": 3}, [("mode",), ("service",)])
    assert {violation.rule for violation in violations(partial, today=today)} <= {"kubernetes-supported"}


def test_nothing_that_was_whole_is_lost() -> None:
    partial, contradictions = salvage(DATA, [])
    assert partial == Environment.model_validate(DATA)
    assert contradictions == []
