"""Run Terraform over one synthesized stack."""

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backstay.terraform.advice import advise
from backstay.terraform.binary import Terraform
from backstay.terraform.command import CommandResult, EventListener, follow
from backstay.terraform.errors import TerraformError
from backstay.terraform.events import Diagnostic, Event
from backstay.terraform.interruption import Interruption
from backstay.terraform.manifest import SynthesizedStack
from backstay.terraform.process import TerraformProcess
from backstay.terraform.result import Action, Outcome, StackResult

_INIT = ("init", "-input=false", "-no-color")
_ARGUMENTS = {
    Action.PLAN: ("plan", "-detailed-exitcode"),
    Action.APPLY: ("apply", "-auto-approve"),
    Action.DESTROY: ("destroy", "-auto-approve"),
}
_NOT_STARTED = CommandResult(exit_status=130)


def ignore(_event: Event) -> None:
    """Listen to nothing."""


@dataclass(frozen=True, kw_only=True)
class StackRunner:
    """Initializes, plans, applies and destroys stacks, each with its own log file in `logs`.

    `init_lock` keeps initializations apart where they would write to one provider cache.
    """

    terraform: Terraform
    environment: Mapping[str, str]
    logs: Path
    refresh: bool = True
    init_lock: AbstractContextManager[Any] = field(default_factory=nullcontext)

    def run(
        self,
        stack: SynthesizedStack,
        action: Action,
        interruption: Interruption,
        on_event: EventListener = ignore,
    ) -> StackResult:
        """Initialize the stack and carry out `action`; a failure is in the result, never raised."""
        started = time.monotonic()
        log = self.new_log(stack)
        with self.init_lock:
            done = self.command(stack, _INIT, log, interruption)
        if done.exit_status == 0:
            done = self.command(stack, self._arguments(action), log, interruption, on_event)
        return StackResult(
            stack=stack.name,
            action=action,
            outcome=_outcome(action, done, interruption),
            counts=done.counts,
            diagnostics=done.diagnostics,
            advice=self.advice(stack, done),
            exit_status=done.exit_status,
            seconds=time.monotonic() - started,
            log=log,
        )

    def new_log(self, stack: SynthesizedStack) -> Path:
        """Return the stack's log file, empty and readable by its owner only."""
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{stack.name}.log"
        log.unlink(missing_ok=True)
        log.touch(mode=0o600)
        return log

    def command(
        self,
        stack: SynthesizedStack,
        arguments: Sequence[str],
        log: Path,
        interruption: Interruption,
        on_event: EventListener = ignore,
    ) -> CommandResult:
        """Run one Terraform command in the stack's directory to its end; start none once interrupted."""
        if interruption.requested:
            return _NOT_STARTED
        with log.open("a", encoding="utf-8") as heading:
            heading.write(f"$ terraform {' '.join(arguments)}\n")
        try:
            process = TerraformProcess(
                [*self.terraform.command, *arguments],
                directory=stack.directory,
                environment=self.environment,
                log=log,
            )
        except OSError as error:
            failure = Diagnostic("error", f"{self.terraform.command[0]} cannot be run in {stack.directory}: {error}")
            return CommandResult(exit_status=127, diagnostics=(failure,))
        return follow(process, interruption, on_event)

    def advice(self, stack: SynthesizedStack, done: CommandResult) -> tuple[str, ...]:
        """Return how to go on after the errors of a command, each piece of advice once."""
        errors = (diagnostic for diagnostic in done.diagnostics if diagnostic.is_error)
        directory = str(stack.directory)
        pieces = (advise(error, command=self.terraform.command, directory=directory) for error in errors)
        return tuple(dict.fromkeys(piece for piece in pieces if piece))

    def show(self, stack: SynthesizedStack) -> dict[str, Any]:
        """Return the state of an initialized stack, as `terraform show -json` describes it.

        It holds sensitive values in clear, as the state does, so it is not for a log.

        Raises:
            TerraformError: the state cannot be read.

        """
        answer = subprocess.run(  # noqa: S603 - the user's own Terraform
            [*self.terraform.command, "show", "-json", "-no-color"],
            cwd=stack.directory,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if answer.returncode != 0:
            raise TerraformError(f"the state of {stack.name} cannot be read: {answer.stderr.strip()}")
        return json.loads(answer.stdout)

    def _arguments(self, action: Action) -> list[str]:
        refresh = () if self.refresh else ("-refresh=false",)
        return [*_ARGUMENTS[action], *refresh, "-json", "-input=false", "-no-color"]


def _outcome(action: Action, done: CommandResult, interruption: Interruption) -> Outcome:
    # With -detailed-exitcode, 2 is a plan that found changes.
    successes = (0, 2) if action is Action.PLAN else (0,)
    if done.exit_status not in successes:
        return Outcome.INTERRUPTED if interruption.requested else Outcome.FAILED
    return Outcome.CHANGED if done.counts or done.changed_outputs else Outcome.UNCHANGED
