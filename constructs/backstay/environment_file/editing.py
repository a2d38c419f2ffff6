"""Changing values in an environment file, and nothing else in it."""

import copy
import json
import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from backstay.environment_file.document import Document, DocumentError, Place, read
from backstay.environment_file.problems import EnvironmentFileError, Problem
from backstay.environment_file.reading import parse, read_document, text_of
from backstay.topology import Environment

Plain = str | int | float | None


def update(path: Path | str, edits: Mapping[Place, Any], *, today: date | None = None) -> Environment:
    """Change values in an environment file, leaving every other character of it as it is.

    The result is examined first; the file is replaced whole, or not at all.

    Args:
        path: the YAML file.
        edits: new values by place, such as `{("regions", "primary", "traffic"): "0%"}`. Numbers, truth values and
            None are written as such, anything else as its text.
        today: the date that end dates are compared with; by default the current one.

    Raises:
        EnvironmentFileError: when the file cannot be read, or the result would break a rule; the file is untouched.
        KeyError: when a place does not exist.
        TypeError: when a place holds a mapping or a list.
    """
    text = text_of(path)
    for place, value in edits.items():
        text = edited(text, place, value if isinstance(value, int | float | None) else str(value), str(path))
    environment = parse(text, file=str(path), today=today)
    # A link stays a link: what it points at is replaced.
    _replace(Path(path).resolve(), text)
    return environment


def edited(text: str, place: Place, value: Plain, file: str) -> str:
    """The text with another value at a place."""
    document = read_document(text, file)
    if document.problems:
        raise EnvironmentFileError(Problem(file, line, message) for line, message in document.problems)
    if not place or place not in document.values:
        raise KeyError(place)
    data = copy.deepcopy(document.data)
    holder = _at(data, place[:-1])
    if isinstance(holder[place[-1]], dict | list):
        raise TypeError(f"{place} holds a mapping or a list; only single values can be changed")
    holder[place[-1]] = value
    for spelling in _spellings(document.source(place), value):
        changed = _spliced(document, place, spelling)
        if _says(changed, data):
            return changed
    raise TypeError(f"{value!r} cannot be written at {place}")


def _says(text: str, data: dict[str, Any]) -> bool:
    try:
        document = read(text)
    except DocumentError:
        return False
    return not document.problems and repr(document.data) == repr(data)  # unlike ==, it tells true from 1


def _spellings(before: str, value: Plain) -> Iterator[str]:
    """Ways to write a value: like the one that it replaces if that is possible, and plainly if that is."""
    quoted = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        if before.startswith("'"):
            yield "'" + value.replace("'", "''") + "'"
        elif not before.startswith('"'):
            yield value
    yield quoted


def _spliced(document: Document, place: Place, spelling: str) -> str:
    """The text with something else written at a place."""
    old, text = document.values[place], document.text
    before, after = text[: old.start], text[old.end :]
    if old.start == old.end:
        spelling = f" {spelling}"
    elif text[old.end - 1] == "\n":  # a block of text, which ends with its line
        spelling = f"{spelling}\n"
    return f"{before}{spelling}{after}"


def _at(data: Any, place: Place) -> Any:
    for part in place:
        data = data[part]
    return data


def _replace(path: Path, text: str) -> None:
    """Put a text into a file at once, so that nobody ever finds half of it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with draft.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        draft.chmod(path.stat().st_mode)
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
