"""`backstay schema`."""

from pathlib import Path
from typing import Annotated

import typer

from backstay.cli.failures import FailedError, reported


def schema(
    output: Annotated[Path, typer.Option("--output", metavar="FILE", help="Where the schema is kept.")] = Path(
        "environments/schema.json"
    ),
    prints: Annotated[bool, typer.Option("--print", help="Print it to stdout instead of writing it.")] = False,
    checks: Annotated[bool, typer.Option("--check", help="Write nothing; fail when the file is out of date.")] = False,
) -> None:
    """Write the JSON Schema of environment files, by which editors complete and check them."""
    with reported("schema"):
        from backstay.cli import console
        from backstay.environment_file.schema import text as schema_text

        text = schema_text()
        if prints:
            typer.echo(text, nl=False)
        elif not checks:
            output.parent.mkdir(parents=True, exist_ok=True)
            output.write_text(text, encoding="utf-8")
            console.say(console.stderr(), f"wrote {output}")
        elif not output.is_file() or output.read_text(encoding="utf-8") != text:
            raise FailedError(f"{output} is out of date; `backstay schema` writes it anew")
