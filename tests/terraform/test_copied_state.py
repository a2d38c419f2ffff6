"""Stacks that are turned towards another state, and back."""

import json
from pathlib import Path
from typing import Any

import pytest

from backstay.terraform import SynthesizedStack, copied_state

COPY: dict[str, Any] = {"terraform": {"backend": {"s3": {"bucket": "peer"}}}}


@pytest.fixture
def stack(tmp_path: Path) -> SynthesizedStack:
    remembered = tmp_path / ".terraform/terraform.tfstate"
    remembered.parent.mkdir()
    remembered.touch()
    return SynthesizedStack("one", tmp_path)


def remembers_a_backend(stack: SynthesizedStack, data: str = ".terraform") -> bool:
    return (stack.directory / data / "terraform.tfstate").exists()


def overrides(stack: SynthesizedStack) -> list[Any]:
    return [json.loads(path.read_text()) for path in stack.directory.glob("*_override.tf.json")]


def test_a_stack_that_is_turned_forgets_the_backend_that_it_had(stack: SynthesizedStack) -> None:
    copied_state.turn(stack, COPY)
    assert overrides(stack) == [COPY]
    assert not remembers_a_backend(stack)


def test_a_stack_that_stays_turned_is_left_as_it_is(stack: SynthesizedStack) -> None:
    copied_state.turn(stack, COPY)
    (stack.directory / ".terraform/terraform.tfstate").touch()
    copied_state.turn(stack, COPY)
    assert remembers_a_backend(stack)


def test_a_stack_that_is_turned_back_forgets_the_copy(stack: SynthesizedStack) -> None:
    copied_state.turn(stack, COPY)
    (stack.directory / ".terraform/terraform.tfstate").touch()
    copied_state.turn(stack, None)
    assert overrides(stack) == []
    assert not remembers_a_backend(stack)


def test_a_stack_that_was_never_turned_is_left_as_it_is(stack: SynthesizedStack) -> None:
    copied_state.turn(stack, None)
    assert remembers_a_backend(stack)


def test_data_that_is_kept_elsewhere_is_found(stack: SynthesizedStack) -> None:
    (stack.directory / ".terraform").rename(stack.directory / "data")
    copied_state.turn(stack, COPY, data="data")
    assert not remembers_a_backend(stack, "data")


def test_the_override_comes_after_that_of_the_sandbox(stack: SynthesizedStack) -> None:
    from backstay.sandbox.settings import OVERRIDE_FILE

    copied_state.turn(stack, COPY)
    (stack.directory / OVERRIDE_FILE).touch()
    names = sorted(path.name for path in stack.directory.glob("*_override.tf.json"))
    assert names[0] == OVERRIDE_FILE
    assert len(names) == 2
