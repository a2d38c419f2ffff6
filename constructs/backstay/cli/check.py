"""`backstay check`."""

from pathlib import Path
from typing import Annotated

import typer

from backstay.cli.failures import reported
from backstay.cli.options import StackOption
from backstay.cli.status import Status


def check(
    environments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ENV]...", help="Names or paths of environments; all of the project's by default."),
    ] = None,
    stacks: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Check the Terraform JSON in this directory instead, such as cdktf.out/stacks, whoever wrote it; "
            "with ENV its own stacks only, against its objectives.",
        ),
    ] = None,
    stack: StackOption = None,
    waivers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="With --stacks: set aside the findings that this YAML file waives."),
    ] = None,
    sarif: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --stacks: write the findings there too, as SARIF 2.1.0.")
    ] = None,
    rto: Annotated[
        str | None, typer.Option(metavar="TIME", help="With --stacks: the recovery time objective, such as 15m.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document to stdout.")] = False,
) -> None:
    """Examine environment files, or with --stacks Terraform JSON: every mistake, with its file and line."""
    with reported("check", as_json=as_json):
        if stacks is not None:
            from backstay.cli import stack_check

            request = stack_check.Request(stacks, tuple(environments or ()), tuple(stack or ()), waivers, sarif, rto)
            raise typer.Exit(stack_check.run(request, as_json=as_json))
        given = {"--stack": stack, "--waivers": waivers, "--sarif": sarif, "--rto": rto}
        if alone := [option for option, value in given.items() if value]:
            from backstay.cli.failures import RefusedError

            raise RefusedError(f"{', '.join(alone)} goes with --stacks only; name the directory of the stacks")
        raise typer.Exit(_check(environments or [], as_json))


def _check(environments: list[str], as_json: bool) -> Status:
    from backstay import environment_file
    from backstay.cli.failures import RefusedError
    from backstay.cli.project import Project

    project = Project()
    chosen = environments or environment_file.names(project.directory)
    if not chosen:
        raise RefusedError(f"there is no environments/*.yaml in {project.directory.absolute()}")
    problems: dict[str, list[environment_file.Problem]] = {}
    for name in chosen:
        try:
            environment_file.load(environment_file.find(name, project.directory))
        except environment_file.EnvironmentFileError as error:
            problems[name] = list(error.problems)
        else:
            problems[name] = []
    status = Status.REFUSED if any(problems.values()) else Status.SUCCESS
    if as_json:
        found = [
            {"environment": name, "file": problem.file, "line": problem.line, "message": problem.message}
            for name, of_one in problems.items()
            for problem in of_one
        ]
        from backstay.cli import console

        console.write_json({"command": "check", "exit_status": int(status), "problems": found})
        return status
    for name, of_one in problems.items():
        for problem in of_one:
            typer.echo(str(problem), err=True)
        if not of_one:
            typer.echo(f"{name}: no problems")
    return status
