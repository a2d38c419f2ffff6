"""`backstay state`."""

from pathlib import Path
from typing import Annotated

import typer

from backstay.cli.failures import reported
from backstay.cli.options import (
    DEFAULT_PARALLELISM,
    ApproveOption,
    EnvironmentArgument,
    JsonOption,
    MirrorOption,
    ParallelismOption,
    SandboxOption,
)
from backstay.cli.status import Status

app = typer.Typer(help="Where Terraform's state is kept.", no_args_is_help=True)

_NOTHING_TO_MAKE = {
    "local": "the local backend keeps each stack's state in a file beside it; there is nothing to make",
    "cloud": "Terraform Cloud keeps the state and makes each stack's workspace itself; log in with `terraform login`",
    "azurerm": "`state` names a storage account that has to exist already; leave its names out to have one made",
    "s3": "the app makes no stack of a bucket for the state, so that the bucket has to exist already",
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


@app.command()
def failover(
    environment: EnvironmentArgument,
    region: Annotated[str, typer.Option("--region", metavar="REGION", help="The lost region, by role or name.")],
    back: Annotated[
        bool, typer.Option("--back", help="The region is there again: bring back what has become of the copies.")
    ] = False,
    settled: Annotated[
        list[str] | None,
        typer.Option(
            "--settled",
            metavar="STACK",
            help="With --back: the copy's changes are in the region's own state by now, which stays; "
            "may be given several times.",
        ),
    ] = None,
    unlock: Annotated[
        list[str] | None,
        typer.Option(
            "--unlock",
            metavar="ID",
            help="With --back: take away the lock with this id, whose run is dead; may be given several times.",
        ),
    ] = None,
    parallelism: ParallelismOption = DEFAULT_PARALLELISM,
    provider_mirror: MirrorOption = None,
    sandbox: SandboxOption = False,
    auto_approve: ApproveOption = False,
    as_json: JsonOption = False,
) -> None:
    """Work on with the states of a region that is lost, from the copies in its peer's region.

    The lost region is not asked for anything. What was copied is copied once more, to where no replication overwrites
    it; `plan` and `deploy` work with it when given --failed-over. No other region needs any of this: they have
    their own states, and are run with --without.

    With --back, a state is brought back where only the copy has changed, and stays where only the region's own has.
    Where both have, nothing is written, and what differs is listed. No version of any state is ever deleted.
    """
    with reported("state failover", as_json=as_json):
        from backstay.cli import state_failover
        from backstay.cli.failures import RefusedError
        from backstay.cli.runs import Options

        options = Options(parallelism=parallelism, provider_mirror=provider_mirror)
        where = {"in_sandbox": sandbox, "as_json": as_json}
        if back:
            consent = state_failover.Consent(frozenset(settled or ()), frozenset(unlock or ()), auto_approve)
            raise typer.Exit(state_failover.bring_back(environment, region, options, consent, **where))
        if settled or unlock:
            raise RefusedError("--settled and --unlock are for the way back; give --back too")
        raise typer.Exit(state_failover.fail_over(environment, region, options, **where))


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
