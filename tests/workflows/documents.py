"""The workflows here, as documents."""

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

PROJECT = Path(__file__).parents[2]
GITHUB = PROJECT / ".github"

Document = dict[str, Any]


def read(file: Path) -> Document:
    """One file of YAML 1.2, in which `on` is a word and not true."""
    return YAML(typ="safe").load(file)


WORKFLOWS: dict[str, Document] = {file.stem: read(file) for file in sorted(GITHUB.glob("workflows/*.yml"))}
ACTIONS: dict[str, Document] = {file.parent.name: read(file) for file in sorted(GITHUB.glob("actions/*/action.yml"))}
JOBS: dict[str, Document] = {
    f"{name}/{id_}": job for name, workflow in WORKFLOWS.items() for id_, job in workflow["jobs"].items()
}


def steps() -> list[tuple[str, Document]]:
    """Every step of every job and of every action, with where it is."""
    of_jobs = [(where, step) for where, job in JOBS.items() for step in job["steps"]]
    return of_jobs + [(name, step) for name, action in ACTIONS.items() for step in action["runs"]["steps"]]
