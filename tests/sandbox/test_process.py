"""Starting, finding and ending the embedded cloud."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from backstay.sandbox import Sandbox, SandboxError

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder whose sandbox is ended with the test."""
    yield tmp_path / "home"
    if left := Sandbox.running(tmp_path / "home"):
        left.stop()


def is_alive(pid: int) -> bool:
    """Whether a process runs, and has not merely not been waited for."""
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def test_sandbox_outlives_the_command_that_started_it(home: Path) -> None:
    code = f"from pathlib import Path; from backstay.sandbox import Sandbox; Sandbox.start(Path({str(home)!r}))"
    subprocess.run([sys.executable, "-c", code], check=True)
    running = Sandbox.running(home)
    assert running is not None
    assert running.lost() == {}


def test_starting_twice_gives_the_same_sandbox(home: Path) -> None:
    assert Sandbox.start(home) == Sandbox.start(home)


def test_two_starts_at_once_give_one_sandbox(home: Path) -> None:
    with ThreadPoolExecutor() as pool:
        started = list(pool.map(lambda _: Sandbox.start(home), range(4)))
    assert len({sandbox.identity for sandbox in started}) == 1


def test_stopped_sandbox_is_gone(home: Path) -> None:
    sandbox = Sandbox.start(home)
    sandbox.stop()
    assert Sandbox.running(home) is None
    assert not is_alive(sandbox.pid)


def test_stopping_twice_is_no_error(home: Path) -> None:
    sandbox = Sandbox.start(home)
    sandbox.stop()
    sandbox.stop()


def test_stopping_an_old_sandbox_leaves_its_successor_alone(home: Path) -> None:
    old = Sandbox.start(home)
    old.stop()
    new = Sandbox.start(home)
    old.stop()
    assert Sandbox.running(home) == new


def test_killed_sandbox_is_not_taken_for_running(home: Path) -> None:
    old = Sandbox.start(home)
    os.kill(old.pid, signal.SIGKILL)
    while is_alive(old.pid):
        time.sleep(0.01)
    assert Sandbox.running(home) is None
    assert Sandbox.start(home).identity != old.identity


def test_report_left_with_the_id_of_a_stranger_does_not_end_the_stranger(home: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"])  # noqa: S607 - any process will do
    try:
        home.mkdir()
        report = {"pid": stranger.pid, "port": 1, "identity": "left behind"}
        (home / "emulator.json").write_text(json.dumps(report))
        assert Sandbox.running(home) is None
        Sandbox(home=home, **report).stop()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_emulator_that_dies_while_starting_shows_the_end_of_its_log(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "broken" / "werkzeug"
    broken.mkdir(parents=True)
    (broken / "__init__.py").write_text("raise RuntimeError('this werkzeug is broken')")
    monkeypatch.setenv("PYTHONPATH", str(broken.parent))
    with pytest.raises(SandboxError, match="this werkzeug is broken"):
        Sandbox.start(home)
    assert Sandbox.running(home) is None


def test_reset_forgets_what_was_asked_for_and_lost(home: Path) -> None:
    sandbox = Sandbox.start(home)
    sandbox.lose("eu-west-1")
    sandbox.reset()
    assert sandbox.lost() == {}
    assert sandbox.report().fixed == ()


def test_asking_a_stopped_sandbox_names_its_log(home: Path) -> None:
    sandbox = Sandbox.start(home)
    sandbox.stop()
    with pytest.raises(SandboxError, match=r"did not answer 'lose' .*emulator\.log"):
        sandbox.lose("eu-west-1")


def test_emulator_listens_on_loopback_only(home: Path) -> None:
    port = Sandbox.start(home).port
    listening = [
        line.split()[1]
        for table in ("/proc/net/tcp", "/proc/net/tcp6")
        for line in Path(table).read_text().splitlines()[1:]
        if line.split()[3] == "0A" and line.split()[1].endswith(f":{port:04X}")
    ]
    assert listening == [f"0100007F:{port:04X}"]


def test_second_emulator_for_one_report_gives_up(home: Path) -> None:
    Sandbox.start(home)
    command = [sys.executable, "-m", "backstay.sandbox.emulator", "--ready-file", str(home / "emulator.json")]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert "another emulator holds" in second.stderr


def test_package_is_cheap_to_import_and_needs_no_emulator() -> None:
    code = "import backstay.sandbox, sys; print([m for m in ('moto', 'boto3', 'flask') if m in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == "[]"


def test_missing_extra_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moto", None)
    with pytest.raises(SandboxError, match=r"install backstay\[sandbox\]"):
        Sandbox.start(home)
