"""A terminal for a command that asks."""

import os
import pty
import select
import subprocess
import time
from pathlib import Path


class Terminal:
    """Runs a command on a terminal of its own, and keeps all that it shows."""

    def __init__(self, command: list[str], directory: Path) -> None:
        self._master, slave = pty.openpty()
        self._process = subprocess.Popen(
            command, cwd=directory, stdin=slave, stdout=slave, stderr=slave, start_new_session=True
        )
        os.close(slave)
        self.shown = ""

    def wait_for(self, text: str, *, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < deadline, f"{text!r} was not shown, but: {self.shown}"
            assert self._read(), f"it ended without showing {text!r}, but: {self.shown}"

    def type(self, line: str) -> None:
        os.write(self._master, f"{line}\n".encode())

    def wait(self) -> int:
        while self._read():
            pass
        os.close(self._master)
        return self._process.wait(timeout=30)

    def _read(self) -> bool:
        ready, _, _ = select.select([self._master], [], [], 1)
        if not ready:
            return self._process.poll() is None
        try:
            data = os.read(self._master, 65536)
        except OSError:
            # Linux's way to say that the other end is closed.
            return False
        self.shown += data.decode(errors="replace")
        return bool(data)
