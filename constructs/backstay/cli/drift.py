"""`backstay drift`."""

from typing import TYPE_CHECKING

import typer

from backstay.cli.failures import RefusedError, reported
from backstay.cli.options import (
    DEFAULT_PARALLELISM,
    ChangesOption,
    EnvironmentArgument,
    FailedOverOption,
    JsonOption,
    MirrorOption,
    ParallelismOption,
    SandboxOption,
    StackOption,
    UnprivilegedOption,
    WithoutOption,
)
from backstay.cli.status import Status

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from backstay.cli.runs import Options, Run
    from backstay.terraform import StackResult
    from backstay.topology.control_planes import ControlPlane


def drift(
    environment: EnvironmentArgument,
    stack: StackOption = None,
    changes: ChangesOption = None,
    parallelism: ParallelismOption = DEFAULT_PARALLELISM,
    provider_mirror: MirrorOption = None,
    without: WithoutOption = None,
    failed_over: FailedOverOption = None,
    unprivileged: UnprivilegedOption = False,
    sandbox: SandboxOption = False,
    as_json: JsonOption = False,
) -> None:
    """Look for what was changed outside Terraform. Exits with 0 for nothing, 2 for something and 1 for a failure.

    Nothing is changed, and no lock is taken. Each stack is planned by itself, whatever becomes of the others: that
    shows as well that each region can be planned with all others gone.
    """
    with reported("drift", as_json=as_json):
        from backstay.cli.runs import Options

        options = Options(
            stack or (), parallelism, provider_mirror, True, without or (), failed_over or (), unprivileged=unprivileged
        )
        raise typer.Exit(_drift(environment, options, changes, in_sandbox=sandbox, as_json=as_json))


def _drift(given: str, options: "Options", file: "Path | None", *, in_sandbox: bool, as_json: bool) -> Status:
    from backstay.cli import output_file, sandboxed, summary
    from backstay.cli.runs import open_run
    from backstay.pipeline.changes import Changes
    from backstay.terraform import Action

    output_file.prepare(file)
    opened = sandboxed.open_running(given, options) if in_sandbox else open_run(given, options)
    run = _each_alone(opened)
    results = run.carry_out(Action.DRIFT)
    if file:
        Changes.of(run.environment, Action.DRIFT, results).write(file)
    planned = _by_region(run, results)
    unknown = {name: _reason(planes) for name, planes in opened.loss.unread.items()}
    more = {"planned_alone": planned, "not_compared": unknown}
    status = summary.conclude("drift", run, results, tells_changes=True, as_json=as_json, **more)
    if not as_json:
        _tell(results, planned, unknown)
    return status


def _each_alone(run: "Run") -> "Run":
    """No stack waits for another, or goes without because another failed.

    Left out are those whose resources cannot be asked for, since the control plane that knows them is lost.

    Raises:
        RefusedError: no stack is left.

    """
    from dataclasses import replace

    compared = [stack for stack in run.stacks if stack.name not in run.loss.unread]
    if not compared:
        raise RefusedError(
            *(f"{name} cannot be compared {_reason(planes)}" for name, planes in run.loss.unread.items())
        )
    return replace(
        run,
        stacks=tuple(replace(stack, dependencies=frozenset[str]()) for stack in compared),
        runner=replace(run.runner, lock=False),
        loss=replace(run.loss, unread={}),
    )


def _reason(planes: "Sequence[ControlPlane]") -> str:
    return f"for want of {' and '.join(map(str, planes))}"


def _by_region(run: "Run", results: "Sequence[StackResult]") -> dict[str, bool]:
    """Whether all stacks of each region could be planned, for the regions of which there are any."""
    from backstay.terraform import Outcome
    from backstay.topology.stack_regions import stacks_in

    environment = run.environment
    found = {
        region.region: [
            result.outcome.is_success
            for result in results
            if result.stack in stacks_in(environment, region) and result.outcome is not Outcome.WITHHELD
        ]
        for region in environment.regions.values()
    }
    return {region: all(planned) for region, planned in found.items() if planned}


def _tell(results: "Sequence[StackResult]", planned: dict[str, bool], unknown: dict[str, str]) -> None:
    from backstay.cli import console
    from backstay.pipeline.drift import described

    out = console.stdout()
    for result in results:
        for change in result.changes:
            console.say(out, f"{result.stack}: {described(change)}", style="yellow")
    for stack, why in unknown.items():
        console.say(out, f"not compared: {stack}, {why}")
    for region, is_planned in planned.items():
        word, style = ("was", "green") if is_planned else ("could not be", "red")
        console.say(out, f"{region} {word} planned with all other regions left alone", style=style)
