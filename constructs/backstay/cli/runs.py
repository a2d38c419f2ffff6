"""What plan, deploy and destroy have in common: an environment, its stacks, and a Terraform to run over them."""

from __future__ import annotations

import os
import threading
import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from backstay.cli.failures import FailedError, RefusedError
from backstay.cli.options import DEFAULT_PARALLELISM
from backstay.cli.progress import watch
from backstay.cli.project import OUTDIR, Project
from backstay.terraform import (
    Action,
    ManifestError,
    ProviderMirrorError,
    StackRunner,
    Terraform,
    binary,
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
    from backstay.topology import Environment


@dataclass(frozen=True)
class Options:
    """What the command line said about how to run."""

    stacks: Sequence[str] = ()
    parallelism: int = DEFAULT_PARALLELISM
    provider_mirror: Path | None = None
    refresh: bool = True


@dataclass(frozen=True)
class Run:
    """One environment's stacks, ready for Terraform.

    A state stack is a stack that makes the store of its own state: a bucket, or a storage account.
    """

    environment: Environment
    terraform: Terraform
    runner: StackRunner
    state_folder: Path
    stacks: tuple[SynthesizedStack, ...]
    parallelism: int
    started: float

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

        With `bootstraps`, an apply makes the state's stores where they are missing.
        """
        state_stacks = {stack.name for stack in self.state_stacks}
        remote_state = RemoteState(runner=self.runner, folder=self.state_folder)
        on_state, on_others = remote_state.run, self.runner.run
        if action is Action.DESTROY:
            on_state = remote_state.remove
            if state_stacks:
                on_others = remote_state.destroy_dependent
        elif bootstraps:
            on_state = remote_state.create

        def work(
            stack: SynthesizedStack, action: Action, interruption: Interruption, on_event: EventListener
        ) -> StackResult:
            does = on_state if stack.name in state_stacks else on_others
            return does(stack, action, interruption, on_event)

        with watch(self.stacks, action) as on_progress:
            return run_in_order(self.stacks, action, work, parallelism=self.parallelism, on_progress=on_progress)


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
    )
    run = prepare(project, environment, file, place, options)
    _refuse_sandbox_overrides(run.stacks)
    return run


def _refuse_sandbox_overrides(stacks: Sequence[SynthesizedStack]) -> None:
    from backstay.sandbox.settings import OVERRIDE_FILE

    for stack in stacks:
        path = stack.directory / OVERRIDE_FILE
        if path.exists():
            raise FailedError(f"{path} turns the stack towards a sandbox; delete it to work on the real account")


@dataclass(frozen=True)
class Place:
    """Which files a run uses, and which environment variables: those decide whose cloud it is."""

    outdir: Path
    logs: Path
    state: Path
    variables: Mapping[str, str]


def prepare(project: Project, environment: Environment, file: Path, place: Place, options: Options) -> Run:
    """Find Terraform, synthesize the environment, and choose the stacks.

    Raises:
        RefusedError: a stack pattern or the mirror cannot be used.
        FailedError: the app failed.
        TerraformError: there is no usable Terraform, or nothing usable was synthesized.

    """
    started = time.monotonic()
    terraform = binary.find(place.variables)
    try:
        providers = mirror.find(options.provider_mirror, place.variables)
    except ProviderMirrorError as error:
        raise RefusedError(str(error)) from error
    variables = settings.child_environment(
        folder=project.work / "terraform", mirror=providers, environment=place.variables
    )
    synthesized = project.synthesize(file, place.outdir)
    try:
        stacks = manifest.select(synthesized, options.stacks)
    except ManifestError as error:
        raise RefusedError(str(error)) from error
    runner = StackRunner(
        terraform=terraform,
        environment=variables,
        logs=place.logs,
        refresh=options.refresh,
        init_lock=threading.Lock() if settings.shares_downloads(variables) else nullcontext(),
    )
    return Run(
        environment=environment,
        terraform=terraform,
        runner=runner,
        state_folder=place.state,
        stacks=stacks,
        parallelism=options.parallelism,
        started=started,
    )
