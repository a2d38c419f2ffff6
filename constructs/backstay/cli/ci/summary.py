"""`backstay ci summary`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from backstay.cli.failures import reported
from backstay.cli.options import EnvironmentArgument
from backstay.cli.status import Status


def summary(
    environment: EnvironmentArgument,
    changes: Annotated[
        list[Path],
        typer.Option(
            "--changes",
            metavar="FILE|DIR",
            help="What `backstay plan --changes` has written, or a folder with such files; may be given several times.",
        ),
    ],
    base_environment: Annotated[
        Path | None,
        typer.Option("--base-environment", metavar="FILE", help="The environment's file before the change."),
    ] = None,
    base_findings: Annotated[
        Path | None,
        typer.Option(
            "--base-findings",
            metavar="FILE",
            help="What `backstay check ENV --stacks DIR --json` printed before the change; what is new is told. "
            "There is no such file when the environment is new.",
        ),
    ] = None,
    findings: Annotated[
        Path | None,
        typer.Option("--findings", metavar="FILE", help="The same after the change; by default the checks are run."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it there instead of to stdout.")
    ] = None,
) -> None:
    """Say on one page, in Markdown, what a plan would do to an environment.

    Exits with 3 when a deployment would refuse it, since data would be lost, and with 1 when a stack could not be
    planned; the page says so and is written all the same.
    """
    with reported("ci summary"):
        request = _Request(tuple(changes), base_environment, base_findings, findings)
        raise typer.Exit(_summary(environment, request, out))


@dataclass(frozen=True)
class _Request:
    changes: tuple[Path, ...]
    base_environment: Path | None
    base_findings: Path | None
    findings: Path | None


def _summary(given: str, request: _Request, out: Path | None) -> Status:
    from datetime import date

    from backstay.cli import console
    from backstay.cli.ci import summary_inputs as inputs
    from backstay.cli.project import Project
    from backstay.pipeline.summary import Summary

    project = Project()
    file = project.environment_file(given)
    environment = project.environment(file)
    findings = inputs.findings(request.findings) if request.findings else None
    if request.base_findings and not request.findings:
        findings = inputs.run_checks(project, file, environment)
    page = Summary(
        environment=environment,
        changes=inputs.changes(environment, request.changes),
        today=date.today(),
        base=inputs.environment_before(request.base_environment),
        findings=findings,
        base_findings=inputs.findings_before(request.base_findings),
    )
    text = str(page)
    if out:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text, encoding="utf-8")
    else:
        typer.echo(text, nl=False)
    if page.is_refused:
        console.say(console.stderr(), "refused: data would be lost, as the summary says", style="bold red")
        return Status.REFUSED
    if page.is_failed:
        console.say(console.stderr(), "a stack could not be planned, as the summary says", style="red")
        return Status.FAILURE
    return Status.SUCCESS
