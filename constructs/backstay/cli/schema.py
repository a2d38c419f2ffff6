"""`backstay schema`."""

from pathlib import Path
from typing import Annotated

import typer

from backstay.cli.failures import FailedError, reported


def schema(
    output: Annotated[
        Path | None, typer.Option("--output", metavar="FILE", help="Write it to a file instead of stdout.")
    ] = None,
    is_check: Annotated[
        bool, typer.Option("--check", help="Write nothing; fail when environments/schema.json is out of date.")
    ] = False,
) -> None:
    """Print the JSON Schema of environment files, which lets editors complete and check them."""
    with reported("schema"):
        text = _text()
        if is_check:
            path = output or Path("environments/schema.json")
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                raise FailedError(f"{path} is out of date; `backstay schema --output {path}` writes it anew")
        elif output:
            output.write_text(text, encoding="utf-8")
        else:
            typer.echo(text, nl=False)


def _text() -> str:
    import json

    from backstay.topology import Environment

    return json.dumps(Environment.model_json_schema(), indent=2) + "\n"
