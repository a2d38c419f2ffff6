"""How much faster than a clock the embedded cloud lets time pass where a state machine only waits."""

from __future__ import annotations

import math
import time
from typing import Any

from backstay.sandbox.corrections.registry import around


def require_pace(times: float) -> None:
    """Refuse a pace at which time would stand still, go back or be over at once.

    Raises ValueError saying what is possible.
    """
    if not 0 < times < math.inf:
        raise ValueError(f"time cannot pass {times:g} times as fast; give a number above 0")


class Pace:
    """The pace of the emulator in this process."""

    def __init__(self) -> None:
        self.times = 1.0
        """How many seconds of a wait pass in one."""

    def govern(self) -> None:
        """Have the Wait states of moto's interpreter keep to it from now on."""
        from moto.stepfunctions.parser.asl.component.state.wait.wait_function.wait_function import WaitFunction

        @around(WaitFunction, "_wait_interval")
        def wait_interval(original: Any, waits: Any, env: Any, wait_seconds: int) -> None:
            if self.times == 1:
                original(waits, env, wait_seconds)
                return
            over = time.monotonic() + wait_seconds / self.times
            while env.is_running() and (left := over - time.monotonic()) > 0:
                env.program_state_event.wait(left)
