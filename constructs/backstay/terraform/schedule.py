"""Work through many stacks in the order of their dependencies, independent ones side by side."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from queue import SimpleQueue

from backstay.terraform.command import EventListener
from backstay.terraform.errors import ManifestError
from backstay.terraform.events import Event
from backstay.terraform.interruption import Interruption, stop_signals
from backstay.terraform.manifest import SynthesizedStack
from backstay.terraform.result import Action, Outcome, StackResult

DEFAULT_PARALLELISM = 4
"""Each stack that runs has provider processes of its own, for AWS of about 0.5 GB."""


@dataclass(frozen=True)
class StackStarted:
    """Work on a stack has begun."""

    stack: str


@dataclass(frozen=True)
class StackProgress:
    """Terraform reported something about a stack."""

    stack: str
    event: Event


@dataclass(frozen=True)
class StackFinished:
    """Nothing more will be reported about a stack."""

    result: StackResult


@dataclass(frozen=True)
class StopRequested:
    """A signal asked to stop, for the `times`-th time; what runs is being stopped."""

    times: int


Progress = StackStarted | StackProgress | StackFinished | StopRequested
ProgressListener = Callable[[Progress], None]
Work = Callable[[SynthesizedStack, Action, Interruption, EventListener], StackResult]


@dataclass(frozen=True)
class _Stop:
    """A stop signal came in."""


@dataclass(frozen=True)
class _Crash:
    """Our own code broke while it worked on a stack."""

    stack: str
    error: BaseException


def run_in_order(
    stacks: Sequence[SynthesizedStack],
    action: Action,
    work: Work,
    *,
    parallelism: int = DEFAULT_PARALLELISM,
    on_progress: ProgressListener = lambda _progress: None,
) -> tuple[StackResult, ...]:
    """Do `work` on every stack after all that it depends on; to destroy, before them.

    A stack that fails keeps what waits for it from starting; the others finish. A first Ctrl-C, SIGTERM or
    SIGHUP lets each Terraform that runs stop in good order, and nothing new starts; a second makes them
    stop at once.
    `on_progress` is called in the calling thread only. The results are in the order of `stacks`.

    Raises:
        ManifestError: the dependencies form a circle.

    """
    with ThreadPoolExecutor(max_workers=parallelism) as pool:
        run = _Run(stacks, action, work, on_progress, pool)
        with stop_signals(run.stop):
            results = run.to_the_end()
    return tuple(results[stack.name] for stack in stacks)


class _Run:
    """Workers put messages into a queue; only the thread that reads it changes anything here."""

    def __init__(
        self,
        stacks: Sequence[SynthesizedStack],
        action: Action,
        work: Work,
        on_progress: ProgressListener,
        pool: ThreadPoolExecutor,
    ) -> None:
        self._stacks = {stack.name: stack for stack in stacks}
        self._action = action
        self._work = work
        self._on_progress = on_progress
        self._pool = pool
        self._waits_for = _waits_for(stacks, action)
        self._order = _prepared(self._waits_for)
        self._messages: SimpleQueue[Progress | _Stop | _Crash] = SimpleQueue()
        self._interruption = Interruption()
        self._stops = 0
        self._results: dict[str, StackResult] = {}
        self._crash: BaseException | None = None

    def stop(self) -> None:
        # SimpleQueue.put is one of the few things that a signal handler may call at any moment.
        self._messages.put(_Stop())

    def to_the_end(self) -> dict[str, StackResult]:
        self._start_ready()
        while len(self._results) < len(self._stacks):
            match self._messages.get():
                case _Stop():
                    self._interruption.request()
                    self._stops += 1
                    self._report(StopRequested(self._stops))
                case _Crash(stack, error):
                    self._break_off(error)
                    self._finish(self._not_run(stack, Outcome.FAILED, "broken off"))
                case StackFinished(result):
                    self._finish(result)
                case progress:
                    self._report(progress)
        if self._crash is not None:
            raise self._crash
        return self._results

    def _start_ready(self) -> None:
        for name in self._order.get_ready():
            blocker = next((other for other in self._waits_for[name] if not self._succeeded(other)), None)
            if blocker is None:
                self._pool.submit(self._task, self._stacks[name])
            else:
                self._finish(self._not_run(name, Outcome.SKIPPED, self._why_not(blocker)))

    def _task(self, stack: SynthesizedStack) -> None:
        if self._interruption.requested:
            self._messages.put(StackFinished(self._not_run(stack.name, Outcome.INTERRUPTED, "before it was started")))
            return
        self._messages.put(StackStarted(stack.name))
        try:
            result = self._work(
                stack,
                self._action,
                self._interruption,
                lambda event: self._messages.put(StackProgress(stack.name, event)),
            )
        except BaseException as error:
            self._messages.put(_Crash(stack.name, error))
        else:
            self._messages.put(StackFinished(result))

    def _finish(self, result: StackResult) -> None:
        self._results[result.stack] = result
        self._order.done(result.stack)
        self._report(StackFinished(result))
        self._start_ready()

    def _report(self, progress: Progress) -> None:
        if self._crash is None:
            try:
                self._on_progress(progress)
            except BaseException as error:
                self._break_off(error)

    def _break_off(self, error: BaseException) -> None:
        self._crash = self._crash or error
        self._interruption.request()

    def _succeeded(self, name: str) -> bool:
        return self._results[name].outcome.is_success

    def _not_run(self, name: str, outcome: Outcome, reason: str) -> StackResult:
        return StackResult(stack=name, action=self._action, outcome=outcome, reason=reason)

    def _why_not(self, blocker: str) -> str:
        became = self._results[blocker].outcome
        return (
            f"{blocker} depends on it and {_WAS[became]}"
            if self._action.takes_away
            else (f"depends on {blocker}, which {_WAS[became]}")
        )


_WAS = {
    Outcome.FAILED: "failed",
    Outcome.INTERRUPTED: "was interrupted",
    Outcome.SKIPPED: "was skipped",
    Outcome.WITHHELD: "was withheld",
}


def _waits_for(stacks: Sequence[SynthesizedStack], action: Action) -> dict[str, frozenset[str]]:
    waits_for = {stack.name: stack.dependencies for stack in stacks}
    if not action.takes_away:
        return waits_for
    return {
        name: frozenset(other for other, dependencies in waits_for.items() if name in dependencies)
        for name in waits_for
    }


def _prepared(waits_for: dict[str, frozenset[str]]) -> TopologicalSorter[str]:
    order = TopologicalSorter(waits_for)
    try:
        order.prepare()
    except CycleError as error:
        raise ManifestError(f"stacks depend on each other in a circle: {' -> '.join(error.args[1])}") from error
    return order
