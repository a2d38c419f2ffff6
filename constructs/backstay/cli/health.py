"""`backstay health`."""

from typing import Annotated

import typer

from backstay.cli.failures import RefusedError, reported
from backstay.cli.gate_options import GateOptions, HealthGateOption, UrlTemplateOption
from backstay.cli.options import EnvironmentArgument, JsonOption
from backstay.cli.status import Status


def health(
    environment: EnvironmentArgument,
    region: Annotated[
        list[str] | None,
        typer.Option("--region", metavar="REGION", help="Only this one, by role or name; may be given several times."),
    ] = None,
    wait: Annotated[
        str, typer.Option("--wait", metavar="TIME", help="How long a region may take to serve, such as 10m.")
    ] = "0s",
    health_gate: HealthGateOption = None,
    url_template: UrlTemplateOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say of each region whether it serves. Exits with 0 when all that were asked do, else with 1.

    A region serves when its deep health path answers by itself with a success, over a certificate that clients accept,
    as many times in a row and as far apart as the environment's health check says. Redirections are not followed. One
    that clients cannot reach is asked by its own alarm where it has one; one that cannot be asked is named.
    """
    with reported("health", as_json=as_json):
        options = GateOptions(health_gate, wait, url_template)
        raise typer.Exit(_health(environment, region or [], options, as_json))


def _health(given: str, named: list[str], options: GateOptions, as_json: bool) -> Status:
    from backstay.cli import console, regions
    from backstay.cli.project import Project
    from backstay.pipeline.health_gate import Signal

    if options.health_gate == Signal.NONE:
        raise RefusedError("--health-gate none asks nothing, so that there would be nothing to say")
    project = Project()
    environment = project.environment(project.environment_file(given))
    wanted = regions.named(environment, named, option="--region") or list(environment.regions.values())
    roles = [role for role, region in environment.regions.items() if region in wanted]
    passages = options.keeper(environment, roles).ask(roles)
    asked = [passage for passage in passages if passage.verdict]
    status = Status.SUCCESS if asked and all(passage.passed for passage in asked) else Status.FAILURE
    if as_json:
        entries = [passage.as_json() for passage in passages]
        document = {"command": "health", "environment": environment.name, "exit_status": int(status)}
        console.write_json({**document, "regions": entries})
        return status
    for passage in passages:
        word, style = ("not asked", "yellow") if not passage.verdict else ("serves", "green")
        if not passage.passed:
            word, style = "does not serve", "red"
        # What an alarm's state is says its name already.
        asks = f"{passage.gate.asks} " if passage.gate.asks and passage.gate.asks not in passage.says else ""
        console.say(console.stdout(), f"{passage.gate.region} {word}: {asks}{passage.says}", style=style)
    return status
