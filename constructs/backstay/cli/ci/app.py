"""The pipeline's verbs, put together."""

import typer

from backstay.cli.ci import comment, issues, matrix, summary

app = typer.Typer(help="Steps of the pipeline, which people can run too.", no_args_is_help=True)
app.command("matrix")(matrix.matrix)
app.command("issues")(issues.issues)
app.command("summary")(summary.summary)
app.command("comment")(comment.comment)


@app.callback()
def ci() -> None:
    """Steps of the pipeline, which people can run too."""
