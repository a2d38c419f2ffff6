"""Planning many stacks at once, of which some read what others have yet to make."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from backstay.terraform import Action, Outcome, manifest

if TYPE_CHECKING:
    from backstay.cli.runs import Run
    from backstay.terraform import StackResult


def plan(run: Run, *, bootstraps: bool = False) -> list[StackResult]:
    """Plan every stack; one that fails while what it depends on has changes to apply is not failed but waiting.

    What it depends on is planned for that, where it is not part of the run. With `bootstraps`, a missing store of
    states is no failure but something to be made.
    """
    results = {result.stack: result for result in run.carry_out(Action.PLAN, bootstraps=bootstraps)}
    others = [stack.name for stack in run.needed if stack.name not in results]
    if others and any(result.outcome is Outcome.FAILED for result in results.values()):
        before = replace(run, stacks=manifest.select(run.needed, others))
        results |= {result.stack: result for result in before.carry_out(Action.PLAN, bootstraps=bootstraps)}
    # Each stack comes after those that it depends on.
    for stack in run.needed:
        if stack.name not in results:
            continue
        result = results[stack.name]
        first = next(
            (
                name
                for name in sorted(stack.dependencies)
                if name in results and results[name].outcome in (Outcome.CHANGED, Outcome.WAITING)
            ),
            None,
        )
        if first and result.outcome in (Outcome.FAILED, Outcome.SKIPPED):
            results[stack.name] = _waiting(result, first)
    return [results[stack.name] for stack in run.stacks]


def _waiting(result: StackResult, dependency: str) -> StackResult:
    why = "; ".join(error.summary for error in result.errors)
    reason = f"it can be planned when {dependency} has been applied" + (f" ({why})" if why else "")
    return replace(result, outcome=Outcome.WAITING, reason=reason, advice=())
