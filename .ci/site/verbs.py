"""The command's verbs, from the command itself."""

from collections.abc import Iterator
from enum import Enum
from typing import Any

import typer

from backstay.cli import app
from backstay.cli.status import Status

_MEANINGS = {
    Status.SUCCESS: "done, or nothing to do",
    Status.FAILURE: "something failed",
    Status.CHANGES: "a plan found changes; `deploy` and `destroy`: with `--detailed-exitcode`, something was changed",
    Status.REFUSED: "what was given was refused, before anything was done",
    Status.INTERRUPTED: "interrupted",
}


def page() -> str:
    """A page with every verb, its arguments and options."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Verbs"
    yield ""
    yield "Made from the command itself; `backstay VERB --help` says the same."
    yield ""
    yield "| exit status | means |"
    yield "|---|---|"
    yield from (f"| {int(status)} | {meaning} |" for status, meaning in _MEANINGS.items())
    yield from _of(typer.main.get_command(app.build()), "backstay")


def _of(command: Any, name: str) -> Iterator[str]:
    for verb, found in getattr(command, "commands", {}).items():
        if found.hidden:
            continue
        full = f"{name} {verb}"
        if getattr(found, "commands", None):
            yield from _of(found, full)
            continue
        yield ""
        yield f"## {full}"
        yield ""
        yield from (line.strip() for line in (found.help or "").strip().splitlines())
        yield ""
        given = [parameter for parameter in found.params if not getattr(parameter, "hidden", False)]
        yield "```text"
        yield " ".join([full, "[OPTIONS]", *(_metavar(each) for each in given if each.param_type_name == "argument")])
        yield "```"
        if given:
            yield ""
            yield "| given | what it does |"
            yield "|---|---|"
            yield from (f"| {_called(each)} | {_says(each)} |" for each in given)


def _metavar(parameter: Any) -> str:
    return parameter.metavar or parameter.name.upper()


def _called(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{_metavar(parameter)}`"
    names = ", ".join(f"`{name}`" for name in [*parameter.opts, *parameter.secondary_opts])
    kind = parameter.type_descriptor.annotation
    is_choice = isinstance(kind, type) and issubclass(kind, Enum)
    values = " or ".join(f"`{choice.value}`" for choice in kind) if is_choice else ""
    value = "" if parameter.is_flag else parameter.metavar or values
    return f"{names} {value}".strip()


def _says(parameter: Any) -> str:
    text = (parameter.help or "").replace("|", "\\|")
    default = parameter.default
    if default in (None, False, True, ()) or callable(default):
        return text
    shown = default.value if isinstance(default, Enum) else default
    return f"{text} Default: `{shown}`."
