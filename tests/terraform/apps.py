"""Small synthesized apps, written by hand with a resource that needs no provider, for a real Terraform."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

Stack = dict[str, Any]


def write_app(outdir: Path, stacks: Mapping[str, Stack], depends_on: Mapping[str, Sequence[str]] | None = None) -> None:
    """Write what CDK for Terraform would, for stacks given as Terraform JSON."""
    entries: dict[str, Any] = {}
    for name, configuration in stacks.items():
        directory = outdir / "stacks" / name
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "cdk.tf.json").write_text(json.dumps(configuration))
        entries[name] = {
            "name": name,
            "constructPath": name,
            "workingDirectory": f"stacks/{name}",
            "dependencies": list((depends_on or {}).get(name, ())),
        }
    (outdir / "manifest.json").write_text(json.dumps({"version": "0.21.0", "stacks": entries}))


def values(**inputs: Any) -> Stack:
    """A stack with one resource for each value; a changed value changes the resource in place."""
    return {"resource": {"terraform_data": {name: {"input": value} for name, value in inputs.items()}}}


def running(command: str) -> Stack:
    """A stack whose only resource runs a shell command when it is created."""
    return {"resource": {"terraform_data": {"command": {"provisioner": [{"local-exec": {"command": command}}]}}}}


WAITS = "cd ../../..; touch begun; until test -e go; do sleep 0.1; done"
"""A command that notes in the project's directory that it has begun, and ends when told to go."""

FAILING = running("echo out of capacity; exit 3")
"""A stack whose apply fails."""
