"""How a run is shown while it goes: a live table on a terminal, plain lines elsewhere."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.live import Live
from rich.table import Table

from backstay.cli import console
from backstay.terraform import Action, Outcome, StackResult, SynthesizedStack
from backstay.terraform.events import Phase, ResourceEvent
from backstay.terraform.schedule import (
    Progress,
    ProgressListener,
    StackFinished,
    StackProgress,
    StackStarted,
    StopRequested,
)

_PLAIN_LINE_EVERY_SECONDS = 10
# What Terraform reads or opens on the way is in no plan's figures.
_READS = ("read", "open", "renew", "close", "noop")
_DOING = {
    Action.PLAN: "planning",
    Action.PLAN_DESTROY: "planning",
    Action.DRIFT: "comparing",
    Action.APPLY: "applying",
    Action.DESTROY: "destroying",
}
STYLES = {
    Outcome.UNCHANGED: "green",
    Outcome.CHANGED: "green",
    Outcome.FAILED: "red",
    Outcome.INTERRUPTED: "yellow",
    Outcome.SKIPPED: "yellow",
    Outcome.WAITING: "yellow",
    Outcome.WITHHELD: "yellow",
}
_STOPPING = (
    "stopping: waiting for Terraform to finish what it is doing and to release its locks; "
    "a second Ctrl-C drops everything, which can lose resources from the state"
)


@dataclass
class _View:
    """What is known about one stack so far."""

    started: float | None = None
    planned: int = 0
    done: int = 0
    under_way: dict[str, str] = field(default_factory=dict)
    result: StackResult | None = None

    def take(self, event: ResourceEvent) -> None:
        if event.action in _READS:
            return
        match event.phase:
            case Phase.PLANNED:
                self.planned += 1
            case Phase.STARTED:
                self.under_way[event.address] = event.action
            case Phase.DONE | Phase.FAILED:
                self.under_way.pop(event.address, None)
                self.done += 1
            case Phase.REFRESHED:
                pass

    @property
    def seconds(self) -> float:
        if self.result is not None:
            return self.result.seconds
        return 0.0 if self.started is None else time.monotonic() - self.started

    @property
    def count(self) -> str:
        # A resource that is replaced is planned once, but destroyed and created.
        return f"{self.done} of {max(self.planned, self.done)}" if self.planned else ""

    @property
    def now(self) -> str:
        first = next(iter(self.under_way), "")
        others = len(self.under_way) - 1
        return first + (f" and {others} more" if others > 0 else "")


@contextmanager
def watch(stacks: Sequence[SynthesizedStack], action: Action) -> Iterator[ProgressListener]:
    """Show on stderr what the listener is told, for as long as the block runs."""
    screen = console.stderr()
    views = {stack.name: _View() for stack in stacks}
    if not screen.is_terminal:
        yield _PlainLines(screen, views, action).listen
        return
    with Live(get_renderable=lambda: _table(views, action), console=screen, refresh_per_second=4, transient=True):

        def listen(progress: Progress) -> None:
            _note(views, progress)
            if isinstance(progress, StopRequested) and progress.times == 1:
                console.say(screen, _STOPPING, style="yellow")

        yield listen


def _note(views: dict[str, _View], progress: Progress) -> None:
    match progress:
        case StackStarted(stack):
            views[stack].started = time.monotonic()
        case StackProgress(stack, ResourceEvent() as event):
            views[stack].take(event)
        case StackFinished(result):
            views[result.stack].result = result
        case _:
            pass


def _table(views: dict[str, _View], action: Action) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("stack", no_wrap=True)
    table.add_column("")
    table.add_column("resources", justify="right")
    table.add_column("seconds", justify="right")
    table.add_column("now", no_wrap=True, overflow="ellipsis")
    for name, view in views.items():
        if view.result is not None:
            outcome = view.result.outcome
            state, style = outcome_word(view.result), STYLES[outcome]
        else:
            state, style = ("waiting", "dim") if view.started is None else (_DOING[action], "bold")
        seconds = f"{view.seconds:.0f}" if view.started is not None else ""
        table.add_row(name, f"[{style}]{state}[/]", view.count, seconds, view.now)
    return table


class _PlainLines:
    """One line when a stack starts, one when it ends, and a sign of life in between."""

    def __init__(self, screen: Console, views: dict[str, _View], action: Action) -> None:
        self._screen = screen
        self._views = views
        self._action = action
        self._last: dict[str, float] = {}

    def listen(self, progress: Progress) -> None:
        _note(self._views, progress)
        match progress:
            case StackStarted(stack):
                self._line(stack, _DOING[self._action])
            case StackFinished(result):
                self._line(result.stack, _ending(result))
            case StackProgress(stack, ResourceEvent(phase=Phase.STARTED | Phase.DONE)):
                if time.monotonic() - self._last.get(stack, 0) > _PLAIN_LINE_EVERY_SECONDS:
                    view = self._views[stack]
                    if signs := ", ".join(filter(None, (view.count, view.now))):
                        self._line(stack, signs)
            case StopRequested(1):
                console.say(self._screen, _STOPPING)
            case _:
                pass

    def _line(self, stack: str, what: str) -> None:
        self._last[stack] = time.monotonic()
        console.say(self._screen, f"{time.strftime('%H:%M:%S')} {stack}: {what}")


def tenses(action: Action) -> tuple[str, str, str]:
    """Return how the counts of an action are called."""
    if action is Action.DRIFT:
        return "added", "changed", "gone"
    return ("to add", "to change", "to destroy") if action.only_looks else ("added", "changed", "destroyed")


def outcome_word(result: StackResult) -> str:
    """Return the outcome as people read it: a plan changes nothing, it finds changes."""
    if result.action.only_looks and result.outcome is Outcome.CHANGED:
        return "drift" if result.action is Action.DRIFT else "changes"
    return str(result.outcome)


def _ending(result: StackResult) -> str:
    if result.reason:
        return f"{outcome_word(result)}: {result.reason}"
    counts, tense = result.counts, tenses(result.action)
    numbers = zip((counts.added, counts.changed, counts.destroyed), tense, strict=True)
    changes = "".join(f", {number} {word}" for number, word in numbers if number)
    return f"{outcome_word(result)}{changes} in {result.seconds:.0f} s"
