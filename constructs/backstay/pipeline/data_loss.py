"""What a deployment may not do unless the environment file says so: delete, replace or detach what holds data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from backstay.pipeline.holds_data import HOLDS_DATA, TIES
from backstay.terraform.events import Diagnostic
from backstay.terraform.resource_change import ChangeAction, ResourceChange

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from backstay.terraform import SynthesizedStack
    from backstay.terraform.run import Guard
    from backstay.topology import Environment
    from backstay.topology.data_loss import DataLoss

_BECOMES = {ChangeAction.DELETE: "deleted", ChangeAction.REPLACE: "replaced"}


@dataclass(frozen=True, kw_only=True)
class Loss:
    """Data that applying a plan would lose.

    Attributes:
        stack: the stack.
        change: what would do it.
        holds: what is lost.
        becomes: deleted, replaced or detached.
        allowed: the permission in the environment file, be it that it has ended.
        is_disposable: whether everything in the environment may be lost.
        is_state: whether Terraform's states are among what is lost.
        today: the day on which it has to be allowed.
    """

    stack: str
    change: ResourceChange
    holds: str
    becomes: str
    allowed: DataLoss | None
    is_disposable: bool
    is_state: bool
    today: date

    @property
    def is_refused(self) -> bool:
        """Whether a deployment stops rather than lose it."""
        return not self.is_disposable and (self.allowed is None or self.allowed.until < self.today)

    @property
    def address(self) -> str:
        """Where the state has what is lost."""
        return self.change.previous_address or self.change.address

    def why(self, mark: Callable[[str], str] = str) -> str:
        """What brings it about, without a value; `mark` is how names are written."""
        change = self.change
        if change.is_renamed:
            return f"it is called {mark(change.address)} now, so that Terraform makes another"
        if change.action is ChangeAction.DELETE:
            return "the configuration does not have it any more"
        if change.action is ChangeAction.UPDATE:
            return f"something was taken out of {', '.join(map(mark, change.shrinks))}"
        if change.because:
            return f"{', '.join(map(mark, change.because))} cannot be changed in place"
        return "Terraform was told to replace it"

    @property
    def remedy(self) -> str:
        """What to do about a refusal."""
        ended = f" (what was allowed ended on {self.allowed.until})" if self.allowed else ""
        keep = f"; to keep it under the new address, `moved` it from {self.address}" if self.change.is_renamed else ""
        return f"undo that{keep}; or, if it may be lost, say so in the environment file{ended}"

    @property
    def permission(self) -> str:
        """What to write in the environment file, as YAML."""
        return (
            "allow_data_loss:\n"
            f"  - stack: {self.stack}\n"
            f"    address: {_yaml(self.address)}\n"
            "    reason: why what it holds is not needed any more\n"
            "    until: the last day on which it may be lost, 31 days from now at most\n"
        )


def losses(environment: Environment, stack: str, changes: Iterable[ResourceChange], *, today: date) -> tuple[Loss, ...]:
    """Return all that applying these changes would lose, whether it is allowed or not"""
    state_stacks = {environment.names.state_stack(region.location) for region in environment.regions.values()}
    permissions = {(loss.stack, loss.address): loss for loss in environment.allow_data_loss}
    return tuple(
        Loss(
            stack=stack,
            change=change,
            holds=f"{HOLDS_DATA.get(change.type, 'data')}{' of Terraform states' if stack in state_stacks else ''}",
            becomes=_BECOMES.get(change.action, "detached"),
            allowed=permissions.get((stack, change.previous_address or change.address)),
            is_disposable=environment.disposable,
            is_state=stack in state_stacks,
            today=today,
        )
        for change in changes
        if _takes_away(change)
    )


def guard(environment: Environment, *, today: date) -> Guard:
    """Return what keeps Terraform from applying a plan that would lose data."""

    def look(stack: SynthesizedStack, changes: Sequence[ResourceChange]) -> list[Diagnostic]:
        return [refusal(loss) for loss in losses(environment, stack.name, changes, today=today) if loss.is_refused]

    return look


def refusal(loss: Loss) -> Diagnostic:
    """Return a refusal as an error among Terraform's own."""
    return Diagnostic(
        "error",
        f"refused: {loss.holds} would be {loss.becomes}: {loss.why()}",
        f"{loss.remedy}:\n{loss.permission}",
        loss.address,
    )


def _takes_away(change: ResourceChange) -> bool:
    if change.action in _BECOMES:
        return change.type in HOLDS_DATA
    return bool(TIES.get(change.type, frozenset()) & set(change.shrinks))


def _yaml(address: str) -> str:
    """An address with an index has quotes in it."""
    return f"'{address}'" if '"' in address or "[" in address else address
