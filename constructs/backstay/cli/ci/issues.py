"""`backstay ci issues`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from backstay.cli.failures import RefusedError, reported
from backstay.cli.status import Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backstay.pipeline.changes import Changes


def issues(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="What `backstay drift --changes` wrote, or folders of that.")
    ],
    repository: Annotated[
        str | None,
        typer.Option("--repository", metavar="OWNER/NAME", help="By default GITHUB_REPOSITORY."),
    ] = None,
    label: Annotated[
        str, typer.Option("--label", metavar="NAME", help="The label by which the issues are found again.")
    ] = "drift",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document to stdout.")] = False,
) -> None:
    """Keep one issue for each stack that has drifted or cannot be planned, and close it when that is over.

    An issue that says already what was found is left as it is. Needs GITHUB_TOKEN with `issues: write`.
    """
    with reported("ci issues", as_json=as_json):
        raise typer.Exit(_issues(files, repository, label, as_json))


def _issues(files: "Sequence[Path]", named: str | None, label: str, as_json: bool) -> Status:
    from backstay.cli import console
    from backstay.cli.ci import repository
    from backstay.pipeline import drift_issues
    from backstay.terraform import Action

    found = list(_read(files))
    if wrong := [each for each in found if each.action is not Action.DRIFT]:
        raise RefusedError(f"a {wrong[0].action} of {wrong[0].environment} is no drift; `backstay drift` looks for it")
    settled = drift_issues.settle(repository.found(named), found, label=label)
    if as_json:
        entries = [
            {"environment": each.environment, "stack": each.stack, "issue": str(each.settled), "url": each.url}
            for each in settled
        ]
        console.write_json({"command": "ci issues", "exit_status": 0, "stacks": entries})
        return Status.SUCCESS
    for each in settled:
        if each.url:
            console.say(console.stdout(), f"{each.stack}: {each.settled} {each.url}")
    return Status.SUCCESS


def _read(files: "Sequence[Path]") -> "Iterator[Changes]":
    from backstay.pipeline.changes import Changes, ChangesError

    for given in files:
        inside = sorted(given.rglob("*.json")) if given.is_dir() else [given]
        if not inside:
            raise RefusedError(f"{given} has no *.json in it; `backstay drift ENV --changes FILE` writes one")
        for file in inside:
            try:
                yield Changes.parse(file.read_text(encoding="utf-8"), source=str(file))
            except (OSError, UnicodeDecodeError) as error:
                raise RefusedError(f"{file} cannot be read: {error}") from error
            except ChangesError as error:
                raise RefusedError(str(error)) from error
