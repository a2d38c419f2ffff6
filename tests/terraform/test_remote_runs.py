"""Runs that take place in Terraform Cloud, which tell what they do in words only.

A stand-in says what `terraform` says there. It was taken from Terraform's source: the logs of a remote plan are written
as people read them, `-json` or not (internal/cloud/backend_plan.go, renderPlanLogs), `-out` saves a bookmark of the
remote plan, which `show -json` reads (internal/cloud/backend_show.go) and `apply` carries out (backend_apply.go).
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from backstay.terraform import Action, Outcome, StackRunner, SynthesizedStack, Terraform
from backstay.terraform.events import Counts, Diagnostic
from backstay.terraform.interruption import Interruption
from backstay.terraform.resource_change import ResourceChange
from backstay.terraform.run import Guard, mind_nothing

TERRAFORM = """\
import json, pathlib, sys
with open("commands", "a") as commands:
    commands.write(" ".join(sys.argv[1:]) + "\\n")
command = sys.argv[1]
if command == "plan":
    (out,) = [argument.removeprefix("-out=") for argument in sys.argv if argument.startswith("-out=")]
    pathlib.Path(out).write_text(json.dumps({"remote_plan_format": 1, "run_id": "run-a", "hostname": "app.example"}))
    print("Running plan in HCP Terraform. Output will stream here.")
    print("  # aws_db_instance.orders will be destroyed")
    print("Plan: 0 to add, 0 to change, 1 to destroy.")
    sys.exit(0 if "-refresh-only" in sys.argv else 2)
if command == "show" and pathlib.Path("no-administrator").exists():
    sys.exit("couldn't read unredacted JSON plan data for cloud run run-a")
if command == "show":
    assert json.loads(pathlib.Path(sys.argv[-1]).read_text())["run_id"] == "run-a"
    print(pathlib.Path("plan.json").read_text())
if command == "apply":
    assert json.loads(pathlib.Path(sys.argv[-1]).read_text())["run_id"] == "run-a"
    print("Apply complete! Resources: 0 added, 0 changed, 1 destroyed.")
"""


@pytest.fixture
def stack(tmp_path: Path) -> SynthesizedStack:
    gone = {
        "address": "aws_db_instance.orders",
        "mode": "managed",
        "type": "aws_db_instance",
        "name": "orders",
        "change": {"actions": ["delete"], "before": {"identifier": "orders"}, "after": None},
    }
    cloud = {"terraform": {"cloud": {"organization": "acme", "workspaces": {"name": "orders"}}}}
    (tmp_path / "plan.json").write_text(json.dumps({"resource_changes": [gone]}))
    (tmp_path / "cdk.tf.json").write_text(json.dumps(cloud))
    (tmp_path / "terraform.py").write_text(TERRAFORM)
    return SynthesizedStack("orders", tmp_path)


def runner(stack: SynthesizedStack, *, guard: Guard = mind_nothing) -> StackRunner:
    command = (sys.executable, str(stack.directory / "terraform.py"))
    terraform = Terraform(command=command, product="Terraform", version="1.11.4", origin="test")
    return StackRunner(terraform=terraform, environment=os.environ, logs=stack.directory / "logs", guard=guard)


def commands(stack: SynthesizedStack) -> list[str]:
    return [line.split()[0] for line in (stack.directory / "commands").read_text().splitlines()]


def test_what_a_remote_plan_would_do_is_read_from_the_plan(stack: SynthesizedStack) -> None:
    result = runner(stack).run(stack, Action.PLAN, Interruption())
    assert result.outcome is Outcome.CHANGED
    assert result.counts == Counts(destroyed=1)
    assert [str(change.action) for change in result.changes] == ["delete"]


def test_a_remote_apply_is_of_the_plan_that_was_looked_at(stack: SynthesizedStack) -> None:
    result = runner(stack).run(stack, Action.APPLY, Interruption())
    assert commands(stack) == ["init", "plan", "show", "apply"]
    assert (result.outcome, result.counts) == (Outcome.CHANGED, Counts(destroyed=1))


def test_the_guard_keeps_a_remote_apply_from_taking_data_away(stack: SynthesizedStack) -> None:
    asked: list[Sequence[ResourceChange]] = []

    def guard(_stack: SynthesizedStack, changes: Sequence[ResourceChange]) -> Sequence[Diagnostic]:
        asked.append(changes)
        return (Diagnostic("error", "it holds data"),)

    result = runner(stack, guard=guard).run(stack, Action.APPLY, Interruption())
    assert [[change.address for change in changes] for changes in asked] == [["aws_db_instance.orders"]]
    assert result.outcome is Outcome.FAILED
    assert "apply" not in commands(stack)


def test_nothing_that_remote_runs_refuse_is_asked_for(stack: SynthesizedStack) -> None:
    runner(stack).run(stack, Action.APPLY, Interruption())
    given = (stack.directory / "commands").read_text()
    # "Custom parallelism values are currently not supported": internal/cloud/backend_plan.go
    assert "-parallelism" not in given


@pytest.mark.parametrize("action", [Action.PLAN, Action.APPLY, Action.DRIFT])
def test_a_remote_plan_that_only_administrators_may_see_is_refused_with_what_to_do(
    stack: SynthesizedStack, action: Action
) -> None:
    (stack.directory / "no-administrator").touch()
    result = runner(stack).run(stack, action, Interruption())
    assert result.outcome is Outcome.FAILED
    (error,) = result.errors
    assert "cannot be examined" in error.summary
    assert "administrators of the workspace" in error.detail
    assert commands(stack) == ["init", "plan", "show"]


def test_a_remote_look_for_drift_does_not_trust_the_exit_status(stack: SynthesizedStack) -> None:
    region = {"address": "terraform_data.kept", "mode": "managed", "type": "terraform_data", "name": "kept"}
    change = {"actions": ["update"], "before": {"input": 1}, "after": {"input": 2}}
    configured = {"resource": {"terraform_data": {"kept": {"input": 1}}}, "terraform": {"cloud": {}}}
    (stack.directory / "plan.json").write_text(json.dumps({"resource_drift": [region | {"change": change}]}))
    (stack.directory / "cdk.tf.json").write_text(json.dumps(configured))
    result = runner(stack).run(stack, Action.DRIFT, Interruption())
    assert (result.outcome, result.counts) == (Outcome.CHANGED, Counts(changed=1))


def test_nothing_is_applied_of_which_terraform_shows_no_plan(stack: SynthesizedStack) -> None:
    (stack.directory / "plan.json").write_text("")
    result = runner(stack).run(stack, Action.APPLY, Interruption())
    assert result.outcome is Outcome.FAILED
    assert "apply" not in commands(stack)
