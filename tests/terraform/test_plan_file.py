"""Where saved plans are kept, and for how long."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from backstay.terraform.plan_file import plan_file


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


def test_only_the_owner_can_read_a_plan() -> None:
    with plan_file() as path:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.parametrize("trouble", [None, ValueError, KeyboardInterrupt])
def test_a_plan_is_gone_whatever_happens(temporary: Path, trouble: type[BaseException] | None) -> None:
    def work() -> None:
        with plan_file() as path:
            path.write_text("secret")
            if trouble:
                raise trouble

    if trouble:
        with pytest.raises(trouble):
            work()
    else:
        work()
    assert not list(temporary.iterdir())


def test_what_a_killed_process_has_left_goes_with_the_next_plan(temporary: Path) -> None:
    dies = (
        "import os, signal, tempfile\n"
        f"tempfile.tempdir = {str(temporary)!r}\n"
        "from backstay.terraform.plan_file import plan_file\n"
        "with plan_file() as path:\n"
        "    path.write_text('secret')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    subprocess.run([sys.executable, "-c", dies], check=False)
    assert [path.name for path in temporary.rglob("plan")] == ["plan"]
    with plan_file() as path:
        assert list(temporary.rglob("plan")) == [path]


def test_plans_side_by_side_leave_each_other_alone() -> None:
    with plan_file() as first, plan_file() as second:
        assert first.exists()
        assert second.exists()
