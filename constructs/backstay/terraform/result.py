"""What became of a stack."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from backstay.terraform.events import NO_CHANGES, Counts, Diagnostic, ResourceEvent
from backstay.terraform.resource_change import ResourceChange


class Action(StrEnum):
    """What is to be done with a stack."""

    PLAN = "plan"
    PLAN_DESTROY = "plan destroy"
    DRIFT = "drift"
    """Look for what has changed outside Terraform."""

    APPLY = "apply"
    DESTROY = "destroy"

    @property
    def only_looks(self) -> bool:
        """Say whether it changes nothing."""
        return self in (Action.PLAN, Action.PLAN_DESTROY, Action.DRIFT)

    @property
    def takes_away(self) -> bool:
        """Say whether it goes against the order of the dependencies."""
        return self in (Action.DESTROY, Action.PLAN_DESTROY)


class Outcome(StrEnum):
    """How it ended."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    FAILED = "failed"
    INTERRUPTED = "interrupted"
    SKIPPED = "skipped"
    WAITING = "waiting"
    """It cannot be planned before what it depends on has been applied."""

    WITHHELD = "withheld"
    """It was not looked at, since whoever asked may not."""

    @property
    def is_success(self) -> bool:
        """Say whether what depends on the stack may go on."""
        return self in (Outcome.UNCHANGED, Outcome.CHANGED)


@dataclass(frozen=True)
class StackResult:
    """What became of one stack; `reason` explains a skip, `advice` says how to go on after a failure.

    For a plan, CHANGED means that there is something to apply, `counts` says how much, `planned` and `changes` what.
    For drift, it means that something is not as the state has it, and `changes` says what.
    """

    stack: str
    action: Action
    outcome: Outcome
    counts: Counts = NO_CHANGES
    diagnostics: tuple[Diagnostic, ...] = ()
    advice: tuple[str, ...] = ()
    exit_status: int | None = None
    seconds: float = 0.0
    log: Path | None = None
    reason: str = ""
    planned: tuple[ResourceEvent, ...] = ()
    changes: tuple[ResourceChange, ...] = ()

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that made it fail."""
        return tuple(diagnostic for diagnostic in self.diagnostics if diagnostic.is_error)
