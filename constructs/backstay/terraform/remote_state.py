"""The state of the stack that makes the state's own bucket: made from nothing, and unmade."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from backstay.terraform.command import CommandResult, EventListener
from backstay.terraform.events import Diagnostic
from backstay.terraform.interruption import Interruption
from backstay.terraform.manifest import SynthesizedStack
from backstay.terraform.result import Action, Outcome, StackResult
from backstay.terraform.run import StackRunner, StackWork

# Terraform merges overrides in the order of their names, and this one has the last word on the backend.
_OVERRIDE = "state_override.tf.json"

# Where the state is says the folder, never what an interrupted run has left in the stack's .terraform.
_ANEW = "-reconfigure"

_MISSING_BUCKET = re.compile(r"S3 bucket \S+ does not exist|NoSuchBucket")
_FOREIGN_BUCKET = re.compile(
    r"BucketAlreadyExists|StatusCode: 40[13]|StatusCode: 301|Unable to access object .* in S3 bucket", re.DOTALL
)
_FINISH = "making or removing its bucket was interrupted; `backstay state bootstrap ENV` finishes making it"
_CLASH = (
    "the name of the state bucket is taken: bucket names are unique in the world, and this one belongs to another "
    "account, or these credentials may not use it; choose another `namespace` in the environment file, or use "
    "credentials of the account that owns the bucket"
)


@dataclass(frozen=True, kw_only=True)
class RemoteState:
    """Keeps a state stack's state in `folder` for as long as there is no bucket to hold it.

    That file is all there is to know about an interruption: while it exists, the work is not finished, whatever
    the bucket holds. Both ways may be gone again from the start, and end where they would have ended.
    """

    runner: StackRunner
    folder: Path

    def is_unfinished(self, stack: SynthesizedStack) -> bool:
        """Say whether the stack's state was left here by an interrupted `create` or `remove`."""
        return self._local(stack).exists()

    def run(
        self, stack: SynthesizedStack, action: Action, interruption: Interruption, on_event: EventListener
    ) -> StackResult:
        """Plan or apply the stack, with its state in the bucket that it made earlier."""
        work = self.runner.begin(stack, action, interruption, on_event)
        if self.is_unfinished(stack):
            unfinished = Diagnostic("error", f"the state of {stack.name} is still in {self._local(stack)}")
            result = work.result(CommandResult(exit_status=1, diagnostics=(unfinished,)))
            return replace(result, advice=(_FINISH,))
        self._override(stack).unlink(missing_ok=True)
        done = work.initialize(_ANEW)
        return self._result(work, work.act() if done.exit_status == 0 else done)

    def create(
        self, stack: SynthesizedStack, action: Action, interruption: Interruption, on_event: EventListener
    ) -> StackResult:
        """Apply the stack with its state in the folder, then move the state into the bucket that it made.

        Where the bucket exists already, it is an ordinary apply.
        """
        work = self.runner.begin(stack, action, interruption, on_event)
        override = self._override(stack)
        # Left by a run that was killed.
        override.unlink(missing_ok=True)
        if not self.is_unfinished(stack):
            done = work.initialize(_ANEW)
            if done.exit_status == 0:
                return self._result(work, work.act())
            if not _has_error(done, _MISSING_BUCKET):
                return self._result(work, done)
        try:
            done = applied = self._locally(work, _ANEW)
        finally:
            override.unlink(missing_ok=True)
        if done.exit_status == 0:
            done = work.initialize("-migrate-state", "-force-copy")
        if done.exit_status == 0:
            self._forget(stack)
            done = applied
        return self._result(work, done)

    def remove(
        self, stack: SynthesizedStack, action: Action, interruption: Interruption, on_event: EventListener
    ) -> StackResult:
        """Move the stack's state out of its bucket into the folder, then destroy the stack, bucket included."""
        work = self.runner.begin(stack, action, interruption, on_event)
        override = self._override(stack)
        override.unlink(missing_ok=True)
        done = CommandResult(exit_status=0)
        if not self.is_unfinished(stack):
            done = work.initialize(_ANEW)
            if done.exit_status != 0 and _has_error(done, _MISSING_BUCKET):
                # Without the bucket there is nothing left that the stack could have made.
                return self._result(work, CommandResult(exit_status=0))
        try:
            if done.exit_status == 0:
                options = [_ANEW] if self.is_unfinished(stack) else ["-migrate-state", "-force-copy"]
                done = self._locally(work, *options)
        finally:
            override.unlink(missing_ok=True)
        if done.exit_status == 0:
            self._forget(stack)
        return self._result(work, done)

    def destroy_dependent(
        self, stack: SynthesizedStack, action: Action, interruption: Interruption, on_event: EventListener
    ) -> StackResult:
        """Destroy a stack whose state is in a bucket that `remove` takes away last; without the bucket, it is gone."""
        result = self.runner.run(stack, action, interruption, on_event)
        if result.outcome is Outcome.FAILED and _mention(result.errors, _MISSING_BUCKET):
            reason = "its state bucket is gone, as after a destroy"
            return replace(result, outcome=Outcome.UNCHANGED, reason=reason, diagnostics=(), advice=())
        return result

    def _locally(self, work: StackWork, *init_options: str) -> CommandResult:
        self.folder.mkdir(parents=True, exist_ok=True)
        backend = {"local": {"path": str(self._local(work.stack).absolute())}}
        self._override(work.stack).write_text(json.dumps({"terraform": {"backend": backend}}), encoding="utf-8")
        done = work.initialize(*init_options)
        return work.act() if done.exit_status == 0 else done

    def _forget(self, stack: SynthesizedStack) -> None:
        for path in self.folder.glob(f"{stack.name}.tfstate*"):
            path.unlink()

    def _local(self, stack: SynthesizedStack) -> Path:
        return self.folder / f"{stack.name}.tfstate"

    def _override(self, stack: SynthesizedStack) -> Path:
        return stack.directory / _OVERRIDE

    def _result(self, work: StackWork, done: CommandResult) -> StackResult:
        result = work.result(done)
        return replace(result, advice=(_CLASH,)) if _has_error(done, _FOREIGN_BUCKET) else result


def _has_error(done: CommandResult, pattern: re.Pattern[str]) -> bool:
    return _mention([diagnostic for diagnostic in done.diagnostics if diagnostic.is_error], pattern)


def _mention(errors: Sequence[Diagnostic], pattern: re.Pattern[str]) -> bool:
    return any(pattern.search(f"{error.summary}\n{error.detail}") for error in errors)
