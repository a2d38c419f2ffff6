"""`backstay list`."""

from typing import TYPE_CHECKING, Annotated

import typer

from backstay.cli.failures import reported
from backstay.cli.status import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backstay.topology import Environment


def list_environments(
    environments: Annotated[
        list[str] | None, typer.Argument(metavar="[ENV]...", help="Only these, by name or path.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document to stdout.")] = False,
) -> None:
    """List the project's environments: their regions by cloud, and the backend that keeps each region's state.

    The order is that in which regions take over from one that is lost; where there is none, nothing does.
    """
    with reported("list", as_json=as_json):
        raise typer.Exit(_list(environments or [], as_json))


def _list(given: list[str], as_json: bool) -> Status:
    from rich.table import Table

    from backstay import environment_file
    from backstay.cli import console
    from backstay.cli.failures import RefusedError
    from backstay.cli.project import Project

    project = Project()
    names = given or environment_file.names(project.directory)
    if not names:
        raise RefusedError(f"there is no environments/*.yaml in {project.directory.absolute()}")
    loaded = {}
    broken = {}
    for name in names:
        file = project.environment_file(name)
        try:
            loaded[name] = environment_file.load(file)
        except environment_file.EnvironmentFileError as error:
            broken[name] = len(error.problems)
    if as_json:
        entries = [
            {
                "name": name,
                "mode": str(environment.mode),
                "regions": list(_rows(environment)),
            }
            for name, environment in loaded.items()
        ]
        unusable = [{"name": name, "problems": count} for name, count in broken.items()]
        console.write_json({"command": "list", "exit_status": 0, "environments": entries, "unusable": unusable})
        return Status.SUCCESS
    table = Table(box=None, pad_edge=False)
    for column in ("environment", "mode", "role", "cloud", "region", "status", "traffic", "state", "order"):
        table.add_column(column)
    for name, environment in loaded.items():
        first = (name, str(environment.mode))
        for row in _rows(environment):
            table.add_row(*first, *("-" if value is None else str(value) for value in row.values()))
            first = ("", "")
    for name, count in broken.items():
        table.add_row(name, f"[red]{count} problem(s): `backstay check {name}` shows them[/]")
    console.stdout().print(table)
    return Status.SUCCESS


def _rows(environment: "Environment") -> "Iterator[dict[str, str | int | None]]":
    from backstay.topology.stores import can_take_over

    succession = can_take_over(environment)
    for role, region in environment.regions.items():
        yield {
            "role": role,
            "cloud": str(region.cloud),
            "region": region.region,
            "status": str(region.status),
            "traffic": str(region.traffic),
            "state": environment.state_of(region).backend,
            "order": succession.index(region.location) + 1 if region.location in succession else None,
        }
