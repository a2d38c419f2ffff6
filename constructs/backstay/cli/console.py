"""Where the command writes: results to stdout, all else to stderr."""

import json
import sys
from typing import Any, TextIO

from rich.console import Console
from rich.text import Text

_WIDTH_WITHOUT_TERMINAL = 160


def stdout() -> Console:
    """For what was asked for."""
    return _console(sys.stdout)


def stderr() -> Console:
    """For progress, questions, advice and errors."""
    return _console(sys.stderr)


def say(console: Console, message: str, style: str = "") -> None:
    """Print a message as it is: paths stay whole, brackets are brackets."""
    console.print(Text(message, style=style), soft_wrap=True)


def write_json(document: Any) -> None:
    """Print the one JSON document that --json promises."""
    sys.stdout.write(json.dumps(document, indent=2) + "\n")


def write_line(line: str) -> None:
    """Print what a program reads, with no width to break it at."""
    sys.stdout.write(f"{line}\n")


def _console(file: TextIO) -> Console:
    return Console(file=file, highlight=False, width=None if file.isatty() else _WIDTH_WITHOUT_TERMINAL)
