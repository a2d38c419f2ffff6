"""The state of the stack that makes the state's own store: made from nothing, and unmade."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from backstay.terraform.command import CommandResult, EventListener
from backstay.terraform.events import Diagnostic
from backstay.terraform.interruption import Interruption
from backstay.terraform.manifest import SynthesizedStack
from backstay.terraform.result import Action, StackResult
from backstay.terraform.run import StackRunner, StackWork
from backstay.terraform.state_store import Remedy, Sign, first_remedy, has_sign, store_of

# Terraform merges overrides in the order of their names, and this one has the last word on the backend.
_OVERRIDE = "state_override.tf.json"

# Where the state is says the folder, never what an interrupted run has left in the stack's .terraform.
_ANEW = "-reconfigure"
_MOVE = ("-migrate-state", "-force-copy")

_FINISH = "making or removing its store was interrupted; `backstay state bootstrap ENV` finishes making it"


@dataclass(frozen=True, kw_only=True)
class RemoteState:
    """Keeps a state stack's state in `folder` for as long as there is no store to hold it.

    That file is all there is to know about an interruption: while it exists, the work is not finished, whatever
    the store holds. Both ways may be gone again from the start, and end where they would have ended.

    A new store that does not answer yet is asked again, every `pause_seconds` for `patience_seconds`.
    """

    runner: StackRunner
    folder: Path
    pause_seconds: float = 15
    # Azure promises that a role is in force within ten minutes.
    patience_seconds: float = 600

    def is_unfinished(self, stack: SynthesizedStack) -> bool:
        """Say whether the stack's state was left here by an interrupted `create` or `remove`."""
        return self._local(stack).exists()

    def run(
        self, stack: SynthesizedStack, action: Action, interruption: Interruption, on_event: EventListener
    ) -> StackResult:
        """Plan or apply the stack, with its state in the store that it made earlier."""
        work = self.runner.begin(stack, action, interruption, on_event)
        return self._with_store(work, lambda _: _advised(work, work.act()))

    def look(
        self, stack: SynthesizedStack, action: Action, interruption: Interruption, on_event: EventListener
    ) -> StackResult:
        """Open the stack's state and do nothing more: it fails where there is no store, or none that may be used."""
        work = self.runner.begin(stack, action, interruption, on_event)
        return self._with_store(work, work.result)

    def _with_store(self, work: StackWork, then: Callable[[CommandResult], StackResult]) -> StackResult:
        """Open the state in its store and go on with what came of that, unless it cannot be opened."""
        if self.is_unfinished(work.stack):
            return self._unfinished(work)
        self._override(work.stack).unlink(missing_ok=True)
        opened = work.initialize(_ANEW)
        return then(opened) if opened.exit_status == 0 else _refused(work, opened)

    def create(
        self, stack: SynthesizedStack, action: Action, interruption: Interruption, on_event: EventListener
    ) -> StackResult:
        """Apply the stack with its state in the folder, then move the state into the store that it made.

        Where the store exists already, it is an ordinary apply. A plan shows what would be made, and leaves nothing.
        """
        work = self.runner.begin(stack, action, interruption, on_event)
        # Left by a run that was killed.
        self._override(stack).unlink(missing_ok=True)
        if not self.is_unfinished(stack):
            opened = work.initialize(_ANEW)
            if opened.exit_status == 0:
                return _advised(work, work.act())
            if not _is_missing(work, opened):
                return _refused(work, opened)
        applied = self._locally(work, _ANEW)
        if action.only_looks or applied.exit_status != 0:
            return _advised(work, applied)
        moved = self._move_in(work)
        if moved.exit_status != 0:
            return _refused(work, moved)
        self._forget(stack)
        return work.result(applied)

    def remove(
        self, stack: SynthesizedStack, action: Action, interruption: Interruption, on_event: EventListener
    ) -> StackResult:
        """Move the stack's state out of its store into the folder, then destroy the stack, store included."""
        work = self.runner.begin(stack, action, interruption, on_event)
        self._override(stack).unlink(missing_ok=True)
        if self.is_unfinished(stack):
            done = self._locally(work, _ANEW)
        else:
            opened = work.initialize(_ANEW)
            if _is_missing(work, opened):
                return _gone(work)
            if opened.exit_status != 0:
                return _refused(work, opened)
            done = self._locally(work, *_MOVE)
        if done.exit_status == 0:
            self._forget(stack)
        return work.result(done)

    def destroy_dependent(
        self, stack: SynthesizedStack, action: Action, interruption: Interruption, on_event: EventListener
    ) -> StackResult:
        """Destroy a stack whose state is in a store that `remove` takes away last; without the store, it is gone."""
        work = self.runner.begin(stack, action, interruption, on_event)
        opened = work.initialize()
        if _is_missing(work, opened):
            return _gone(work)
        return work.result(work.act() if opened.exit_status == 0 else opened)

    def _unfinished(self, work: StackWork) -> StackResult:
        unfinished = Diagnostic("error", f"the state of {work.stack.name} is still in {self._local(work.stack)}")
        result = work.result(CommandResult(exit_status=1, diagnostics=(unfinished,)))
        return replace(result, advice=(_FINISH,))

    def _locally(self, work: StackWork, *init_options: str) -> CommandResult:
        """Carry out the action with the state in the folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        override = self._override(work.stack)
        backend = {"local": {"path": str(self._local(work.stack).absolute())}}
        override.write_text(json.dumps({"terraform": {"backend": backend}}), encoding="utf-8")
        try:
            done = work.initialize(*init_options)
            return work.act() if done.exit_status == 0 else done
        finally:
            override.unlink(missing_ok=True)

    def _move_in(self, work: StackWork) -> CommandResult:
        """Move the state into the store, once that answers."""
        store = store_of(work.stack)
        end = time.monotonic() + self.patience_seconds
        while True:
            moved = work.initialize(*_MOVE)
            settles = store is not None and _has_error(moved, store.settling)
            if not settles or time.monotonic() >= end or work.interruption.wait(self.pause_seconds):
                return moved

    def _forget(self, stack: SynthesizedStack) -> None:
        for path in self.folder.glob(f"{stack.name}.tfstate*"):
            path.unlink()

    def _local(self, stack: SynthesizedStack) -> Path:
        return self.folder / f"{stack.name}.tfstate"

    def _override(self, stack: SynthesizedStack) -> Path:
        return stack.directory / _OVERRIDE


def _is_missing(work: StackWork, opened: CommandResult) -> bool:
    store = store_of(work.stack)
    return store is not None and _has_error(opened, store.missing)


def _gone(work: StackWork) -> StackResult:
    """What became of a stack without a store, which goes last: nothing is left that the stack could have made."""
    result = work.result(CommandResult(exit_status=0))
    return replace(result, reason="the store of its state does not exist, as after a destroy")


def _refused(work: StackWork, opened: CommandResult) -> StackResult:
    """What became of a stack whose state could not be reached."""
    store = store_of(work.stack)
    return _with_remedy(work, opened, store.refusals if store else ())


def _advised(work: StackWork, done: CommandResult) -> StackResult:
    """What became of a stack that was planned or applied."""
    store = store_of(work.stack)
    return _with_remedy(work, done, store.taken if store else ())


def _with_remedy(work: StackWork, done: CommandResult, remedies: tuple[Remedy, ...]) -> StackResult:
    result = work.result(done)
    found = (first_remedy(error.text, remedies) for error in result.errors)
    remedy = next(filter(None, found), None)
    return replace(result, advice=(remedy,)) if remedy else result


def _has_error(done: CommandResult, signs: tuple[Sign, ...]) -> bool:
    return any(has_sign(diagnostic.text, signs) for diagnostic in done.diagnostics if diagnostic.is_error)
