"""Ctrl-C, with the real command and the real Terraform."""

import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Project
from tests.terraform.apps import running, values
from tests.terraform.processes import is_alive

pytestmark = pytest.mark.usefixtures("terraform_on_path")


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.05)


def interrupt(project: Project, *arguments: str, number: signal.Signals = signal.SIGINT) -> tuple[int, str]:
    """Run the command until the stack's own command has begun, then send it a signal."""
    command = project.command(*arguments)
    with subprocess.Popen(
        command,
        cwd=project.directory,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        wait_for(project.directory / "begun")
        process.send_signal(number)
        output, _ = process.communicate(timeout=30)
    return process.returncode, output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_deploy_says_how_to_go_on_and_the_next_one_works(
    project: Project, number: signal.Signals
) -> None:
    begun = project.directory / "begun"
    project.write(
        {"east": running(f"test -e {begun} || (touch {begun}; sleep 30)"), "east-workloads": values(first=1)},
        depends_on={"east-workloads": ["east"]},
    )
    status, output = interrupt(project, "deploy", "development", "--auto-approve", number=number)
    assert status == 130
    assert "stopping: waiting for Terraform to finish" in output
    assert "running the same command again goes on from there" in output
    assert "depends on east, which was interrupted" in output
    assert not list(project.directory.rglob("*.lock.info"))
    again = project.run("deploy", "development", "--auto-approve")
    assert again.returncode == 0, again.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_interrupting_the_synthesis_leaves_nothing_running(project: Project, number: signal.Signals) -> None:
    (project.directory / "app.py").write_text(
        "import os, time; open('pid', 'w').write(str(os.getpid())); open('begun', 'w'); time.sleep(30)\n"
    )
    status, output = interrupt(project, "deploy", "development", "--auto-approve", number=number)
    assert status == 130
    assert "interrupted" in output
    assert "Traceback" not in output
    assert not is_alive(int((project.directory / "pid").read_text()))
