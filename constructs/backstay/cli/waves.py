"""`backstay waves`."""

from typing import TYPE_CHECKING, Any

import typer

from backstay.cli.failures import reported
from backstay.cli.gate_options import GateOptions, HealthGateOption, UrlTemplateOption
from backstay.cli.options import EnvironmentArgument, JsonOption, StackOption, WithoutOption
from backstay.cli.status import Status

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from backstay.pipeline.health_gate import Gate
    from backstay.pipeline.waves import Wave
    from backstay.topology import Environment


def waves(
    environment: EnvironmentArgument,
    stack: StackOption = None,
    without: WithoutOption = None,
    health_gate: HealthGateOption = None,
    url_template: UrlTemplateOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show in which order `deploy --waves` goes, and how it knows after each wave that the region serves.

    No wave has stacks of two regions. The stacks that say what pipelines may do are left out, since no pipeline may
    change them; --stack names them.
    """
    with reported("waves", as_json=as_json):
        options = GateOptions(health_gate, url_template=url_template)
        raise typer.Exit(_waves(environment, stack or (), without or (), options, as_json))


def _waves(
    given: str, patterns: "Sequence[str]", without: "Sequence[str]", options: GateOptions, as_json: bool
) -> Status:
    from backstay.cli import console
    from backstay.cli.project import OUTDIR, Project
    from backstay.cli.synthesized import synthesize
    from backstay.pipeline import waves as order

    project = Project()
    file = project.environment_file(given)
    environment = project.environment(file)
    found = synthesize(project, environment, file, project.directory / OUTDIR, patterns=patterns, without=without)
    stacks = found.stacks if patterns else order.without_pipelines(environment, found.stacks)
    planned = order.waves(environment, stacks)
    gates = options.gates(environment)
    if as_json:
        entries = [as_entry(environment, number, wave, gates) for number, wave in enumerate(planned, 1)]
        document = {"command": "waves", "environment": environment.name, "exit_status": 0, "waves": entries}
        console.write_json({**document, **found.loss.as_json()})
        return Status.SUCCESS
    _show(environment, planned, gates)
    for left in found.stacks:
        if left not in stacks:
            console.say(console.stdout(), f"left out: {left.name}: no pipeline may change what pipelines may do")
    found.loss.tell()
    return Status.SUCCESS


def as_entry(environment: "Environment", number: int, wave: "Wave", gates: "Mapping[str, Gate]") -> dict[str, Any]:
    """Return a wave for --json."""
    region = environment.regions[wave.role] if wave.role else None
    gate = gates[wave.role] if wave.role and wave.stage.is_gated else None
    return {
        "number": number,
        "stage": wave.stage.title,
        "role": wave.role,
        "cloud": str(region.cloud) if region else None,
        "region": region.region if region else None,
        "stacks": list(wave.stacks),
        "gate": {"signal": str(gate.signal), "asks": gate.asks, "why": gate.why} if gate else None,
    }


def _show(environment: "Environment", planned: "Sequence[Wave]", gates: "Mapping[str, Gate]") -> None:
    from rich.table import Table

    from backstay.cli import console

    table = Table(box=None, pad_edge=False)
    for column in ("wave", "stage", "region", "status", "traffic", "stacks", "health gate"):
        table.add_column(column, overflow="fold")
    for number, wave in enumerate(planned, 1):
        region = environment.regions[wave.role] if wave.role else None
        where = (region.region, str(region.status), str(region.traffic)) if region else ("", "", "")
        gate = gates[wave.role] if wave.role and wave.stage.is_gated else None
        asked = (f"{gate.signal}: {gate.asks or gate.why}") if gate else ""
        table.add_row(str(number), wave.stage.title, *where, "\n".join(wave.stacks), asked)
    console.stdout().print(table)
