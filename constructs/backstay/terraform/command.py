"""Follow one Terraform command from its first line of output to its end."""

from collections.abc import Callable
from dataclasses import dataclass

from backstay.terraform.events import (
    NO_CHANGES,
    ChangeSummary,
    Counts,
    Diagnostic,
    Event,
    OutputChanges,
    Phase,
    ResourceEvent,
    parse,
    text_diagnostics,
)
from backstay.terraform.interruption import Interruption
from backstay.terraform.process import TerraformProcess
from backstay.terraform.resource_change import ResourceChange

EventListener = Callable[[Event], None]

_COUNTED_AS = {"create": Counts(added=1), "update": Counts(changed=1), "delete": Counts(destroyed=1)}


@dataclass(frozen=True)
class CommandResult:
    """What one Terraform command did; for a plan, what it found to do."""

    exit_status: int
    counts: Counts = NO_CHANGES
    changed_outputs: int = 0
    diagnostics: tuple[Diagnostic, ...] = ()
    planned: tuple[ResourceEvent, ...] = ()
    changes: tuple[ResourceChange, ...] = ()


def follow(process: TerraformProcess, interruption: Interruption, on_event: EventListener) -> CommandResult:
    """Report each event as it comes and return what they add up to; the process has ended by then."""
    text: list[str] = []
    diagnostics: list[Diagnostic] = []
    changes: list[ResourceEvent] = []
    planned, done = NO_CHANGES, NO_CHANGES
    has_applied = False
    changed_outputs = 0
    with interruption.reaches(process):
        for line in process.lines():
            event = parse(line)
            match event:
                case None:
                    text.append(line)
                    continue
                case Diagnostic():
                    diagnostics.append(event)
                case ChangeSummary(operation="plan"):
                    planned = event.counts
                case ChangeSummary():
                    has_applied, done = True, event.counts
                case OutputChanges():
                    changed_outputs += event.changed
                case ResourceEvent(phase=Phase.PLANNED):
                    changes.append(event)
                case ResourceEvent(phase=Phase.STARTED) if event.action in _COUNTED_AS:
                    # From here on a plan's figures say too much: the apply may fail half-way. A plan starts
                    # things too, but only reads.
                    has_applied = True
                case ResourceEvent(phase=Phase.DONE):
                    done += _COUNTED_AS.get(event.action, NO_CHANGES)
                case ResourceEvent():
                    pass
            on_event(event)
    return CommandResult(
        exit_status=process.wait(),
        counts=done if has_applied else planned,
        changed_outputs=changed_outputs,
        diagnostics=(*text_diagnostics(text), *diagnostics),
        planned=tuple(changes),
    )
