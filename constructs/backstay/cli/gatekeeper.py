"""Whoever asks, after a wave, whether its region serves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, Any

from backstay.pipeline import health, region_alarm
from backstay.pipeline.health_gate import Gate, Signal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from backstay.pipeline.health import Answer, Verdict
    from backstay.topology import Environment

NOT_EXERCISED = "not exercised: nothing serves in the embedded cloud"


@dataclass(frozen=True)
class Passage:
    """What came of asking about one region; without a verdict it was not asked, and `says` why.

    Attributes:
        role: the part that the region plays.
        gate: how it was asked.
        passed: whether to go on to the next region.
        says: why.
        verdict: what came of asking.
        is_put_off: whether it is to be asked again when routing has been deployed.
    """

    role: str
    gate: Gate
    passed: bool
    says: str
    verdict: Verdict | None = None
    is_put_off: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it for --json."""
        verdict = self.verdict
        return {
            "role": self.role,
            "region": self.gate.region,
            "signal": str(self.gate.signal),
            "asks": self.gate.asks,
            "passed": self.passed,
            "serves": verdict.serves if verdict else None,
            "says": self.says,
            "asked": verdict.asked if verdict else 0,
            "seconds": round(verdict.seconds, 1) if verdict else 0.0,
        }


@dataclass(frozen=True)
class Gatekeeper:
    """Knows the gate of each region, and how long a region may take to serve."""

    environment: Environment
    gates: Mapping[str, Gate]
    wait_seconds: float

    def ask(self, roles: Sequence[str], *, may_put_off: bool = False) -> tuple[Passage, ...]:
        """Ask about regions side by side.

        With `may_put_off`, one whose name is only put up by routing, and is not there yet, passes for now.
        """
        stop = Event()
        with ThreadPoolExecutor(max_workers=max(1, len(roles))) as pool:
            try:
                return tuple(pool.map(partial(self._ask, may_put_off=may_put_off, stop=stop), roles))
            except BaseException:
                stop.set()
                raise

    def _ask(self, role: str, *, may_put_off: bool, stop: Event) -> Passage:
        gate = self.gates[role]
        if gate.signal is Signal.NONE:
            return Passage(role, gate, passed=True, says=gate.why)
        may_put_off = may_put_off and gate.opened_by_routing

        def question() -> Answer:
            answer = self._answer(gate)
            is_final = stop.is_set() or (answer.is_absent and may_put_off)
            return replace(answer, is_final=True) if is_final else answer

        verdict = health.until_settled(
            question,
            threshold=gate.threshold,
            interval=gate.interval,
            patience=self.wait_seconds,
            sleep=stop.wait,
        )
        said = verdict.answer.says
        if may_put_off and verdict.answer.is_absent:
            says = f"{said} before {self.environment.names.routing_stack()} is deployed; it is asked after that"
            return Passage(role, gate, passed=True, says=says, is_put_off=True)
        times = "once" if verdict.asked == 1 else f"{verdict.asked} times"
        return Passage(role, gate, verdict.serves, f"{said}, asked {times} in {verdict.seconds:.0f} s", verdict)

    def _answer(self, gate: Gate) -> Answer:
        if gate.signal is Signal.ALARM:
            return region_alarm.ask(self.environment, gate.region, gate.asks)
        return health.ask(gate.asks)


def that_asks_nothing(environment: Environment) -> Gatekeeper:
    """Return one that asks nothing and says so: in the embedded cloud nothing serves."""
    gates = {role: Gate(region.region, Signal.NONE, why=NOT_EXERCISED) for role, region in environment.regions.items()}
    return Gatekeeper(environment, gates, 0)
