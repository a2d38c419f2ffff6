"""A Terraform process and what happens to it when this one goes away."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from backstay.terraform import Action, Outcome, StackRunner, manifest, run_in_order
from backstay.terraform.process import TerraformProcess
from tests.terraform.apps import running, write_app

APPLY = """
import os, sys
from pathlib import Path
from backstay.terraform import Action, StackRunner, binary, manifest, run_in_order, settings
work = Path(sys.argv[1])
environment = settings.child_environment(folder=work, mirror=None)
runner = StackRunner(terraform=binary.find(), environment=environment, logs=work / "logs")
run_in_order(manifest.read(work / "out"), Action.APPLY, runner.run, on_progress=lambda _: print(_, flush=True))
"""


def test_an_apply_survives_its_caller_and_leaves_state_and_lock_in_order(tmp_path: Path, runner: StackRunner) -> None:
    done = tmp_path / "done"
    write_app(tmp_path / "out", {"east": running(f"echo a; sleep 2; echo b; touch {done}")})
    with subprocess.Popen([sys.executable, "-c", APPLY, str(tmp_path)], stdout=subprocess.PIPE, text=True) as caller:
        assert caller.stdout is not None
        for line in caller.stdout:
            if "Phase.STARTED" in line:
                break
        caller.send_signal(signal.SIGKILL)
    (stack,) = manifest.read(tmp_path / "out")
    lock = stack.directory / ".terraform.tfstate.lock.info"
    deadline = time.monotonic() + 30
    while (lock.exists() or not done.exists()) and time.monotonic() < deadline:
        time.sleep(0.1)
    (plan,) = run_in_order([stack], Action.PLAN, runner.run)
    assert plan.outcome is Outcome.UNCHANGED


def test_output_is_read_from_where_the_command_began(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("of an earlier command\n")
    process = start(["sh", "-c", "echo one; sleep 0.2; printf 'tw'; sleep 0.2; echo o; printf three"], log)
    assert list(process.lines()) == ["one", "two", "three"]
    assert process.wait() == 0
    assert log.read_text() == "of an earlier command\none\ntwo\nthree"


def test_a_command_has_nothing_to_read_from_the_terminal(tmp_path: Path) -> None:
    process = start(["sh", "-c", "read answer || echo nobody there"], tmp_path / "log")
    assert list(process.lines()) == ["nobody there"]


def test_interrupting_again_and_again_sends_each_signal_once(tmp_path: Path) -> None:
    script = "import signal, time; signal.signal(2, lambda *_: print('heard', flush=True)); print('ready', flush=True)"
    wait = "\nfor _ in range(10): time.sleep(0.1)"
    process = start([sys.executable, "-c", script + wait], tmp_path / "log")
    heard: list[str] = []
    for line in process.lines():
        heard.append(line)
        if line == "ready":
            process.interrupt(1)
            process.interrupt(1)
    assert heard == ["ready", "heard"]


def start(command: list[str], log: Path) -> TerraformProcess:
    return TerraformProcess(command, directory=log.parent, environment=os.environ, log=log)
