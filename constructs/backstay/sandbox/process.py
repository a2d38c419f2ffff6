"""The emulator as a background process that outlives the command that started it."""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener

from backstay.sandbox.control import PATH
from backstay.sandbox.errors import SandboxError
from backstay.sandbox.outage import Symptom
from backstay.sandbox.pace import require_pace
from backstay.sandbox.report import Report, report
from backstay.sandbox.seeds import Seed, packed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_START_SECONDS = 60
_STOP_SECONDS = 10
_LOG_LINES_SHOWN = 15

# Kept, because Python warns of a process that is forgotten while it runs.
_children: list[subprocess.Popen[bytes]] = []

# The way to loopback is never through a proxy.
_opener = build_opener(ProxyHandler({}))


@dataclass(frozen=True)
class Sandbox:
    """A running embedded cloud.

    Its files are in `home`: `emulator.json` (process and port), `emulator.log` (what it did). All that was
    created in it is in its memory and ends with it.
    """

    home: Path
    port: int
    pid: int
    identity: str

    @classmethod
    def start(cls, home: Path) -> Sandbox:
        """The sandbox of `home`, started unless it is running.

        Raises SandboxError when the extra is not installed or the emulator does not come up.
        """
        if importlib.util.find_spec("moto") is None or importlib.util.find_spec("flask") is None:
            raise SandboxError("the sandbox needs an emulator that is not installed: install backstay[sandbox]")
        home.mkdir(parents=True, exist_ok=True)
        with _one_start_at_a_time(home):
            return cls.running(home) or cls._spawn(home)

    @classmethod
    def running(cls, home: Path) -> Sandbox | None:
        """The sandbox of `home`; None when it is not running, whatever files an earlier one has left."""
        report = _ready_file(home)
        if not report.exists() or not _is_held(report):
            return None
        try:
            found = json.loads(report.read_text())
        except json.JSONDecodeError:
            # Held but not yet written: the emulator is still starting.
            return None
        return cls(home=home, **found)

    @property
    def endpoint(self) -> str:
        """Where every AWS service of the sandbox answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What the emulator was asked and how it answered."""
        return _log_file(self.home)

    def reset(self) -> None:
        """Forget everything that was created, restore every region, and let time pass as it does."""
        self._ask("POST", "reset")

    def seed(self, seeds: Sequence[Seed], *, account: str) -> None:
        """Put into `account` what an environment presumes to exist; doing it twice changes nothing."""
        self._ask("POST", "seed", {"account": account, "seeds": packed(seeds)})

    def lose(self, region: str, symptom: Symptom = Symptom.UNAVAILABLE) -> None:
        """Lose a region, and the control planes of the global services that live there."""
        self._ask("POST", "lose", {"region": region, "symptom": symptom})

    def restore(self, region: str) -> None:
        """Bring a lost region back, with what it held."""
        self._ask("POST", "restore", {"region": region})

    def hasten(self, times: float) -> None:
        """Let state machines wait so many times shorter than they are told to: 20 makes a minute three seconds.

        How long anything took says nothing then.

        Raises ValueError when time would stand still or go back.
        """
        require_pace(times)
        self._ask("POST", "hasten", {"times": times})

    def lost(self) -> dict[str, Symptom]:
        """The lost regions and how they look to clients."""
        return {region: Symptom(how) for region, how in self._ask("GET", "status")["lost"].items()}

    def refused(self) -> dict[str, int]:
        """How many requests were meant for each region while it was lost, since the sandbox was last reset."""
        return self._ask("GET", "status")["refused"]

    def report(self) -> Report:
        """What was corrected and stood in for, among all that was asked of the sandbox so far."""
        status = self._ask("GET", "status")
        return report(services=status["services"], stood_in=status["stood_in"])

    def stop(self) -> None:
        """End the emulator and all that was created in it; no error when it has ended already.

        Raises SandboxError when the process does not end.
        """
        report = _ready_file(self.home)
        if self.running(self.home) != self:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        if not _within(_STOP_SECONDS, lambda: not _is_held(report)):
            raise SandboxError(f"the emulator (process {self.pid}) did not end: end it by hand")
        for child in _children:
            child.poll()
        report.unlink(missing_ok=True)

    @classmethod
    def _spawn(cls, home: Path) -> Sandbox:
        _ready_file(home).unlink(missing_ok=True)
        command = [sys.executable, "-m", "backstay.sandbox.emulator", "--ready-file", str(_ready_file(home))]
        with _log_file(home).open("w") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A session of its own: interrupting the command that started it does not reach it.
                start_new_session=True,
                env={name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            )
        _children.append(process)
        started: Sandbox | None = None

        def is_up() -> bool:
            nonlocal started
            started = cls.running(home)
            return started is not None or process.poll() is not None

        _within(_START_SECONDS, is_up)
        if started is None:
            process.kill()
            process.wait()
            raise SandboxError(
                f"the emulator did not come up; the end of {_log_file(home)}:\n{_end_of(_log_file(home))}"
            )
        return started

    def _ask(self, method: str, verb: str, given: dict[str, Any] | None = None) -> dict[str, Any]:
        request = Request(  # noqa: S310 - always http on loopback
            self.endpoint + PATH + verb, method=method, data=json.dumps(given or {}).encode()
        )
        try:
            with _opener.open(request, timeout=30) as answer:
                status: dict[str, Any] = json.load(answer)
        except URLError as error:
            raise SandboxError(
                f"the emulator did not answer {verb!r} ({error.reason}); its log is {self.log}"
            ) from error
        if status["identity"] != self.identity:
            raise SandboxError("another emulator has taken the place of this one: start again")
        return status


def _ready_file(home: Path) -> Path:
    return home / "emulator.json"


def _log_file(home: Path) -> Path:
    return home / "emulator.log"


def _is_held(report: Path) -> bool:
    """Whether the emulator that wrote the report lives: it holds a lock that no crash can leave behind."""
    with report.open() as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        return False


@contextlib.contextmanager
def _one_start_at_a_time(home: Path) -> Iterator[None]:
    with (home / "starting.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _within(seconds: float, happens: Any) -> bool:
    deadline = time.monotonic() + seconds
    while not happens():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def _end_of(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-_LOG_LINES_SHOWN:])
