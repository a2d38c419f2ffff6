"""`backstay state failover`: from a lost region's states to copies that can be worked with, and back."""

from __future__ import annotations

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from backstay.cli import approval, failed_over, regions, state_failover_report
from backstay.cli.failures import FailedError, RefusedError
from backstay.cli.runs import Options, Run, open_run
from backstay.cli.state_failover_report import Ending, Restored, lock_words
from backstay.cli.status import Status
from backstay.terraform import TerraformError
from backstay.terraform.state_failover import Comparison, Moved, StateFailover, Taken
from backstay.terraform.state_place import StateLockedError, StatePlace, StoreMissingError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from backstay.terraform import SynthesizedStack
    from backstay.terraform.state_place import StateLock
    from backstay.topology import CloudRegion, Region

COMMAND = "state failover"


Found = TypeVar("Found")


@dataclass(frozen=True)
class Target:
    """A region whose states are failed over or brought back, by stack, and the region that holds the copies."""

    run: Run
    region: Region
    peer: CloudRegion
    states: Sequence[StateFailover]

    def on_each(self, work: Callable[[StateFailover], Found]) -> list[Found]:
        """Do it for several stacks side by side; most of the time goes by in waiting for the store."""
        with ThreadPoolExecutor(max_workers=self.run.parallelism) as pool:
            tasks = [pool.submit(work, state) for state in self.states]
        failures = [failure for task in tasks if (failure := task.exception())]
        for failure in failures:
            if not isinstance(failure, TerraformError) or isinstance(failure, StoreMissingError):
                raise failure
        if failures:
            # All of them, since each may ask for something to be done.
            raise TerraformError("\n".join(dict.fromkeys(map(str, failures))))
        return [task.result() for task in tasks]


@dataclass(frozen=True)
class Consent:
    """What was agreed to on the command line; where there is a terminal, it is asked there instead."""

    settled: frozenset[str] = frozenset()
    unlock: frozenset[str] = frozenset()
    auto_approve: bool = False


def fail_over(given: str, region: str, options: Options, *, in_sandbox: bool, as_json: bool) -> Status:
    """Make the copies, without asking the lost region for anything."""
    with _target(given, region, options, in_sandbox=in_sandbox) as target:
        try:
            found = target.on_each(StateFailover.fail_over)
        except StoreMissingError as error:
            raise FailedError(f"{error}, which would hold the copies of {target.region.region}'s states") from error
        if all(state.taken is Taken.ABSENT for state in found):
            link = target.run.environment.names.link_stack(target.region.location, target.peer)
            raise FailedError(
                f"there is no copy of any state of {target.region.region} in {target.peer}: "
                f"{link}, which copies them, was not deployed, or nothing was applied since"
            )
        state_failover_report.tell_failed_over(target, found, as_json=as_json)
        return Status.SUCCESS


def bring_back(
    given: str, region: str, options: Options, consent: Consent, *, in_sandbox: bool, as_json: bool
) -> Status:
    """Bring back what has become of the copies, where the region's own states have not changed."""
    if not consent.auto_approve:
        approval.require_terminal()
    with _target(given, region, options, in_sandbox=in_sandbox) as target:
        if unknown := consent.settled - {state.stack for state in target.states}:
            raise RefusedError(
                f"--settled {', '.join(sorted(unknown))}: no stack of {target.region.region} has this name; "
                f"there are: {', '.join(state.stack for state in target.states)}"
            )
        try:
            compared = target.on_each(StateFailover.compare)
        except StoreMissingError as error:
            raise FailedError(_how_to_make_the_store(target, given, error)) from error
        writes = [one for one in compared if one.moved is Moved.COPY or one.stack in consent.settled]
        if writes and not consent.auto_approve:
            state_failover_report.show_compared(compared)
            approval.ask(f"bring back the states of {', '.join(one.stack for one in writes)}?")
        pairs = zip(target.states, compared, strict=True)
        endings = [_end(state, found, consent) for state, found in pairs]
        status = Status.SUCCESS if all(ending.ending.is_success for ending in endings) else Status.FAILURE
        state_failover_report.tell_brought_back(target, endings, status, as_json=as_json)
        return status


def _end(state: StateFailover, found: Comparison, consent: Consent) -> Restored:
    is_settled = found.stack in consent.settled
    if found.moved is Moved.BOTH and not is_settled:
        return Restored(found, Ending.IN_CONFLICT)
    try:
        state.bring_back(found, is_settled=is_settled)
    except StateLockedError as error:
        if not _may_unlock(found.stack, error.lock, consent):
            return Restored(found, Ending.LOCKED, error.lock)
        state.own.unlock(error.lock.id)
        state.bring_back(found, is_settled=is_settled)
    if found.moved is Moved.BOTH:
        return Restored(found, Ending.SETTLED)
    return Restored(found, _ENDINGS[found.moved])


_ENDINGS = {
    Moved.NEITHER: Ending.ALIKE,
    Moved.REGION: Ending.STAYED,
    Moved.COPY: Ending.BROUGHT_BACK,
    Moved.NOT_COPIED: Ending.NOT_COPIED,
}


def _may_unlock(stack: str, lock: StateLock, consent: Consent) -> bool:
    if lock.id in consent.unlock:
        return True
    if not sys.stdin.isatty():
        return False
    try:
        approval.ask_for(lock.id, f"the state of {stack} is locked, {lock_words(lock)}; if that run is dead, unlock it")
    except FailedError:
        return False
    return True


def _how_to_make_the_store(target: Target, given: str, error: StoreMissingError) -> str:
    stack = target.run.environment.names.state_stack(target.region.location)
    return (
        f"{error}; make it anew by the copy of its state, and bring the states back then: "
        f"`backstay deploy {given} --failed-over {target.region.region} --stack {stack}`"
    )


@contextmanager
def _target(given: str, region: str, options: Options, *, in_sandbox: bool) -> Iterator[Target]:
    run = _open(given, options, in_sandbox=in_sandbox)
    found, *others = regions.named(run.environment, [region], option="--region")
    if others:
        raise RefusedError(f"--region {region}: several regions have this name; name one by its role")
    peer = failed_over.peer_of(run.environment, found)
    stacks = failed_over.stacks_of(run.environment, found, run.stacks)
    with tempfile.TemporaryDirectory(prefix="backstay-") as folder:
        yield Target(run, found, peer, [_state(run, stack, peer, Path(folder) / stack.name) for stack in stacks])


def _open(given: str, options: Options, *, in_sandbox: bool) -> Run:
    if not in_sandbox:
        return open_run(given, options)
    from backstay.cli import sandboxed

    return sandboxed.open_running(given, options)


def _state(run: Run, stack: SynthesizedStack, peer: CloudRegion, folder: Path) -> StateFailover:
    settings, key = failed_over.backend(stack), failed_over.copy_key(run.environment, stack)

    def place(name: str, backend: dict[str, object]) -> StatePlace:
        return StatePlace(
            backend=backend,
            terraform=run.terraform,
            environment=run.runner.environment,
            folder=folder / name,
        )

    def at_peer(**changed: str) -> dict[str, object]:
        return failed_over.at_peer(run.environment, peer, settings, **changed)

    return StateFailover(
        stack=stack.name,
        own=place("own", settings),
        replica=place("replica", at_peer()),
        copy=place("copy", at_peer(key=key)),
        base=place("base", at_peer(key=f"{key.removesuffix('.tfstate')}.base.tfstate")),
    )
