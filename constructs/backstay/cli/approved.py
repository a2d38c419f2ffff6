"""Holding a deployment to the plan that somebody has looked at."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from backstay.terraform.events import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backstay.cli.runs import Run
    from backstay.terraform import StackResult, SynthesizedStack
    from backstay.terraform.resource_change import ResourceChange

_SHOWN = 5


def held_to(run: Run, planned: Sequence[StackResult]) -> Run:
    """Return the run that applies only what these plans showed, resource by resource.

    Every stack is planned once more before it is applied, since by then others may have made what it reads. A stack
    that could not be planned yet was approved unseen, and is applied as it turns out.
    """
    seen = {
        result.stack: {(change.address, change.action) for change in result.changes}
        for result in planned
        if result.outcome.is_success
    }

    def look(stack: SynthesizedStack, changes: Sequence[ResourceChange]) -> Sequence[Diagnostic]:
        refused = run.runner.guard(stack, changes)
        if stack.name not in seen:
            return refused
        unseen = [change for change in changes if (change.address, change.action) not in seen[stack.name]]
        return [*refused, _refusal(unseen)] if unseen else refused

    return replace(run, runner=replace(run.runner, guard=look))


def _refusal(unseen: Sequence[ResourceChange]) -> Diagnostic:
    first = ", ".join(f"{change.action} {change.address}" for change in unseen[:_SHOWN])
    more = f" and {len(unseen) - _SHOWN} more" if len(unseen) > _SHOWN else ""
    return Diagnostic(
        "error",
        f"refused: the plan has become another than the one that was approved: {first}{more}",
        "something was changed in between, or by a stack before this one; nothing in this stack was changed: "
        "deploy again to see the new plan",
    )
