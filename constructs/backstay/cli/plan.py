"""`backstay plan`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
    RefreshOption,
    SandboxOption,
    StackOption,
    UnprivilegedOption,
    WithoutOption,
)

if TYPE_CHECKING:
    from backstay.cli.runs import Options
    from backstay.cli.status import Status


def plan(
    environment: EnvironmentArgument,
    stack: StackOption = None,
    parallelism: ParallelismOption = DEFAULT_PARALLELISM,
    provider_mirror: MirrorOption = None,
    refresh: RefreshOption = True,
    without: WithoutOption = None,
    failed_over: FailedOverOption = None,
    changes: ChangesOption = None,
    lock: Annotated[bool, typer.Option("--lock/--no-lock", help="Take the lock on each state while planning.")] = True,
    refresh_only: Annotated[
        bool,
        typer.Option(
            "--refresh-only", help="Look only for what has changed outside Terraform of what the stacks configure."
        ),
    ] = False,
    unprivileged: UnprivilegedOption = False,
    sandbox: SandboxOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what a deploy would change. Exits with 0 for nothing and 2 for something.

    What a deploy would refuse, because it deletes or replaces what holds data, is shown with what to do about it.

    With --without, a region that is lost is left out. What is asked of a control plane that was lost with it (IAM and
    Route 53 with us-east-1) is not read but taken from the state.

    With --unprivileged, what runs in a cluster is compared with the state, and a stack that needs more is withheld.
    """
    with reported("plan", as_json=as_json):
        from backstay.cli.runs import Options

        if refresh_only and (without or not refresh):
            raise RefusedError("--refresh-only reads all real resources; leave out --without and --no-refresh")
        options = Options(
            stack or (), parallelism, provider_mirror, refresh, without or (), failed_over or (), lock, unprivileged
        )
        how = {"drift": refresh_only, "in_sandbox": sandbox, "as_json": as_json}
        raise typer.Exit(_plan(environment, options, changes, **how))


def _plan(
    given: str, options: "Options", file: Path | None, *, drift: bool, in_sandbox: bool, as_json: bool
) -> "Status":
    from backstay.cli import output_file, planning, refusals, sandboxed, summary
    from backstay.cli.runs import open_run
    from backstay.pipeline.changes import Changes
    from backstay.terraform import Action

    output_file.prepare(file)
    run = sandboxed.open_running(given, options) if in_sandbox else open_run(given, options)
    action = Action.DRIFT if drift else Action.PLAN
    results = run.carry_out(action) if drift else planning.plan(run, bootstraps=True)
    if file:
        Changes.of(run.environment, action, results).write(file)
    refused = [] if drift else refusals.of(run.environment, results)
    more = {} if drift else {"refused": [refusals.as_json(loss) for loss in refused]}
    status = summary.conclude("plan", run, results, tells_changes=True, as_json=as_json, **more)
    refusals.tell(refused)
    return status
