"""`backstay plan`."""

import typer

from backstay.cli.failures import reported
from backstay.cli.options import (
    DEFAULT_PARALLELISM,
    EnvironmentArgument,
    JsonOption,
    MirrorOption,
    ParallelismOption,
    RefreshOption,
    SandboxOption,
    StackOption,
)


def plan(
    environment: EnvironmentArgument,
    stack: StackOption = None,
    parallelism: ParallelismOption = DEFAULT_PARALLELISM,
    provider_mirror: MirrorOption = None,
    refresh: RefreshOption = True,
    sandbox: SandboxOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show what a deploy would change. Exits with 0 for nothing and 2 for something."""
    with reported("plan", as_json=as_json):
        from backstay.cli import planning, summary
        from backstay.cli.runs import Options, open_run

        options = Options(stack or (), parallelism, provider_mirror, refresh)
        if sandbox:
            from backstay.cli import sandboxed

            run = sandboxed.open_running(environment, options)
        else:
            run = open_run(environment, options)
        results = planning.plan(run)
        raise typer.Exit(summary.conclude("plan", run, results, tells_changes=True, as_json=as_json))
