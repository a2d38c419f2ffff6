"""What plan, deploy and destroy have in common: an environment, its stacks, and a Terraform to run over them."""

from __future__ import annotations

import os
import threading
import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from backstay.cli import failed_over, given_up, unprivileged
from backstay.cli.failures import FailedError, RefusedError
from backstay.cli.lost_regions import NOTHING_LOST, Loss
from backstay.cli.options import DEFAULT_PARALLELISM
from backstay.cli.progress import watch
from backstay.cli.project import OUTDIR, Project
from backstay.cli.synthesized import synthesize
from backstay.pipeline import data_loss
from backstay.pipeline.privileges import is_in_cluster
from backstay.terraform import (
    Action,
    ProviderMirrorError,
    StackRunner,
    Terraform,
    binary,
    lock_file,
    manifest,
    mirror,
    run_in_order,
    settings,
)
from backstay.terraform.remote_state import RemoteState
from backstay.topology.state import is_made_by_backstay

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from backstay.terraform import StackResult, SynthesizedStack
    from backstay.terraform.command import EventListener
    from backstay.terraform.interruption import Interruption
    from backstay.terraform.schedule import Work
    from backstay.topology import Environment


@dataclass(frozen=True)
class Options:
    """What the command line said about how to run."""

    stacks: Sequence[str] = ()
    parallelism: int = DEFAULT_PARALLELISM
    provider_mirror: Path | None = None
    refresh: bool = True
    without: Sequence[str] = ()
    failed_over: Sequence[str] = ()
    lock: bool = True
    unprivileged: bool = False


@dataclass(frozen=True)
class Run:
    """One environment's stacks, ready for Terraform.

    A state stack is a stack that makes the store of its own state: a bucket, or a storage account. `needed` are the
    stacks with all that they depend on, whether or not it is to be run. Whoever runs it unprivileged may read how
    things are set up, and neither a secret nor what is in a cluster.
    """

    environment: Environment
    terraform: Terraform
    runner: StackRunner
    state_folder: Path
    stacks: tuple[SynthesizedStack, ...]
    needed: tuple[SynthesizedStack, ...]
    parallelism: int
    started: float
    loss: Loss = NOTHING_LOST
    unprivileged: bool = False

    @property
    def state_stacks(self) -> tuple[SynthesizedStack, ...]:
        """The stacks that make the stores of the state; none where they exist already or none is needed."""
        names = {
            self.environment.names.state_stack(region.location)
            for region in self.environment.regions.values()
            if is_made_by_backstay(self.environment.state_of(region))
        }
        return tuple(stack for stack in self.stacks if stack.name in names)

    def only(self, stacks: Sequence[SynthesizedStack]) -> Run:
        """Return the same run with fewer stacks."""
        names = [stack.name for stack in stacks]
        return replace(self, stacks=manifest.select(self.stacks, names) if names else ())

    def carry_out(self, action: Action, *, bootstraps: bool = False) -> tuple[StackResult, ...]:
        """Do it in the order of the dependencies, showing how it goes.

        With `bootstraps`, an apply makes the state's stores where they are missing, and a plan shows them.
        """
        state_stacks = {stack.name for stack in self.state_stacks}

        def carried_out(
            stack: SynthesizedStack, action: Action, interruption: Interruption, on_event: EventListener
        ) -> StackResult:
            is_read = stack.name not in self.loss.unread
            is_refreshed = is_read and not (self.unprivileged and is_in_cluster(stack.configuration()))
            runner = self.runner if is_refreshed else replace(self.runner, refresh=False)
            on_state, on_others = self._ways(runner, action, has_state_stacks=bool(state_stacks), bootstraps=bootstraps)
            does = on_state if stack.name in state_stacks else on_others
            return (does if is_read else self.loss.held_back(does))(stack, action, interruption, on_event)

        work = unprivileged.restrained(self, carried_out) if self.unprivileged else carried_out

        with watch(self.stacks, action) as on_progress:
            return run_in_order(self.stacks, action, work, parallelism=self.parallelism, on_progress=on_progress)

    def look_at_states(self) -> tuple[StackResult, ...]:
        """Open the state of each state stack and change nothing; a store that is missing or refuses is a failure."""
        look = RemoteState(runner=self.runner, folder=self.state_folder).look
        return run_in_order(self.state_stacks, Action.PLAN, look, parallelism=self.parallelism)

    def _ways(
        self, runner: StackRunner, action: Action, *, has_state_stacks: bool, bootstraps: bool
    ) -> tuple[Work, Work]:
        """How the action is carried out on state stacks, and on all others."""
        remote_state = RemoteState(runner=runner, folder=self.state_folder)
        if action is Action.DESTROY:
            return remote_state.remove, remote_state.destroy_dependent if has_state_stacks else runner.run
        return remote_state.create if bootstraps else remote_state.run, runner.run


def open_run(given: str, options: Options) -> Run:
    """Read the environment that is named, or whose file's path is given, and prepare to run its stacks.

    Raises:
        RefusedError: the environment, a stack pattern or the mirror cannot be used.
        FailedError: the app failed, or a stack is turned towards a sandbox.
        TerraformError: there is no usable Terraform, or nothing usable was synthesized.

    """
    project = Project()
    file = project.environment_file(given)
    environment = project.environment(file)
    place = Place(
        outdir=project.directory / OUTDIR,
        logs=project.work / "logs" / environment.name,
        state=project.work / "state" / environment.name,
        variables=os.environ,
        lock_file=project.directory / lock_file.NAME,
    )
    run = prepare(project, environment, file, place, options)
    _refuse_sandbox_overrides(run.needed)
    failed_over.turn(environment, run.stacks, options.failed_over, run.runner.environment)
    return run


def _refuse_sandbox_overrides(stacks: Sequence[SynthesizedStack]) -> None:
    from backstay.sandbox.settings import OVERRIDE_FILE

    for stack in stacks:
        path = stack.directory / OVERRIDE_FILE
        if path.exists():
            raise FailedError(f"{path} turns the stack towards a sandbox; delete it to work on the real account")


@dataclass(frozen=True)
class Place:
    """Which files a run uses, and which environment variables: those decide whose cloud it is.

    The lock file says which providers to use where it exists; the sandbox has none, for it takes what there is.
    """

    outdir: Path
    logs: Path
    state: Path
    variables: Mapping[str, str]
    lock_file: Path | None = None


def prepare(project: Project, environment: Environment, file: Path, place: Place, options: Options) -> Run:
    """Find Terraform, synthesize the environment, and choose the stacks.

    Raises:
        RefusedError: a stack pattern, a region or the mirror cannot be used, or no stack is left.
        FailedError: the app failed.
        TerraformError: there is no usable Terraform, or nothing usable was synthesized.

    """
    started = time.monotonic()
    terraform = binary.find(place.variables)
    try:
        providers = mirror.find(options.provider_mirror, place.variables)
    except ProviderMirrorError as error:
        raise RefusedError(str(error)) from error
    locks = place.lock_file if place.lock_file and place.lock_file.exists() else None
    variables = settings.child_environment(
        folder=project.work / "terraform",
        mirror=providers,
        environment=place.variables,
        verifies_downloads=locks is not None,
    )
    synthesized = synthesize(
        project,
        environment,
        file,
        place.outdir,
        patterns=options.stacks,
        without=options.without,
        failed_over=options.failed_over,
    )
    today = date.today()
    given_up.turn(environment, synthesized.needed, today=today)
    if locks:
        lock_file.place(locks, synthesized.needed)
    runner = StackRunner(
        terraform=terraform,
        environment=variables,
        logs=place.logs,
        refresh=options.refresh,
        lock=options.lock,
        keeps_lock_file=locks is not None,
        guard=data_loss.guard(environment, today=today),
        init_lock=threading.Lock() if settings.shares_downloads(variables) else nullcontext(),
    )
    return Run(
        environment=environment,
        terraform=terraform,
        runner=runner,
        state_folder=place.state,
        stacks=synthesized.stacks,
        needed=synthesized.needed,
        parallelism=options.parallelism,
        started=started,
        loss=synthesized.loss,
        unprivileged=options.unprivileged,
    )
