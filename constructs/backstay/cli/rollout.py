"""Applying an environment all at once, or wave after wave with a look at each region in between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from backstay.cli import console, pipeline_first, summary
from backstay.cli.status import Status
from backstay.pipeline import waves as waves_of
from backstay.pipeline.waves import Stage
from backstay.terraform import Action, Outcome, StackResult

if TYPE_CHECKING:
    from backstay.cli.gatekeeper import Gatekeeper, Passage
    from backstay.cli.runs import Options, Run
    from backstay.pipeline.waves import Wave


@dataclass(frozen=True)
class WaveReport:
    """What became of one wave: `done`, `failed`, `interrupted` or `not started`."""

    number: int
    wave: Wave
    outcome: str
    passages: tuple[Passage, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it for --json."""
        return {
            "number": self.number,
            "stage": self.wave.stage.title,
            "role": self.wave.role,
            "stacks": list(self.wave.stacks),
            "outcome": self.outcome,
            "gates": [passage.as_json() for passage in self.passages],
        }


@dataclass(frozen=True)
class Rollout:
    """What became of the stacks, and of the waves where there were any; `stopped` says why it did not go on."""

    results: tuple[StackResult, ...]
    reports: tuple[WaveReport, ...] = ()
    stopped: str = ""
    is_interrupted: bool = False

    def status(self, *, tells_changes: bool) -> Status:
        """Return the exit status; `tells_changes` when changes are not simply success."""
        if self.is_interrupted:
            return Status.INTERRUPTED
        status = summary.status_of(self.results, tells_changes=tells_changes)
        return Status.FAILURE if self.stopped and status in (Status.SUCCESS, Status.CHANGES) else status

    def as_json(self) -> dict[str, Any]:
        """Return what --json prints of the waves; nothing where there were none."""
        if not self.reports:
            return {}
        return {"waves": [report.as_json() for report in self.reports], "stopped": self.stopped or None}

    def tell(self) -> None:
        """Say on stdout what became of the waves, and on stderr why it stopped."""
        out = console.stdout()
        for report in self.reports:
            where = f", {report.wave.role}" if report.wave.role else ""
            heading = f"wave {report.number} ({report.wave.stage.title}{where}): {report.outcome}"
            console.say(out, heading, style="" if report.outcome == "done" else "yellow")
            for passage in report.passages:
                signal = "" if passage.verdict is None else f"{passage.gate.signal}: {passage.gate.asks}: "
                console.say(out, f"  health gate of {passage.gate.region}: {signal}{passage.says}")
        if self.stopped:
            console.say(console.stderr(), f"stopped: {self.stopped}", style="red")


def conclude(run: Run, rollout: Rollout, *, tells_changes: bool, as_json: bool) -> Status:
    """Show what became of a deployment, or print it as JSON, and return the exit status."""
    if not rollout.reports:
        return summary.conclude("deploy", run, rollout.results, tells_changes=tells_changes, as_json=as_json)
    status = rollout.status(tells_changes=tells_changes)
    if as_json:
        console.write_json(summary.document("deploy", run, rollout.results, status, **rollout.as_json()))
    else:
        summary.tell(run, rollout.results)
        rollout.tell()
    summary.tell_of_interruption(status)
    return status


def without_pipelines(run: Run, options: Options) -> Run:
    """Leave out the stacks that say what pipelines may do, which no pipeline may change, unless stacks are named."""
    kept = waves_of.without_pipelines(run.environment, run.stacks)
    if options.stacks or len(kept) == len(run.stacks):
        return run
    left_out = ", ".join(stack.name for stack in run.stacks if stack not in kept)
    console.say(console.stderr(), f"left out: {left_out}: no pipeline may change what pipelines may do")
    return run.only(kept)


def all_at_once(run: Run, *, bootstraps: bool = False) -> Rollout:
    """Apply every stack as soon as what it depends on has been applied."""
    return Rollout(run.carry_out(Action.APPLY, bootstraps=bootstraps))


def in_waves(run: Run, gatekeeper: Gatekeeper, *, bootstraps: bool = False) -> Rollout:
    """Apply the stacks wave after wave, and stop at the first wave that fails or whose region does not serve.

    A region's gate is asked after each wave that changes what decides whether it serves. One whose name is put up by
    routing is asked after that instead, as long as the name does not exist, as in a first deployment.

    Unless it `bootstraps`, all stores of states have to be there before the first wave, and what says what workflows
    may do has to be applied where others come after it.
    """
    rollout = _Rolling(run, gatekeeper, bootstraps)
    if not bootstraps:
        rollout.look_at_states()
        rollout.look_at_pipelines()
    for number, wave in enumerate(rollout.waves, 1):
        rollout.take(number, wave)
    return rollout.result()


@dataclass
class _Rolling:
    run: Run
    gatekeeper: Gatekeeper
    bootstraps: bool
    results: dict[str, StackResult] = field(default_factory=dict)
    reports: list[WaveReport] = field(default_factory=list)
    put_off: list[str] = field(default_factory=list)
    stopped: str = ""
    is_interrupted: bool = False

    def __post_init__(self) -> None:
        self.waves = waves_of.waves(self.run.environment, self.run.stacks)

    def look_at_pipelines(self) -> None:
        if self.stopped:
            return
        bad = {result.stack: result for result in pipeline_first.unmade(self.run)}
        if bad:
            reasons = "; ".join(error.summary for result in bad.values() for error in result.errors)
            self.stopped = f"{reasons}; no wave was started"
            self.results |= bad

    def look_at_states(self) -> None:
        bad = {result.stack: result for result in self.run.look_at_states() if not result.outcome.is_success}
        if bad:
            self.stopped = f"the state of {', '.join(bad)} cannot be opened, so that no wave was started"
            self.results |= bad

    def take(self, number: int, wave: Wave) -> None:
        if self.stopped:
            self._skip(number, wave)
            return
        screen = console.stderr()
        console.say(screen, f"wave {number} of {len(self.waves)}: {', '.join(wave.stacks)}", style="bold")
        mine = [stack for stack in self.run.stacks if stack.name in wave.stacks]
        done = self.run.only(mine).carry_out(Action.APPLY, bootstraps=self.bootstraps)
        self.results |= {result.stack: result for result in done}
        if bad := [result for result in done if not result.outcome.is_success]:
            interrupted = any(result.outcome is Outcome.INTERRUPTED for result in bad)
            outcome = "interrupted" if interrupted else "failed"
            self._stop(number, f"{outcome} in {', '.join(result.stack for result in bad)}")
            self.reports.append(WaveReport(number, wave, outcome))
            return
        try:
            passages = self._ask(wave)
        except KeyboardInterrupt:
            self.is_interrupted = True
            self._stop(number, "is applied, but it was not waited for its region to serve")
            self.reports.append(WaveReport(number, wave, "interrupted"))
            return
        if bad := [passage for passage in passages if not passage.passed]:
            regions = "; ".join(f"{passage.gate.region} does not serve: {passage.says}" for passage in bad)
            self._stop(number, f"is applied, but {regions}")
        self.reports.append(WaveReport(number, wave, "failed" if bad else "done", passages))

    def result(self) -> Rollout:
        turns = {stack.name: turn for turn, stack in enumerate(self.run.stacks)}
        in_order = sorted(self.results.values(), key=lambda result: turns.get(result.stack, -1))
        return Rollout(tuple(in_order), tuple(self.reports), self.stopped, self.is_interrupted)

    def _ask(self, wave: Wave) -> tuple[Passage, ...]:
        roles = [wave.role] if wave.role and wave.stage.is_gated else []
        if wave.stage is Stage.ROUTING:
            roles, self.put_off = self.put_off, []
        is_routing_to_come = wave.stage < Stage.ROUTING and any(each.stage is Stage.ROUTING for each in self.waves)
        asked = tuple(role for role in roles if role not in self.put_off)
        passages = self.gatekeeper.ask(asked, may_put_off=is_routing_to_come)
        self.put_off += [passage.role for passage in passages if passage.is_put_off]
        return passages

    def _skip(self, number: int, wave: Wave) -> None:
        self.reports.append(WaveReport(number, wave, "not started"))
        reason = f"wave {number} was not started: {self.stopped}"
        for name in wave.stacks:
            skipped = StackResult(stack=name, action=Action.APPLY, outcome=Outcome.SKIPPED, reason=reason)
            self.results.setdefault(name, skipped)

    def _stop(self, number: int, why: str) -> None:
        left = len(self.waves) - number
        not_started = f"wave {len(self.waves)} was" if left == 1 else f"waves {number + 1} to {len(self.waves)} were"
        self.stopped = f"wave {number} {why}" + (f"; {not_started} not started" if left else "")
