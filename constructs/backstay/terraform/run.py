"""Run Terraform over one synthesized stack."""

import json
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
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

_ARGUMENTS = {
    Action.PLAN: ("plan", "-detailed-exitcode"),
    Action.PLAN_DESTROY: ("plan", "-destroy", "-detailed-exitcode"),
    Action.APPLY: ("apply", "-auto-approve"),
    Action.DESTROY: ("destroy", "-auto-approve"),
}
_NOT_STARTED = CommandResult(exit_status=130)


def ignore(_event: Event) -> None:
    """Listen to nothing."""


@dataclass(frozen=True, kw_only=True)
class StackRunner:
    """Initializes, plans, applies and destroys stacks, each with its own log file in `logs`.

    `init_lock` keeps initializations apart where they would write to one provider cache. `before_destroy` is called
    with an initialized stack that is about to be destroyed, and keeps it if it fails.
    """

    terraform: Terraform
    environment: Mapping[str, str]
    logs: Path
    refresh: bool = True
    init_lock: AbstractContextManager[Any] = field(default_factory=nullcontext)
    before_destroy: "Callable[[StackWork], CommandResult] | None" = None

    def run(
        self,
        stack: SynthesizedStack,
        action: Action,
        interruption: Interruption,
        on_event: EventListener = ignore,
    ) -> StackResult:
        """Initialize the stack and carry out `action`; a failure is in the result, never raised."""
        work = self.begin(stack, action, interruption, on_event)
        done = work.initialize()
        if done.exit_status == 0:
            done = work.act()
        return work.result(done)

    def begin(
        self,
        stack: SynthesizedStack,
        action: Action,
        interruption: Interruption,
        on_event: EventListener = ignore,
    ) -> "StackWork":
        """Open the stack's log for a sequence of commands; the log is readable by its owner only."""
        self.logs.mkdir(parents=True, exist_ok=True)
        log = self.logs / f"{stack.name}.log"
        log.unlink(missing_ok=True)
        log.touch(mode=0o600)
        return StackWork(runner=self, stack=stack, action=action, interruption=interruption, on_event=on_event, log=log)

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


@dataclass(frozen=True, kw_only=True)
class StackWork:
    """A sequence of commands in one stack's directory, with one log and one result."""

    runner: StackRunner
    stack: SynthesizedStack
    action: Action
    interruption: Interruption
    on_event: EventListener
    log: Path
    started: float = field(default_factory=time.monotonic)

    def initialize(self, *options: str) -> CommandResult:
        """Run `terraform init`; nothing is reported of it but its errors, in the result."""
        with self.runner.init_lock:
            return self._command(["init", *options, "-input=false", "-no-color"], ignore)

    def act(self) -> CommandResult:
        """Plan, apply or destroy, whichever the work is for."""
        if self.action is Action.DESTROY and self.runner.before_destroy:
            before = self.runner.before_destroy(self)
            if before.exit_status != 0:
                return before
        return self._terraform(self.action, self.on_event)

    def apply_only(self, addresses: Sequence[str]) -> CommandResult:
        """Apply these resources and what they depend on; it is not reported, as it is not what the work is for."""
        return self._terraform(Action.APPLY, ignore, *(f"-target={address}" for address in addresses))

    def _terraform(self, action: Action, on_event: EventListener, *options: str) -> CommandResult:
        refresh = () if self.runner.refresh else ("-refresh=false",)
        arguments = [*_ARGUMENTS[action], *options, *refresh, "-json", "-input=false", "-no-color"]
        return self._command(arguments, on_event)

    def result(self, done: CommandResult) -> StackResult:
        """Return what became of the stack, judged by the last command."""
        return StackResult(
            stack=self.stack.name,
            action=self.action,
            outcome=self._outcome(done),
            counts=done.counts,
            diagnostics=done.diagnostics,
            advice=self._advice(done),
            exit_status=done.exit_status,
            seconds=time.monotonic() - self.started,
            log=self.log,
            planned=done.planned,
        )

    def _command(self, arguments: Sequence[str], on_event: EventListener) -> CommandResult:
        if self.interruption.requested:
            return _NOT_STARTED
        with self.log.open("a", encoding="utf-8") as heading:
            heading.write(f"$ terraform {' '.join(arguments)}\n")
        program = self.runner.terraform.command
        try:
            process = TerraformProcess(
                [*program, *arguments],
                directory=self.stack.directory,
                environment=self.runner.environment,
                log=self.log,
            )
        except OSError as error:
            failure = Diagnostic("error", f"{program[0]} cannot be run in {self.stack.directory}: {error}")
            return CommandResult(exit_status=127, diagnostics=(failure,))
        return follow(process, self.interruption, on_event)

    def _outcome(self, done: CommandResult) -> Outcome:
        # With -detailed-exitcode, 2 is a plan that found changes.
        if done.exit_status not in ((0, 2) if self.action.only_looks else (0,)):
            return Outcome.INTERRUPTED if self.interruption.requested else Outcome.FAILED
        return Outcome.CHANGED if done.counts or done.changed_outputs else Outcome.UNCHANGED

    def _advice(self, done: CommandResult) -> tuple[str, ...]:
        command, directory = self.runner.terraform.command, str(self.stack.directory)
        errors = (diagnostic for diagnostic in done.diagnostics if diagnostic.is_error)
        pieces = (advise(error, command=command, directory=directory) for error in errors)
        return tuple(dict.fromkeys(piece for piece in pieces if piece))
