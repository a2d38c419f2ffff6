"""`backstay ci matrix`."""

from typing import Annotated, Literal

import typer

from backstay.cli.failures import reported


def matrix(
    environments: Annotated[
        list[str] | None, typer.Argument(metavar="[ENV]...", help="Only these, by name or path; by default all.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            "--since", metavar="REF", help="Only what has changed since HEAD left this branch, tag or commit."
        ),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(
            "--without", metavar="REGION", help="Leave out a region that is lost; may be given several times."
        ),
    ] = None,
    access: Annotated[
        Literal["plan", "apply"],
        typer.Option("--access", help="`plan`: a job for each stack. `apply`: a job for each environment."),
    ] = "plan",
    as_json: Annotated[
        bool, typer.Option("--json", help="Print all that is known, with the reasons, instead of the matrix.")
    ] = False,
) -> None:
    """Print a pipeline's jobs as a GitHub matrix, which is `{"include":[]}` when there is nothing to do.

    In a workflow, the lists of entries become the outputs `stacks` and `environments` as well, for a matrix's
    `include`. Each entry names the identities that its job takes and the GitHub environment that it runs in.

    With --since, a stack is left out whose Terraform JSON is, byte by byte, what it was. An environment has no
    jobs without a section `pipeline`, nor in a workflow of a repository that the section does not name.
    """
    with reported("ci matrix", as_json=as_json):
        from backstay.cli.ci import job_list

        options = job_list.Options(tuple(environments or ()), since, tuple(without or ()), access)
        raise typer.Exit(job_list.conclude(job_list.gather(options), as_json=as_json))
