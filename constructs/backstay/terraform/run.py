"""Run Terraform over one synthesized stack."""

import json
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from backstay.terraform import resource_change
from backstay.terraform.advice import advise
from backstay.terraform.binary import Terraform
from backstay.terraform.command import CommandResult, EventListener, follow
from backstay.terraform.errors import TerraformError
from backstay.terraform.events import NO_CHANGES, Counts, Diagnostic, Event, Phase, ResourceEvent
from backstay.terraform.interruption import Interruption
from backstay.terraform.manifest import SynthesizedStack
from backstay.terraform.plan_file import plan_file
from backstay.terraform.process import TerraformProcess
from backstay.terraform.resource_change import ChangeAction, ResourceChange
from backstay.terraform.result import Action, Outcome, StackResult

_ARGUMENTS = {
    Action.PLAN: ("plan", "-detailed-exitcode"),
    Action.PLAN_DESTROY: ("plan", "-destroy", "-detailed-exitcode"),
    Action.DRIFT: ("plan", "-refresh-only", "-detailed-exitcode"),
    Action.APPLY: ("apply", "-auto-approve"),
    Action.DESTROY: ("destroy", "-auto-approve"),
}
_NOT_STARTED = CommandResult(exit_status=130)
_UNSEEN = "the plan cannot be examined, and nothing is applied that nobody has examined"
_ELSEWHERE = (
    "Terraform Cloud shows what a plan would do to administrators of the workspace alone; use the token of a team that "
    "is one, or set the workspace's execution mode to local"
)
# With -detailed-exitcode, of a plan that found changes.
_CHANGES = 2

Guard = Callable[[SynthesizedStack, Sequence[ResourceChange]], Sequence[Diagnostic]]
"""Looks at what is about to be done to a stack; whatever it answers keeps it from being done."""


def ignore(_event: Event) -> None:
    """Listen to nothing."""


def mind_nothing(_stack: SynthesizedStack, _changes: Sequence[ResourceChange]) -> Sequence[Diagnostic]:
    """Let everything be done."""
    return ()


@dataclass(frozen=True, kw_only=True)
class StackRunner:
    """Initializes, plans, applies and destroys stacks, each with its own log file in `logs`.

    `init_lock` keeps initializations apart where they would write to one provider cache. `guard` is asked before
    anything is applied. `before_destroy` is called with an initialized stack that is about to be destroyed, and keeps
    it if it fails. Without `lock`, no plan takes the lock on the state, and with `keeps_lock_file` no initialization
    changes which providers the stack uses.
    """

    terraform: Terraform
    environment: Mapping[str, str]
    logs: Path
    refresh: bool = True
    lock: bool = True
    keeps_lock_file: bool = False
    init_lock: AbstractContextManager[Any] = field(default_factory=nullcontext)
    guard: Guard = mind_nothing
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

    def show(self, stack: SynthesizedStack, plan: Path | None = None) -> dict[str, Any]:
        """Return the state of an initialized stack, or a saved plan, as `terraform show -json` describes it.

        It holds sensitive values in clear, as the state does, so it is not for a log.

        Raises:
            TerraformError: it cannot be read.

        """
        answer = subprocess.run(  # noqa: S603 - the user's own Terraform
            [*self.terraform.command, "show", "-json", "-no-color", *([str(plan)] if plan else [])],
            cwd=stack.directory,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            # A Ctrl-C is for what changes something; this is over soon.
            process_group=0,
            check=False,
        )
        if answer.returncode != 0:
            what = "plan" if plan else "state"
            raise TerraformError(f"the {what} of {stack.name} cannot be read: {answer.stderr.strip()}")
        try:
            return json.loads(answer.stdout)
        except ValueError as error:
            raise TerraformError(f"what Terraform shows of {stack.name} is no JSON: {error}") from error


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
        lock_file = ("-lockfile=readonly",) if self.runner.keeps_lock_file else ()
        with self.runner.init_lock:
            return self._command(["init", *options, *lock_file, "-input=false", "-no-color"], ignore)

    def act(self) -> CommandResult:
        """Plan, apply or destroy, whichever the work is for.

        What is applied is a saved plan that the guard has seen.
        """
        if self.action is Action.DESTROY and self.runner.before_destroy:
            before = self.runner.before_destroy(self)
            if before.exit_status != 0:
                return before
        if self.action.takes_away:
            return self._terraform(self.action, self.on_event)
        with plan_file() as plan:
            found = self._plan(plan)
            if self.action is not Action.APPLY or found.exit_status != _CHANGES:
                return found
            if refused := self.runner.guard(self.stack, found.changes):
                return replace(found, exit_status=1, counts=NO_CHANGES, diagnostics=(*found.diagnostics, *refused))
            applied = self._command(["apply", "-json", "-input=false", "-no-color", str(plan)], self._tell_of_apply)
        is_untold = applied.exit_status == 0 and not applied.counts
        return replace(
            applied,
            counts=found.counts if is_untold else applied.counts,
            changed_outputs=found.changed_outputs,
            diagnostics=(*found.diagnostics, *applied.diagnostics),
            planned=found.planned,
            changes=found.changes,
        )

    def _tell_of_apply(self, event: Event) -> None:
        # Terraform tells the whole of a saved plan once more.
        if not (isinstance(event, ResourceEvent) and event.phase is Phase.PLANNED):
            self.on_event(event)

    def _plan(self, plan: Path) -> CommandResult:
        """Plan into a file, and read from there what the plan's own events leave out."""
        action = Action.DRIFT if self.action is Action.DRIFT else Action.PLAN
        lock = () if self.runner.lock else ("-lock=false",)
        found = self._terraform(action, self.on_event, f"-out={plan}", *lock)
        # What a refresh alone has found is not among the changes by which Terraform Cloud chooses the exit status.
        is_unsure = found.exit_status == 0 and action is Action.DRIFT and self.stack.is_planned_elsewhere
        if found.exit_status != _CHANGES and not is_unsure:
            return found
        # What a plan only creates has no reasons and takes nothing away; reading it would take seconds. A plan made in
        # Terraform Cloud reports nothing here, whatever it found.
        if action is Action.PLAN and found.planned and {event.action for event in found.planned} <= {"create", "read"}:
            return replace(found, changes=resource_change.created(found.planned))
        try:
            document = self.runner.show(self.stack, plan)
        except TerraformError as error:
            unseen = Diagnostic(
                "error", _UNSEEN, f"{error}; {_ELSEWHERE}" if self.stack.is_planned_elsewhere else str(error)
            )
            return replace(found, exit_status=1, diagnostics=(*found.diagnostics, unseen))
        if action is Action.PLAN:
            changes = resource_change.planned(document)
            return replace(found, changes=changes, counts=found.counts or _counts(changes))
        drift = resource_change.drifted(document, self.stack.configuration())
        status = _CHANGES if drift else found.exit_status
        return replace(found, exit_status=status, changes=drift, counts=_drift_counts(drift), changed_outputs=0)

    def apply_only(self, addresses: Sequence[str]) -> CommandResult:
        """Apply these resources and what they depend on; it is not reported, as it is not what the work is for."""
        return self._terraform(Action.APPLY, ignore, *(f"-target={address}" for address in addresses))

    def _terraform(self, action: Action, on_event: EventListener, *options: str) -> CommandResult:
        refresh = () if self.runner.refresh or action is Action.DRIFT else ("-refresh=false",)
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
            changes=done.changes,
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
        if done.exit_status not in ((0, _CHANGES) if self.action.only_looks else (0,)):
            return Outcome.INTERRUPTED if self.interruption.requested else Outcome.FAILED
        return Outcome.CHANGED if done.counts or done.changed_outputs else Outcome.UNCHANGED

    def _advice(self, done: CommandResult) -> tuple[str, ...]:
        command, directory = self.runner.terraform.command, str(self.stack.directory)
        errors = (diagnostic for diagnostic in done.diagnostics if diagnostic.is_error)
        pieces = (advise(error, command=command, directory=directory) for error in errors)
        return tuple(dict.fromkeys(piece for piece in pieces if piece))


def _counts(changes: Sequence[ResourceChange]) -> Counts:
    """What a plan comes to that did not report it."""
    number = Counter(change.action for change in changes)
    replaced = number[ChangeAction.REPLACE]
    return Counts(
        added=number[ChangeAction.CREATE] + replaced,
        changed=number[ChangeAction.UPDATE],
        destroyed=number[ChangeAction.DELETE] + replaced,
        imported=number[ChangeAction.IMPORT],
    )


def _drift_counts(drift: Sequence[ResourceChange]) -> Counts:
    gone = sum(change.action is ChangeAction.DELETE for change in drift)
    return Counts(changed=len(drift) - gone, destroyed=gone)
