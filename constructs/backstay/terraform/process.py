"""One Terraform command, whose output outlives this process."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from threading import Lock

_POLL_SECONDS = 0.05


class TerraformProcess:
    """A running command that writes to a log file and can be asked to stop.

    Terraform writes into the file itself. Through a pipe, it would be killed by its next line of output when
    this process is gone, in the middle of an apply and with the state locked.
    """

    def __init__(self, command: Sequence[str], *, directory: Path, environment: Mapping[str, str], log: Path) -> None:
        """Start the command in `directory`, appending its output to `log`.

        Raises:
            OSError: the command cannot be started.

        """
        self._log = log
        self._lock = Lock()
        self._interrupts = 0
        with log.open("ab") as output:
            self._start = output.seek(0, os.SEEK_END)
            self._process = subprocess.Popen(  # noqa: S603 - the user's own Terraform
                command,
                cwd=directory,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                # A Ctrl-C typed at the terminal must arrive once, from us, and not a second time from the
                # terminal: Terraform takes the second one as an order to drop everything.
                process_group=0,
            )

    def lines(self) -> Iterator[str]:
        """Yield the output line by line as it is written, until the command has ended."""
        with self._log.open("rb") as output:
            output.seek(self._start)
            partial = b""
            ended = False
            while not ended:
                ended = self._has_ended()
                while chunk := output.readline():
                    partial += chunk
                    if partial.endswith(b"\n"):
                        yield partial.decode(errors="replace").rstrip("\r\n")
                        partial = b""
            if partial:
                yield partial.decode(errors="replace")

    def interrupt(self, times: int) -> None:
        """Pass on SIGINT until the command has had `times` of them: one stops it in order, two at once."""
        with self._lock:
            while self._interrupts < times and self._process.returncode is None:
                self._interrupts += 1
                self._signal(signal.SIGINT)

    def wait(self) -> int:
        """Wait for the end and return the exit status."""
        status = self._process.wait()
        if self._interrupts:
            # A command that a provisioner left in the background ignores SIGINT.
            self._signal(signal.SIGTERM)
        return status

    def _has_ended(self) -> bool:
        try:
            self._process.wait(timeout=_POLL_SECONDS)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _signal(self, number: signal.Signals) -> None:
        # The group, because Terraform kills a provisioner's shell but not what the shell has started.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
