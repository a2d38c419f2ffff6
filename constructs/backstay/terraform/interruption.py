"""Ctrl-C, SIGTERM and SIGHUP, handed on to whatever Terraform is running."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from backstay.terraform.process import TerraformProcess

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """How often a stop was asked for, and the processes that must hear of it."""

    def __init__(self) -> None:
        """Start with nothing asked and nothing running."""
        self._times = 0
        self._asked = threading.Event()
        self._running: set[TerraformProcess] = set()

    @property
    def requested(self) -> bool:
        """Say whether nothing new may be started."""
        return self._times > 0

    def request(self) -> None:
        """Ask every running process to stop; the second request asks them to stop at once."""
        self._times += 1
        self._asked.set()
        for process in tuple(self._running):
            process.interrupt(self._times)

    def wait(self, seconds: float) -> bool:
        """Let time pass, at most until a stop is asked for, and say whether it was."""
        return self._asked.wait(seconds)

    @contextmanager
    def reaches(self, process: TerraformProcess) -> Iterator[None]:
        """Pass requests on to `process` inside the block, and leave it only when the process has ended."""
        self._running.add(process)
        # A request made between the start of the process and the line above has not reached it.
        process.interrupt(self._times)
        try:
            yield
        except BaseException:
            process.interrupt(max(self._times, 1))
            raise
        finally:
            process.wait()
            self._running.discard(process)


@contextmanager
def stop_signals(notify: Callable[[], None]) -> Iterator[None]:
    """Call `notify` for each signal that asks to stop; it runs in a signal handler, so it may only be brief.

    Outside the main thread, where Python delivers no signals, nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def handle(_number: int, _frame: FrameType | None) -> None:
        notify()

    # What `nohup` or a shell has set to be ignored stays ignored.
    taken = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, handle) for number in taken}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
