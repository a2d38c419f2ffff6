"""Planning many stacks at once, of which some read what others have yet to make."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from backstay.terraform import Action, Outcome

if TYPE_CHECKING:
    from backstay.cli.runs import Run
    from backstay.terraform import StackResult


def plan(run: Run) -> list[StackResult]:
    """Plan every stack; one that fails while what it depends on has changes to apply is not failed but waiting."""
    results = {result.stack: result for result in run.carry_out(Action.PLAN)}
    # Each stack comes after those that it depends on.
    for stack in run.stacks:
        result = results[stack.name]
        first = next(
            (
                name
                for name in sorted(stack.dependencies)
                if results[name].outcome in (Outcome.CHANGED, Outcome.WAITING)
            ),
            None,
        )
        if first and result.outcome in (Outcome.FAILED, Outcome.SKIPPED):
            results[stack.name] = _waiting(result, first)
    return list(results.values())


def _waiting(result: StackResult, dependency: str) -> StackResult:
    why = "; ".join(error.summary for error in result.errors)
    reason = f"it can be planned when {dependency} has been applied" + (f" ({why})" if why else "")
    return replace(result, outcome=Outcome.WAITING, reason=reason, advice=())
