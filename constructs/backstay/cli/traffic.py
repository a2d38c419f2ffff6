"""Plans that do nothing but move clients between regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backstay.cli import console
from backstay.pipeline.traffic import only_moves_traffic
from backstay.terraform import Action, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backstay.cli.runs import Run
    from backstay.terraform import StackResult


def note(run: Run, results: Sequence[StackResult]) -> str | None:
    """What to say of a plan that moves traffic and changes nothing that serves it; None of any other plan."""
    moving = [result for result in results if result.outcome is not Outcome.UNCHANGED]
    if len(moving) != 1 or not _only_moves(moving[0], run):
        return None
    (routing,) = moving
    number = len(routing.changes)
    what = "one record" if number == 1 else f"{number} records"
    return (
        f"moves traffic only: {what} of {run.environment.service.host} in {routing.stack} "
        "and nothing else that was planned"
    )


def tell(run: Run, results: Sequence[StackResult]) -> None:
    """Say on stdout that a plan moves traffic only, if it does."""
    if moved := note(run, results):
        console.say(console.stdout(), moved, style="bold")


def _only_moves(result: StackResult, run: Run) -> bool:
    return (
        result.action is Action.PLAN
        and result.outcome is Outcome.CHANGED
        and result.stack == run.environment.names.routing_stack()
        and only_moves_traffic(result.changes)
    )
