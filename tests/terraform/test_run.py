"""One stack at a time, with the real Terraform."""

import stat
import subprocess
from pathlib import Path

import pytest

from backstay.terraform import Action, Outcome, StackResult, StackRunner, manifest
from backstay.terraform.events import Counts, Event, Phase, ResourceEvent
from backstay.terraform.interruption import Interruption
from tests.terraform.apps import FAILING, Stack, running, values, write_app


class Workbench:
    """Runs actions on the one stack of an app that can be rewritten in between."""

    def __init__(self, outdir: Path, runner: StackRunner) -> None:
        self.outdir = outdir
        self.runner = runner
        self.events: list[Event] = []

    def write(self, stack: Stack) -> None:
        write_app(self.outdir, {"production-us-east-1": stack})

    def run(self, action: Action) -> StackResult:
        (stack,) = manifest.read(self.outdir)
        return self.runner.run(stack, action, Interruption(), self.events.append)


@pytest.fixture
def bench(tmp_path: Path, runner: StackRunner) -> Workbench:
    return Workbench(tmp_path / "cdktf.out", runner)


def test_a_plan_of_something_new_finds_changes(bench: Workbench) -> None:
    bench.write(values(first=1, second=2))
    result = bench.run(Action.PLAN)
    assert (result.outcome, result.counts, result.exit_status) == (Outcome.CHANGED, Counts(added=2), 2)


def test_a_plan_that_reads_data_finds_changes_too(bench: Workbench, tmp_path: Path) -> None:
    state = tmp_path / "other.tfstate"
    state.write_text('{"version": 4, "terraform_version": "1.5.0", "serial": 1, "lineage": "x", "outputs": {}}')
    reading = {"terraform_remote_state": {"other": {"backend": "local", "config": {"path": str(state)}}}}
    bench.write({**values(size=1), "data": reading})
    result = bench.run(Action.PLAN)
    assert result.outcome is Outcome.CHANGED
    assert result.counts == Counts(added=1)


def test_a_plan_after_an_apply_finds_nothing(bench: Workbench) -> None:
    bench.write(values(first=1))
    assert bench.run(Action.APPLY).outcome is Outcome.CHANGED
    result = bench.run(Action.PLAN)
    assert (result.outcome, result.counts, result.exit_status) == (Outcome.UNCHANGED, Counts(), 0)


def test_a_second_apply_changes_nothing(bench: Workbench) -> None:
    bench.write(values(first=1))
    bench.run(Action.APPLY)
    assert bench.run(Action.APPLY).outcome is Outcome.UNCHANGED


def test_an_apply_counts_what_it_added_changed_and_destroyed(bench: Workbench) -> None:
    bench.write(values(kept=1, changed=1, destroyed=1))
    bench.run(Action.APPLY)
    bench.write(values(kept=1, changed=2, added=1))
    assert bench.run(Action.APPLY).counts == Counts(added=1, changed=1, destroyed=1)


def test_a_destroy_counts_what_it_destroyed(bench: Workbench) -> None:
    bench.write(values(first=1, second=2))
    bench.run(Action.APPLY)
    result = bench.run(Action.DESTROY)
    assert (result.outcome, result.counts) == (Outcome.CHANGED, Counts(destroyed=2))
    assert bench.run(Action.DESTROY).outcome is Outcome.UNCHANGED


def test_a_change_of_an_output_alone_is_a_change(bench: Workbench) -> None:
    bench.write(values(first=1) | {"output": {"address": {"value": "10.0.0.1"}}})
    bench.run(Action.APPLY)
    bench.write(values(first=1) | {"output": {"address": {"value": "10.0.0.2"}}})
    assert bench.run(Action.PLAN).outcome is Outcome.CHANGED
    assert bench.run(Action.APPLY).outcome is Outcome.CHANGED
    assert bench.run(Action.PLAN).outcome is Outcome.UNCHANGED


def test_a_failed_apply_says_why_and_counts_only_what_was_done(bench: Workbench) -> None:
    stack = values(first=1)
    stack["resource"]["terraform_data"] |= FAILING["resource"]["terraform_data"]
    bench.write(stack)
    result = bench.run(Action.APPLY)
    assert (result.outcome, result.counts, result.exit_status) == (Outcome.FAILED, Counts(added=1), 1)
    (error,) = result.errors
    assert error.summary == "local-exec provisioner error"
    assert "out of capacity" in error.detail


def test_a_configuration_that_init_refuses_is_a_failure_with_its_words(bench: Workbench) -> None:
    bench.write({"resource": "garbled"})
    result = bench.run(Action.PLAN)
    assert result.outcome is Outcome.FAILED
    assert "Incorrect JSON value type" in [error.summary for error in result.errors]


def test_events_tell_each_resource_from_plan_to_done(bench: Workbench) -> None:
    bench.write(values(first=1))
    bench.run(Action.APPLY)
    phases = [event.phase for event in bench.events if isinstance(event, ResourceEvent)]
    assert phases == [Phase.PLANNED, Phase.STARTED, Phase.DONE]


def test_no_refresh_is_passed_on(bench: Workbench, tmp_path: Path) -> None:
    bench.write(values(first=1))
    bench.run(Action.APPLY)
    hasty = StackRunner(
        terraform=bench.runner.terraform, environment=bench.runner.environment, logs=tmp_path / "logs", refresh=False
    )
    bench.runner = hasty
    bench.events.clear()
    bench.run(Action.PLAN)
    assert not [event for event in bench.events if isinstance(event, ResourceEvent)]


def test_the_log_keeps_all_commands_and_belongs_to_its_owner(bench: Workbench) -> None:
    bench.write(values(first=1))
    log = bench.run(Action.APPLY).log
    assert log is not None
    commands = [line for line in log.read_text().splitlines() if line.startswith("$ terraform ")]
    assert [command.split()[2] for command in commands] == ["init", "plan", "apply"]
    assert stat.S_IMODE(log.stat().st_mode) == 0o600


def test_the_log_holds_no_sensitive_value(bench: Workbench) -> None:
    bench.runner = StackRunner(
        terraform=bench.runner.terraform,
        environment={**bench.runner.environment, "TF_VAR_api_key": "hunter2-in-clear"},
        logs=bench.runner.logs,
    )
    bench.write(
        {
            "variable": {"api_key": {"type": "string", "sensitive": True}},
            "resource": {"terraform_data": {"key": {"input": "${var.api_key}"}}},
            "output": {"key": {"value": "${terraform_data.key.output}", "sensitive": True}},
        }
    )
    log = bench.run(Action.APPLY).log
    assert log is not None
    assert "terraform_data.key" in log.read_text()
    assert "hunter2-in-clear" not in log.read_text()


def test_the_state_can_be_shown(bench: Workbench) -> None:
    bench.write(values(first="alpha"))
    bench.run(Action.APPLY)
    (stack,) = manifest.read(bench.outdir)
    resources = bench.runner.show(stack)["values"]["root_module"]["resources"]
    assert [resource["values"]["input"] for resource in resources] == ["alpha"]


def test_a_second_apply_at_the_same_time_is_refused_with_the_lock_error(bench: Workbench) -> None:
    bench.write(running("echo started; sleep 3"))
    assert bench.run(Action.PLAN).outcome is Outcome.CHANGED
    (stack,) = manifest.read(bench.outdir)
    command = [*bench.runner.terraform.command, "apply", "-auto-approve", "-input=false"]
    with subprocess.Popen(
        command, cwd=stack.directory, env=dict(bench.runner.environment), stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        for line in first.stdout:
            if "started" in line:
                break
        second = bench.run(Action.APPLY)
        first.stdout.read()
    assert first.returncode == 0
    assert second.outcome is Outcome.FAILED
    (error,) = second.errors
    assert error.summary == "Error acquiring the state lock"
    (advice,) = second.advice
    assert "wait until it has ended" in advice
    lock_id = error.detail.split("ID:")[1].split()[0]
    assert advice.endswith(f"-chdir={stack.directory} force-unlock {lock_id}")
    assert bench.run(Action.PLAN).outcome is Outcome.UNCHANGED


def test_providers_that_cannot_be_had_lead_to_the_mirror(bench: Workbench) -> None:
    # A registry that refuses connections, as a machine without a network has it.
    source = "localhost:9/acme/absent"
    bench.write({"terraform": {"required_providers": {"absent": {"source": source, "version": "1.0.0"}}}})
    result = bench.run(Action.PLAN)
    assert result.outcome is Outcome.FAILED
    assert [advice for advice in result.advice if "--provider-mirror" in advice]
