"""`backstay ci comment`."""

from pathlib import Path
from typing import Annotated

import typer

from backstay.cli.failures import reported
from backstay.cli.status import Status


def comment(
    pull_request: Annotated[int, typer.Option("--pull-request", min=1, metavar="N", help="Its number.")],
    file: Annotated[Path, typer.Option("--file", metavar="FILE", help="What `backstay ci summary` has written.")],
    repository: Annotated[
        str | None,
        typer.Option("--repository", metavar="OWNER/NAME", help="By default the one that GITHUB_REPOSITORY names."),
    ] = None,
) -> None:
    """Put an environment's summary on a pull request, in place of the last one.

    Needs GITHUB_TOKEN with the permission `pull-requests: write`, and nothing of any cloud.
    """
    with reported("ci comment"):
        raise typer.Exit(_comment(pull_request, file, repository))


def _comment(pull_request: int, file: Path, named: str | None) -> Status:
    from backstay.cli import console
    from backstay.cli.ci import repository
    from backstay.cli.failures import RefusedError
    from backstay.pipeline import comment as comments

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedError(f"{file} cannot be read: {error}") from error
    github = repository.found(named)
    try:
        address = comments.post(github, pull_request, text)
    except comments.CommentError as error:
        raise RefusedError(f"{file}: {error}") from error
    console.say(console.stdout(), address)
    return Status.SUCCESS
