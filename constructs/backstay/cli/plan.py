"""`backstay plan`."""

import typer

from backstay.cli.failures import reported
from backstay.cli.options import (
    DEFAULT_PARALLELISM,
    EnvironmentArgument,
    FailedOverOption,
    JsonOption,
    MirrorOption,
    ParallelismOption,
    RefreshOption,
    SandboxOption,
    StackOption,
    WithoutOption,
)


def plan(
    environment: EnvironmentArgument,
    stack: StackOption = None,
    parallelism: ParallelismOption = DEFAULT_PARALLELISM,
    provider_mirror: MirrorOption = None,
    refresh: RefreshOption = True,
    without: WithoutOption = None,
    failed_over: FailedOverOption = None,
    sandbox: SandboxOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what a deploy would change. Exits with 0 for nothing and 2 for something.

    With --without, a region that is lost is left out. What is asked of a control plane that was lost with it (IAM and
    Route 53 with us-east-1) is not read but taken from the state.
    """
    with reported("plan", as_json=as_json):
        from backstay.cli import planning, summary
        from backstay.cli.runs import Options, open_run

        options = Options(stack or (), parallelism, provider_mirror, refresh, without or (), failed_over or ())
        if sandbox:
            from backstay.cli import sandboxed

            run = sandboxed.open_running(environment, options)
        else:
            run = open_run(environment, options)
        results = planning.plan(run)
        raise typer.Exit(summary.conclude("plan", run, results, tells_changes=True, as_json=as_json))
