"""What a measured run reports."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks.measure import CommandFailedError, run

MIB = 1024 * 1024
# Holds 64 MiB itself while a child holds 64 MiB more.
PARENT_AND_CHILD = """
import subprocess, sys, time
block = b"x" * (64 << 20)
if sys.argv[1:] != ["child"]:
    subprocess.run([sys.executable, "-c", sys.argv[1], "child"])
time.sleep(0.3)
"""


def test_seconds_are_the_wall_time_of_the_command(tmp_path: Path) -> None:
    measured = run([sys.executable, "-c", "import time; time.sleep(0.3)"], environment={}, folder=tmp_path)
    assert 0.3 <= measured.seconds < 3


def test_processor_time_is_that_of_the_command_and_its_children(tmp_path: Path) -> None:
    spin = "import time\nwhile time.process_time() < 0.3: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {spin!r}])"
    measured = run([sys.executable, "-c", parent], environment={}, folder=tmp_path)
    assert 0.3 <= measured.cpu_seconds < 3


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="memory is read from /proc")
def test_memory_is_that_of_the_command_and_its_children(tmp_path: Path) -> None:
    measured = run([sys.executable, "-c", PARENT_AND_CHILD, PARENT_AND_CHILD], environment={}, folder=tmp_path)
    assert measured.peak_bytes is not None
    assert 128 * MIB < measured.peak_bytes < 256 * MIB


def test_command_that_fails_gives_no_figures_but_its_output(tmp_path: Path) -> None:
    code = "import os, sys; print(os.environ['WHY']); sys.exit(7)"
    with pytest.raises(CommandFailedError, match="exited with 7:\nno such stack"):
        run([sys.executable, "-c", code], environment={"WHY": "no such stack"}, folder=tmp_path)
