"""The arguments of `backstay failover`."""

from typing import Annotated

import typer

from backstay.cli.failures import reported
from backstay.cli.options import EnvironmentArgument, JsonOption, SandboxOption


def failover(
    environment: EnvironmentArgument,
    to: Annotated[str, typer.Option("--to", metavar="REGION", help="The region that takes over, by role or name.")],
    switchover: Annotated[
        bool,
        typer.Option("--switchover", help="Move from a region that is well, without losing data: also the way back."),
    ] = False,
    declare_lost: Annotated[
        bool,
        typer.Option(
            "--declare-lost",
            help="Give the primary's region up, whatever is seen of it; takes --reason.",
        ),
    ] = False,
    accept_stale_data: Annotated[
        bool,
        typer.Option("--accept-stale-data", help="Promote a copy that is further behind than the environment accepts."),
    ] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why, for the record.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Look and judge, and change nothing.")] = False,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Follow it to its end, or only start it.")] = True,
    sandbox: SandboxOption = False,
    as_json: JsonOption = False,
) -> None:
    """Let a region take over from the primary's, which is lost; with --switchover, from one that is well.

    Starts the failover controller of the region that takes over, follows it, and shows when it took each step. Only
    that region is asked for anything. The controller looks by itself whether the primary is lost, refuses what would
    lose more than is accepted, and goes on with what was interrupted; running this again is safe.

    Exits with 0 when the region serves, or is the primary already; with 3 when the controller refuses, which it then
    says why; with 1 when the failover stopped.
    """
    with reported("failover", as_json=as_json):
        from backstay.cli.failover import carry_out
        from backstay.cli.failover.request import Request

        request = Request(
            switchover=switchover,
            declare_lost=declare_lost,
            accept_stale_data=accept_stale_data,
            reason=reason,
            dry_run=dry_run,
        )
        raise typer.Exit(carry_out.carry_out(environment, to, request, waits=wait, in_sandbox=sandbox, as_json=as_json))
