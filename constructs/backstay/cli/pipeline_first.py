"""Whether what workflows may do has been said before they do it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from backstay.pipeline.waves import without_pipelines
from backstay.terraform import Action, TerraformError, run_in_order
from backstay.terraform.command import CommandResult
from backstay.terraform.events import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backstay.cli.runs import Run
    from backstay.terraform import StackResult, SynthesizedStack
    from backstay.terraform.command import EventListener
    from backstay.terraform.interruption import Interruption


def unmade(run: Run) -> tuple[StackResult, ...]:
    """Look at the stacks of the pipeline that others of the run come after, and are no part of it themselves.

    Returns:
        A failure for each that has not been applied, or of which it cannot be told.
    """
    looked_at = run_in_order(_awaited(run), Action.PLAN, _Look(run).work, parallelism=run.parallelism)
    return tuple(result for result in looked_at if not result.outcome.is_success)


def _awaited(run: Run) -> Sequence[SynthesizedStack]:
    going = {stack.name for stack in run.stacks}
    before = {name for stack in run.needed if stack.name in going for name in stack.dependencies} - going
    others = {stack.name for stack in without_pipelines(run.environment, run.needed)}
    # What they depend on themselves is looked at by itself.
    return [replace(stack, dependencies=frozenset[str]()) for stack in run.needed if stack.name in before - others]


class _Look:
    def __init__(self, run: Run) -> None:
        self._run = run

    def work(
        self, stack: SynthesizedStack, action: Action, interruption: Interruption, on_event: EventListener
    ) -> StackResult:
        work = self._run.runner.begin(stack, action, interruption, on_event)
        opened = work.initialize()
        if opened.exit_status != 0:
            return work.result(opened)
        try:
            if self._run.runner.show(stack).get("values"):
                return work.result(CommandResult(exit_status=0))
            why = Diagnostic("error", f"{stack.name} has not been applied; {self._remedy(stack)}")
        except TerraformError as error:
            why = Diagnostic("error", str(error))
        return work.result(CommandResult(exit_status=1, diagnostics=(why,)))

    def _remedy(self, stack: SynthesizedStack) -> str:
        return (
            "it says what workflows and the roles that they make may do, so that people apply it first: "
            f"backstay deploy {self._run.environment.name} --stack {stack.name}"
        )
