"""`backstay state`."""

from pathlib import Path

import typer

from backstay.cli.failures import reported
from backstay.cli.options import (
    DEFAULT_PARALLELISM,
    EnvironmentArgument,
    JsonOption,
    MirrorOption,
    ParallelismOption,
)
from backstay.cli.status import Status

app = typer.Typer(help="Where Terraform's state is kept.", no_args_is_help=True)

_NOTHING_TO_MAKE = {
    "local": "the local backend keeps each stack's state in a file beside it; there is nothing to make",
    "cloud": "Terraform Cloud keeps the state and makes each stack's workspace itself; log in with `terraform login`",
    "azurerm": "`state` names a storage account that has to exist already; leave its names out to have one made",
    "gcs": "`state` names a bucket that has to exist already; leave its name out to have one made",
}


@app.callback()
def state() -> None:
    """Where Terraform's state is kept."""


@app.command()
def bootstrap(
    environment: EnvironmentArgument,
    parallelism: ParallelismOption = DEFAULT_PARALLELISM,
    provider_mirror: MirrorOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make what keeps an environment's state, from nothing.

    That is an S3 bucket with its lock table, an Azure storage account or a Cloud Storage bucket in each region, with
    its key. Each region's stack of these is applied with its state on this machine, and the state then moved into what
    the stack has made. Running it again is safe, also after an interruption: it finishes what it finds begun.
    """
    with reported("state bootstrap", as_json=as_json):
        raise typer.Exit(_bootstrap(environment, parallelism, provider_mirror, as_json))


def _bootstrap(given: str, parallelism: int, provider_mirror: Path | None, as_json: bool) -> Status:
    from backstay.cli import console, summary
    from backstay.cli.runs import Options, open_run
    from backstay.terraform import Action

    run = open_run(given, Options(parallelism=parallelism, provider_mirror=provider_mirror))
    run = run.only(run.state_stacks)
    if not run.stacks:
        console.say(console.stderr(), _NOTHING_TO_MAKE[run.environment.state.backend])
    results = run.carry_out(Action.APPLY, bootstraps=True)
    return summary.conclude("state bootstrap", run, results, tells_changes=False, as_json=as_json)
