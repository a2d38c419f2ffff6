"""Whatever an environment says: if it breaks no rule, then its stacks are sound on every cloud."""

import tempfile
from datetime import date
from pathlib import Path

from hypothesis import given, settings

from backstay.topology import Environment
from backstay.topology.rules import violations
from tests.stacks.any_environment import environments, neighbours
from tests.stacks.soundness import faults, names_used_twice
from tests.synthesis import Document, synthesize, written


def stacks_of(environment: Environment) -> dict[str, Document]:
    with tempfile.TemporaryDirectory() as folder:
        return synthesize(environment, Path(folder))


@given(environments())
def test_the_environments_break_no_rule(environment: Environment) -> None:
    assert not violations(environment, today=date.today())


@settings(max_examples=40)
@given(environments())
def test_the_stacks_of_an_environment_are_sound(environment: Environment) -> None:
    assert faults(environment, stacks_of(environment)) == []


@settings(max_examples=15)
@given(neighbours())
def test_environments_of_similar_names_share_nothing(both: tuple[Environment, Environment]) -> None:
    one, other = both
    assert list(names_used_twice((one, stacks_of(one)), (other, stacks_of(other)))) == []


@settings(max_examples=15)
@given(environments())
def test_the_same_environment_becomes_the_same_bytes(environment: Environment) -> None:
    again = Environment.model_validate(environment.model_dump(mode="json"))
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        assert written(environment, Path(first)) == written(again, Path(second))
