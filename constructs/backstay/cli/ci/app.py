"""The pipeline's verbs, put together."""

import typer

app = typer.Typer(help="Steps of the pipeline, which people can run too.", no_args_is_help=True)


@app.callback()
def ci() -> None:
    """Steps of the pipeline, which people can run too."""
