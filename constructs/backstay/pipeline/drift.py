"""What has drifted in a stack, as people read it: on a terminal, and in the issue that a pipeline keeps of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backstay.pipeline.markdown import Section, code, several, written
from backstay.terraform import Outcome
from backstay.terraform.resource_change import ChangeAction

if TYPE_CHECKING:
    from collections.abc import Callable

    from backstay.pipeline.changes import StackChanges
    from backstay.terraform.resource_change import ResourceChange


def described(change: ResourceChange, show: Callable[[str], str] = str) -> str:
    """What has happened to a resource; `show` writes names."""
    if change.action is ChangeAction.DELETE:
        return f"{show(change.address)} is gone"
    what = f" in {several(change.because, show)}" if change.because else ""
    return f"{show(change.address)} was changed{what}"


@dataclass(frozen=True)
class Issue:
    """What an issue about a stack says.

    Attributes:
        marker: tells the issue from all others; nobody sees it.
        title: its title.
        body: its text, which is the same as long as what was found is.
    """

    marker: str
    title: str
    body: str


def marker(environment: str, stack: str) -> str:
    """What the body of the issue about a stack begins with."""
    return f"<!-- backstay drift {environment} {stack} -->"


def issue(environment: str, stack: StackChanges) -> Issue | None:
    """What to say of a stack; nothing where nothing has drifted.

    A stack that could not be looked at has an issue too: nobody knows what has drifted there, and its region might not
    be planned when it has to be.
    """
    begins = marker(environment, stack.name)
    match stack.outcome:
        case Outcome.UNCHANGED | Outcome.WITHHELD:
            return None
        case Outcome.CHANGED:
            return Issue(begins, f"{stack.name} has drifted", _text(begins, *_drifted(environment, stack)))
        case _:
            return Issue(begins, f"{stack.name} cannot be planned", _text(begins, *_failed(environment, stack)))


def _drifted(environment: str, stack: StackChanges) -> tuple[str, list[str], str]:
    number = len(stack.changes)
    what = "one resource is" if number == 1 else f"{number} resources are"
    return (
        f"Outside Terraform, {what} not as the stack {code(stack.name)}{_where(stack)} has it:",
        [f"- {described(change, code)}" for change in stack.changes],
        f"`backstay deploy {environment} --stack {stack.name}` brings back what the code says. To keep what was "
        "changed, write it into the code. This issue is closed when the drift is gone.",
    )


def _failed(environment: str, stack: StackChanges) -> tuple[str, list[str], str]:
    errors = [
        f"- {code(error.summary)}" + (f" in {code(error.address)}" if error.address else "") for error in stack.errors
    ]
    return (
        f"The stack {code(stack.name)}{_where(stack)} could not be compared with what there is:",
        errors or [f"- {code(stack.reason or str(stack.outcome))}"],
        f"`backstay drift {environment} --stack {stack.name}` shows all of it. This issue is closed when the stack can "
        "be planned and nothing has drifted.",
    )


def _text(begins: str, first: str, lines: list[str], last: str) -> str:
    return written([Section(before=f"{begins}\n{first}\n", lines=lines, after=f"\n{last}")])


def _where(stack: StackChanges) -> str:
    return f" in {stack.region}" if stack.region else ""
