"""Run a command and measure how long it takes and how much memory it and its children hold."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PROC = Path("/proc")
_SAMPLE_SECONDS = 0.02


class CommandFailedError(RuntimeError):
    """The measured command exited with an error, so its figures mean nothing."""


@dataclass(frozen=True)
class Run:
    """One run of a command and its children.

    Attributes:
        seconds: wall time.
        cpu_seconds: processor time, which other work on the machine changes far less.
        peak_bytes: the largest sum of resident memory; None where there is no /proc.
    """

    seconds: float
    cpu_seconds: float
    peak_bytes: int | None


def run(command: Sequence[str], *, environment: Mapping[str, str], folder: Path) -> Run:
    """Run a command to its end, in `folder`, with `environment` on top of this process's own.

    Pages that processes share count once in each, as they do in `ps`. Memory is sampled fifty times a
    second, so a peak that is shorter than that may be missed.

    Raises `CommandFailedError`.
    """
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT
        )
        sampler = _Sampler(process.pid)
        sampler.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            seconds = time.perf_counter() - start
        finally:
            process.kill()
            sampler.stop()
        if process.returncode != 0:
            output.seek(0)
            tail = output.read().decode(errors="replace")[-3000:]
            raise CommandFailedError(f"{' '.join(command)} exited with {process.returncode}:\n{tail}")
    return Run(seconds, usage.ru_utime + usage.ru_stime, sampler.peak_bytes or None)


class _Sampler(threading.Thread):
    """Watches the memory of a process and of its descendants."""

    def __init__(self, root: int) -> None:
        super().__init__(daemon=True)
        self.peak_bytes = 0
        self._root = root
        self._stopped = threading.Event()

    def run(self) -> None:
        while _PROC.is_dir() and not self._stopped.wait(_SAMPLE_SECONDS):
            self.peak_bytes = max(self.peak_bytes, _tree_bytes(self._root))

    def stop(self) -> None:
        self._stopped.set()
        self.join()


def _tree_bytes(root: int) -> int:
    children: dict[int, list[int]] = {}
    resident: dict[int, int] = {}
    for folder in _PROC.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            stat = (folder / "stat").read_text()
        except OSError:
            continue  # the process has ended meanwhile
        # The second field, the program's name in brackets, may hold blanks and brackets itself.
        fields = stat[stat.rindex(")") + 2 :].split()
        pid, parent, pages = int(folder.name), int(fields[1]), int(fields[21])
        resident[pid] = pages * os.sysconf("SC_PAGE_SIZE")
        children.setdefault(parent, []).append(pid)
    total, pending = 0, [root]
    while pending:
        pid = pending.pop()
        total += resident.get(pid, 0)
        pending += children.get(pid, [])
    return total
