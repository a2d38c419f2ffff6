"""Files of waivers for `backstay check --stacks`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import ValidationError

from backstay.checks import RULES, Waiver, WaiverFile
from backstay.cli.failures import RefusedError
from backstay.environment_file import EnvironmentFileError
from backstay.environment_file.explain import faults
from backstay.environment_file.reading import read_document, text_of
from backstay.topology.catalog import closest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from backstay.environment_file.document import Document, Place


def read_waivers(file: Path) -> tuple[Waiver, ...]:
    """Read a file of waivers, which is YAML as strict as that of environments.

    Raises:
        RefusedError: with every mistake of the file, and its line.
    """
    try:
        document = read_document(text_of(file), str(file))
    except EnvironmentFileError as error:
        raise RefusedError(*map(str, error.problems)) from error
    problems = list(document.problems)
    waivers: tuple[Waiver, ...] = ()
    try:
        waivers = WaiverFile.model_validate(document.data).waivers
    except ValidationError as error:
        refused = error.errors(include_url=False)
        problems += [(_line(document, fault.place), str(fault)) for fault in faults(refused, WaiverFile, document)]
    else:
        problems += _unknown(waivers, document)
    if problems:
        raise RefusedError(*(f"{file}:{line}: {message}" for line, message in sorted(problems)))
    return waivers


def _unknown(waivers: tuple[Waiver, ...], document: Document) -> Iterator[tuple[int, str]]:
    for index, waiver in enumerate(waivers):
        if waiver.rule not in RULES:
            meant = closest(waiver.rule, RULES)
            hint = f"; did you mean {meant!r}?" if meant else ""
            yield _line(document, ("waivers", index, "rule")), f"there is no rule {waiver.rule!r} to waive{hint}"


def _line(document: Document, place: Place) -> int:
    # What is missing has no line of its own, so that of what should hold it is told.
    while place and place not in document.values:
        place = place[:-1]
    return document.values[place].line if place in document.values else 1
