"""What a plan would do to one environment, on a page that a person reads in a minute."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from backstay.pipeline import recovery_view
from backstay.pipeline.data_loss import Loss, losses
from backstay.pipeline.markdown import Section, code, several, visible, written
from backstay.terraform import Outcome
from backstay.terraform.resource_change import ChangeAction, ResourceChange

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from backstay.pipeline.changes import Changes, StackChanges
    from backstay.pipeline.findings import Finding
    from backstay.topology import Environment

# What Terraform says of a resource with `prevent_destroy`.
_PROTECTED = "Instance cannot be destroyed"

# In the order in which people should see them; what comes later is shortened sooner.
_TITLES = {
    ChangeAction.REPLACE: "Replaced",
    ChangeAction.DELETE: "Destroyed",
    ChangeAction.FORGET: "Forgotten by Terraform, and left as they are",
    ChangeAction.UPDATE: "Changed in place",
    ChangeAction.IMPORT: "Imported",
    ChangeAction.MOVE: "Renamed, and left as they are",
    ChangeAction.CREATE: "Created",
}
_OPEN = (ChangeAction.REPLACE, ChangeAction.DELETE)
_RULER = "| --- | --- | ---: | ---: | ---: | ---: |"
_BAD = (Outcome.FAILED, Outcome.INTERRUPTED, Outcome.SKIPPED)
_COLUMNS = (ChangeAction.CREATE, ChangeAction.UPDATE, ChangeAction.REPLACE, ChangeAction.DELETE)


def marker(environment: str) -> str:
    """What the summary of an environment begins with, by which its comment is found; nobody sees it."""
    return f"<!-- backstay plan {environment} -->"


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a plan found, and what else there is to know of an environment.

    Attributes:
        environment: as the change has it.
        changes: what the plan found.
        today: the day on which what is allowed has to be allowed.
        base: the environment before the change, where it is known.
        findings: what checks find, where they were asked.
        base_findings: what they found before the change.
    """

    environment: Environment
    changes: Changes
    today: date
    base: Environment | None = None
    findings: Sequence[Finding] | None = None
    base_findings: Sequence[Finding] = field(default_factory=tuple)

    @cached_property
    def losses(self) -> tuple[Loss, ...]:
        """All data that would be lost, Terraform's states first."""
        found = [
            loss
            for stack in self.changes.stacks
            for loss in losses(self.environment, stack.name, stack.changes, today=self.today)
        ]
        return tuple(sorted(found, key=lambda loss: (not loss.is_state, loss.stack, loss.address)))

    @property
    def is_refused(self) -> bool:
        """Whether a deployment would refuse any of it."""
        return any(loss.is_refused for loss in self.losses) or bool(self._protected)

    @property
    def is_failed(self) -> bool:
        """Whether a stack could not be planned, or none was."""
        return not self.changes.stacks or any(stack.outcome in _BAD for stack in self.changes.stacks)

    @property
    def moves_traffic_only(self) -> bool:
        """Whether all that it changes is how much traffic goes where."""
        moving = [stack for stack in self.changes.stacks if stack.outcome is not Outcome.UNCHANGED]
        return bool(moving) and all(stack.moves_traffic_only for stack in moving)

    def __str__(self) -> str:
        """Return the page, in Markdown."""
        return written([section for section in self._sections() if str(section)])

    def _sections(self) -> Iterator[Section]:
        yield Section(before=f"{marker(self.environment.name)}\n## Plan of {self.environment.name}")
        yield self._refused()
        yield self._allowed()
        yield self._failed()
        yield self._unseen()
        yield Section(before=self._headline())
        yield self._stacks()
        for rank, (action, title) in enumerate(_TITLES.items(), 3):
            yield self._listed(action, title, rank)
        yield recovery_view.regions(self.environment, self.base)
        if self.findings is not None:
            yield recovery_view.findings(self.findings, self.base_findings)

    def _refused(self) -> Section:
        refused = [loss for loss in self.losses if loss.is_refused]
        lines = [f"> - {_loss(loss)}" for loss in refused]
        lines += [
            f"> - {code(stack)}: {code(address)} is protected, and would go" for stack, address in self._protected
        ]
        if not lines:
            return Section()
        return Section(
            before="> [!CAUTION]\n> **Refused: data would be lost.** No deployment does this.\n>",
            lines=lines,
            more="> - and {number} more",
            after=self._how_to_allow(refused[0]) if refused else "",
        )

    def _how_to_allow(self, loss: Loss) -> str:
        return (
            f"\n<details><summary>If it may be lost</summary>\n\nUndo what would lose it, or write in the environment "
            f"file of {code(self.environment.name)}, for each of them:\n\n"
            f"```yaml\n{visible(loss.permission)}```\n\n</details>"
        )

    def _allowed(self) -> Section:
        given_up = [loss for loss in self.losses if not loss.is_refused]
        if not given_up:
            return Section()
        return Section(
            before="> [!WARNING]\n> **Data will be lost.**\n>",
            lines=[f"> - {_loss(loss)} ({_permit(loss)})" for loss in given_up],
            more="> - and {number} more",
            rank=1,
        )

    def _failed(self) -> Section:
        refused = {stack for stack, _ in self._protected}
        lines = [
            f"> - {code(stack.name)}: {_why(stack)}"
            for stack in self.changes.stacks
            if stack.outcome in _BAD and stack.name not in refused
        ]
        if not self.changes.stacks:
            lines = ["> - no stack was planned; the jobs say why"]
        if not lines:
            return Section()
        return Section(
            before="> [!IMPORTANT]\n> **Could not be planned:**\n>", lines=lines, more="> - and {number} more", rank=1
        )

    def _unseen(self) -> Section:
        """What nobody has looked at yet, for want of rights."""
        lines = [
            f"> - {code(stack.name)} **is not planned here**: {code(stack.reason)}"
            if stack.outcome is Outcome.WITHHELD
            else f"> - {code(stack.name)}: {code(stack.reason)}"
            for stack in self.changes.stacks
            if stack.reason and (stack.outcome is Outcome.WITHHELD or stack.outcome.is_success)
        ]
        if not lines:
            return Section()
        return Section(
            before="> [!WARNING]\n> **Not everything is seen here:**\n>",
            lines=lines,
            more="> - and {number} more",
            rank=1,
        )

    def _headline(self) -> str:
        if self.moves_traffic_only:
            return "**Moves traffic only**: nothing that serves is created, changed or destroyed."
        counts = Counter(change.action for stack in self.changes.stacks for change in stack.changes)
        words = {ChangeAction.CREATE: "to create", ChangeAction.UPDATE: "to change", ChangeAction.REPLACE: "to replace"}
        words |= {ChangeAction.DELETE: "to destroy"}
        said = [f"**{counts[action]} {word}**" for action, word in words.items() if counts[action]]
        touched = sum(stack.outcome is Outcome.CHANGED for stack in self.changes.stacks)
        waiting = sum(stack.outcome is Outcome.WAITING for stack in self.changes.stacks)
        planned = sum(stack.outcome.is_success for stack in self.changes.stacks)
        if not touched:
            return "Nothing to change." if planned else ""
        later = f"; {waiting} more can be planned only when others have been applied" if waiting else ""
        return f"{', '.join(said) or 'Outputs change'}, in {touched} of {planned} stacks planned{later}."

    def _stacks(self) -> Section:
        touched = [stack for stack in self.changes.stacks if stack.outcome in (Outcome.CHANGED, Outcome.WAITING)]
        if not touched:
            return Section()
        return Section(
            before="| stack | region | create | change | replace | destroy |\n" + _RULER,
            lines=[_row(stack) for stack in touched],
            more="| and {number} more | | | | | |",
            rank=2,
        )

    def _listed(self, action: ChangeAction, title: str, rank: int) -> Section:
        lines = [
            line
            for stack in self.changes.stacks
            for line in _lines(stack, (change for change in stack.changes if change.action is action))
        ]
        if not lines:
            return Section()
        if action in _OPEN:
            return Section(before=f"### {title} ({len(lines)})\n", lines=lines, rank=rank)
        return Section(
            before=f"<details><summary>{title} ({len(lines)})</summary>\n",
            lines=lines,
            after="\n</details>",
            rank=rank,
        )

    @property
    def _protected(self) -> list[tuple[str, str]]:
        """The stacks and addresses of what Terraform itself refuses to destroy."""
        return [
            (stack.name, error.address)
            for stack in self.changes.stacks
            for error in stack.errors
            if error.summary == _PROTECTED
        ]


def _loss(loss: Loss) -> str:
    return f"{code(loss.stack)}: {code(loss.address)}, {loss.holds}, would be **{loss.becomes}**: {loss.why(code)}"


def _permit(loss: Loss) -> str:
    if loss.is_disposable or loss.allowed is None:
        return "the environment is disposable"
    return f"allowed until {loss.allowed.until}: {code(loss.allowed.reason)}"


def _why(stack: StackChanges) -> str:
    errors = [f"{code(error.summary)} {_at(error.address)}".rstrip() for error in stack.errors[:3]]
    return "; ".join(errors) or code(stack.reason or str(stack.outcome))


def _at(address: str) -> str:
    return f"in {code(address)}" if address else ""


def _row(stack: StackChanges) -> str:
    where = code(stack.region) if stack.region else "-"
    if stack.outcome is Outcome.WAITING:
        return f"| {code(stack.name)} | {where} | waits | | | |"
    counts = Counter(change.action for change in stack.changes)
    numbers = " | ".join(f"{counts[action]}" if counts[action] else "-" for action in _COLUMNS)
    return f"| {code(stack.name)} | {where} | {numbers} |"


def _lines(stack: StackChanges, changes: Iterable[ResourceChange]) -> Iterator[str]:
    for change in changes:
        yield f"- {code(stack.name)}: {code(change.address)}{_explained(change)}"


def _explained(change: ResourceChange) -> str:
    if change.is_renamed:
        return f" **is {code(change.previous_address)} under a new id**: the old one is destroyed, this one is created"
    moved = f", before {code(change.previous_address)}" if change.previous_address else ""
    if not change.because:
        return moved
    join = ", because of" if change.action is ChangeAction.REPLACE else ":"
    return f"{moved}{join} {several(change.because)}"
