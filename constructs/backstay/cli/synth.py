"""`backstay synth`."""

from typing import Annotated

import typer

from backstay.cli.failures import reported
from backstay.cli.options import EnvironmentArgument
from backstay.cli.status import Status


def synth(
    environment: EnvironmentArgument,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document to stdout.")] = False,
) -> None:
    """Write an environment's stacks as Terraform JSON to cdktf.out, by the app that cdktf.json names."""
    with reported("synth", as_json=as_json):
        raise typer.Exit(_synth(environment, as_json))


def _synth(given: str, as_json: bool) -> Status:
    import time

    from backstay.cli import console
    from backstay.cli.project import OUTDIR, Project

    started = time.monotonic()
    project = Project()
    file = project.environment_file(given)
    environment = project.environment(file)
    stacks = project.synthesize(file, project.directory / OUTDIR)
    seconds = time.monotonic() - started
    if as_json:
        entries = [
            {
                "name": stack.name,
                "directory": str(stack.directory),
                "dependencies": sorted(stack.dependencies),
            }
            for stack in stacks
        ]
        console.write_json(
            {
                "command": "synth",
                "environment": environment.name,
                "exit_status": 0,
                "seconds": round(seconds, 1),
                "stacks": entries,
            }
        )
        return Status.SUCCESS
    for stack in stacks:
        console.say(console.stdout(), str(stack.directory))
    console.say(console.stderr(), f"{len(stacks)} stacks in {seconds:.1f} s")
    return Status.SUCCESS
