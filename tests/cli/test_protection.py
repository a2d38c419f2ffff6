"""What is changed so that a protected stack can be destroyed."""

import json
from dataclasses import replace
from pathlib import Path

from backstay.cli import protection
from backstay.terraform import Action, StackRunner, manifest, run_in_order
from backstay.terraform.interruption import Interruption
from tests.terraform.apps import Stack, values, write_app


def override(runner: StackRunner, directory: Path, stack: Stack) -> Stack | None:
    """The override file of a stack whose protection has been taken off."""
    write_app(directory, {"east": stack})
    (east,) = manifest.read(directory)
    work = runner.begin(east, Action.DESTROY, Interruption())
    work.initialize()
    assert protection.take_off(work).exit_status == 0
    path = east.directory / "sandbox_unprotected_override.tf.json"
    return json.loads(path.read_text()) if path.exists() else None


def protected(stack: Stack) -> Stack:
    for resource in stack["resource"]["terraform_data"].values():
        resource["lifecycle"] = {"prevent_destroy": True}
    return stack


def test_only_what_is_protected_is_overridden(tmp_path: Path, runner: StackRunner) -> None:
    stack = protected(values(kept=1))
    stack["resource"]["terraform_data"]["loose"] = {"input": 2}
    written = override(runner, tmp_path, stack)
    assert written == {"resource": {"terraform_data": {"kept": {"lifecycle": {"prevent_destroy": False}}}}}


def test_nothing_is_written_where_nothing_is_protected(tmp_path: Path, runner: StackRunner) -> None:
    assert override(runner, tmp_path, values(loose=1)) is None


def test_a_protected_stack_is_destroyed_with_it_and_kept_without(tmp_path: Path, runner: StackRunner) -> None:
    write_app(tmp_path, {"east": protected(values(kept=1))})
    stacks = manifest.read(tmp_path)
    run_in_order(stacks, Action.APPLY, runner.run)
    (kept,) = run_in_order(stacks, Action.DESTROY, runner.run)
    assert [error.summary for error in kept.errors] == ["Instance cannot be destroyed"]
    assert "only an environment that says `disposable: true`" in kept.advice[0]
    unprotecting = replace(runner, before_destroy=protection.take_off)
    (gone,) = run_in_order(stacks, Action.DESTROY, unprotecting.run)
    assert gone.counts.destroyed == 1


def test_protection_put_back_is_protection_again(tmp_path: Path, runner: StackRunner) -> None:
    override(runner, tmp_path, protected(values(kept=1)))
    protection.put_back(tmp_path / "stacks/east")
    protection.put_back(tmp_path / "stacks/east")
    assert not list(tmp_path.rglob("*_override.tf.json"))
