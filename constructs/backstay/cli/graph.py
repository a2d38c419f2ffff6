"""`backstay graph`."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from backstay.cli.failures import FailedError, reported
from backstay.cli.options import EnvironmentArgument


class Format(StrEnum):
    """How a picture is written."""

    MERMAID = "mermaid"
    MARKDOWN = "markdown"


def graph(
    environment: EnvironmentArgument,
    lost: Annotated[
        list[str] | None,
        typer.Option(
            metavar="REGION",
            help="Draw what it comes to when this region is lost, by role or name; may be given several times.",
        ),
    ] = None,
    written_as: Annotated[
        Format, typer.Option("--format", help="Mermaid's own text, or a block of it for Markdown.")
    ] = Format.MERMAID,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it there instead of to stdout.")] = None,
) -> None:
    """Draw an environment: where clients are led, who writes and who has copies, who takes over from whom."""
    with reported("graph"):
        from backstay.cli import console, regions
        from backstay.cli.project import Project
        from backstay.diagram import mermaid

        project = Project()
        drawn = project.environment(project.environment_file(environment))
        gone = regions.named(drawn, lost or [], option="--lost")
        text = mermaid(drawn, lost=[role for role, region in drawn.regions.items() if region in gone])
        if written_as is Format.MARKDOWN:
            text = f"```mermaid\n{text}```\n"
        if out is None:
            typer.echo(text, nl=False)
            return
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            out.write_text(text, encoding="utf-8")
        except OSError as error:
            raise FailedError(f"{out} cannot be written: {error.strerror}") from error
        console.say(console.stderr(), f"wrote {out}")
