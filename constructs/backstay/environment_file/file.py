"""Environment files: YAML in, an `Environment` out, and every mistake with its file and line."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from backstay.environment_file.document import Document, DocumentError, edited, read
from backstay.environment_file.explain import explain
from backstay.environment_file.salvage import readable
from backstay.topology import Environment
from backstay.topology.rules import violations

Place = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in an environment file.

    Attributes:
        file: the file as the user named it.
        line: where, from 1.
        message: what is wrong, what was given, what is allowed, what to do.
    """

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class EnvironmentFileError(ValueError):
    """An environment file cannot be used; `problems` holds everything that is wrong with it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


def names(project: Path) -> list[str]:
    """The environments of a project, by name."""
    return sorted(path.stem for path in (project / "environments").glob("*.yaml"))


def find(environment: str, project: Path) -> Path:
    """The file of an environment, which is given by its name or by a path.

    Raises:
        EnvironmentFileError: when there is no such file.
    """
    named = project / "environments" / f"{environment}.yaml"
    given = Path(environment)
    for path in (named, given):
        if path.is_file():
            return path
    known = ", ".join(names(project)) or "none"
    looks_like_path = given.suffix in {".yaml", ".yml"} or "/" in environment
    missing = str(given if looks_like_path else Path("environments") / f"{environment}.yaml")
    raise EnvironmentFileError([Problem(missing, 1, f"there is no such environment file; environments here: {known}")])


def load(path: Path | str, *, today: date | None = None) -> Environment:
    """Read an environment file and examine it by every rule.

    Args:
        path: the YAML file.
        today: the date that end dates are compared with; by default the current one.

    Raises:
        EnvironmentFileError: with every problem of the file, in the order of its lines.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise EnvironmentFileError([Problem(str(path), 1, "the file is not UTF-8 text")]) from None
    except OSError as error:
        raise EnvironmentFileError([Problem(str(path), 1, f"the file cannot be read: {error.strerror}")]) from None
    environment = parse(text, file=str(path), today=today)
    if environment.name != path.stem:
        line = read(text).line(("name",))
        message = f"name {environment.name!r} differs from the file's; call the file {environment.name}.yaml"
        raise EnvironmentFileError([Problem(str(path), line, message)])
    return environment


def parse(text: str, *, file: str, today: date | None = None) -> Environment:
    """Like `load`, for text that is at hand; `file` is the name that problems carry."""
    try:
        document = read(text)
    except DocumentError as error:
        raise EnvironmentFileError([Problem(file, line, message) for line, message in error.problems]) from None
    environment, found = _examine(document, today or date.today())
    if found or environment is None:
        problems = sorted({Problem(file, line, message) for line, message in found})
        raise EnvironmentFileError(problems)
    return environment


def _examine(document: Document, today: date) -> tuple[Environment | None, list[tuple[int, str]]]:
    """Validate, and when a value is broken, examine what is left by the rules that do not need it."""
    try:
        environment = Environment.model_validate(document.data)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=True)
        found = [(_line(document, place), message) for place, message in explain(faults, Environment)]
        rest, unreadable = readable(document.data)
        broken = violations(rest, today=today, unreadable=unreadable) if rest else []
        found += [(_line(document, violation.place), str(violation)) for violation in broken]
        return None, found
    broken = violations(environment, today=today)
    return environment, [(_line(document, violation.place), str(violation)) for violation in broken]


def _line(document: Document, place: Place) -> int:
    """The line of a place; what a region inherited stands in the environment's own section."""
    if len(place) > 2 and place[0] == "regions" and not document.has(place) and document.has(place[2:]):
        return document.line(place[2:])
    return document.line(place)


def update(path: Path | str, edits: Mapping[Place, Any], *, today: date | None = None) -> Environment:
    """Change values in an environment file, keeping its comments, order and layout.

    The result is examined first; the file is replaced whole, or not at all.

    Args:
        path: the YAML file.
        edits: new values by place, such as `{("regions", "primary", "traffic"): "0%"}`.
        today: the date that end dates are compared with; by default the current one.

    Raises:
        EnvironmentFileError: when the result would break a rule; the file is untouched.
        KeyError: when a place does not exist.
    """
    path = Path(path)
    text = edited(path.read_text(encoding="utf-8"), edits)
    environment = parse(text, file=str(path), today=today)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(draft).chmod(path.stat().st_mode)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    return environment
