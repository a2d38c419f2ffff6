"""The command's verbs, put together."""

import signal
import sys
from types import FrameType

import typer

from backstay.cli.status import Status

_EPILOG = (
    "Exit status: 0 done or nothing to do, 1 failed, 2 a plan found changes "
    "(deploy and destroy: with --detailed-exitcode), 3 the input was refused, 130 interrupted."
)


def build() -> typer.Typer:
    """Return the command with all its verbs."""
    from backstay.cli import (
        check,
        deploy,
        destroy,
        doctor,
        drift,
        graph,
        health,
        listing,
        plan,
        providers,
        quotas,
        schema,
        state,
        synth,
        warm,
        waves,
    )
    from backstay.cli.ci import app as ci
    from backstay.cli.failover.verb import failover

    app = typer.Typer(
        name="backstay",
        help="Keep AI systems standing when a region falls: one environment file becomes per-region stacks.",
        epilog=_EPILOG,
        no_args_is_help=True,
        pretty_exceptions_enable=False,
    )
    app.command("check")(check.check)
    app.command("list")(listing.list_environments)
    app.command("graph")(graph.graph)
    app.command("quotas")(quotas.quotas)
    app.command("synth")(synth.synth)
    app.command("plan", epilog=_EPILOG)(plan.plan)
    app.command("deploy", epilog=_EPILOG)(deploy.deploy)
    app.command("waves")(waves.waves)
    app.command("health")(health.health)
    app.command("drift", epilog=_EPILOG)(drift.drift)
    app.command("destroy", epilog=_EPILOG)(destroy.destroy)
    app.command("failover", epilog=_EPILOG)(failover)
    app.add_typer(state.app, name="state")
    app.add_typer(providers.app, name="providers")
    app.add_typer(ci.app, name="ci")
    app.command("schema")(schema.schema)
    app.command("warm")(warm.warm)
    app.command("doctor")(doctor.doctor)
    return app


def main() -> None:
    """Run the command named on the command line and exit with its status.

    0: done, or nothing to do. 1: failed. 2: a plan found changes; with --detailed-exitcode a deploy or destroy made
    some. 3: the input was refused, before anything was done. 130: interrupted.
    """
    _let_signals_interrupt()
    try:
        status = build()(prog_name="backstay", standalone_mode=False)
    except typer.TyperException as error:
        # An error of usage, whose own status would be that of a plan with changes.
        error.show()  # pyright: ignore[reportAttributeAccessIssue] - all that typer raises have it
        status = Status.REFUSED
    except typer.Abort:
        status = Status.INTERRUPTED
    sys.exit(status)


def _let_signals_interrupt() -> None:
    """Take SIGTERM and SIGHUP like Ctrl-C, so that no child process is left behind."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP):
        # What `nohup` has set to be ignored stays ignored.
        if signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, interrupt)
