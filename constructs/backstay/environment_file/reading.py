"""From the text of an environment file to an environment, or to everything that is wrong with it."""

import stat
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from backstay.environment_file.document import UNREADABLE, Document, DocumentError, Place, read
from backstay.environment_file.explain import faults
from backstay.environment_file.inheritance import home
from backstay.environment_file.problems import EnvironmentFileError, Problem
from backstay.environment_file.salvage import salvage
from backstay.topology import Environment
from backstay.topology.rules import violations

_LARGEST = 1 << 20


def load(path: Path | str, *, today: date | None = None) -> Environment:
    """Read an environment file and examine it by every rule.

    Args:
        path: the YAML file.
        today: the date that end dates are compared with; by default the current one.

    Raises:
        EnvironmentFileError: with every problem of the file, in the order of its lines.
    """
    return _parse(text_of(path), file=str(path), called=Path(path).stem, today=today)


def parse(text: str, *, file: str, today: date | None = None) -> Environment:
    """Like `load`, for text that is at hand; `file` is the name that problems carry."""
    return _parse(text, file=file, called=None, today=today)


def text_of(path: Path | str) -> str:
    """The text of a file, its line ends as they are.

    Raises:
        EnvironmentFileError: when it cannot be read, or is not UTF-8.
    """
    try:
        status = Path(path).stat()
        if not stat.S_ISREG(status.st_mode):
            # A pipe or a device would be waited for for ever.
            raise EnvironmentFileError([Problem(str(path), 1, "this is not a file; name an environment's YAML file")])
        if status.st_size > _LARGEST:
            message = f"the file has {status.st_size} bytes, which cannot be an environment"
            raise EnvironmentFileError([Problem(str(path), 1, message)])
        data = Path(path).read_bytes()
    except OSError as error:
        raise EnvironmentFileError([Problem(str(path), 1, f"the file cannot be read: {error.strerror}")]) from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"the file is not UTF-8 text (byte 0x{data[error.start]:02X}); save it as UTF-8"
        raise EnvironmentFileError([Problem(str(path), line, message)]) from None


def read_document(text: str, file: str) -> Document:
    """The values of a text, and where they stand.

    Raises:
        EnvironmentFileError: when it cannot be read.
    """
    try:
        return read(text)
    except DocumentError as error:
        raise EnvironmentFileError(Problem(file, line, message) for line, message in error.problems) from None


def _parse(text: str, *, file: str, called: str | None, today: date | None) -> Environment:
    document = read_document(text, file)
    found = list(document.problems)
    try:
        environment = Environment.model_validate(document.data)
    except ValidationError as error:
        environment = None
        refused = [fault for fault in error.errors(include_url=False) if not _is_told(fault)]
        found += [(_line(document, fault.place), str(fault)) for fault in faults(refused, Environment, document)]
        readable, contradictions = salvage(document.data, [fault["loc"] for fault in error.errors()])
        found += [(_line(document, place), message) for place, message in contradictions]
    else:
        readable = environment
    broken = violations(readable, today=today or date.today())
    found += [(_line(document, violation.place), str(violation)) for violation in broken]
    if called is not None:
        found += _misnamed(document, called)
    if found or environment is None:
        raise EnvironmentFileError(Problem(file, line, message) for line, message in found)
    return environment


def _is_told(fault: ErrorDetails) -> bool:
    """Whether the document already says what is wrong with the value."""
    return fault["input"] is UNREADABLE and fault["type"] != "extra_forbidden"


def _line(document: Document, place: Place) -> int:
    at = home(document, place)
    return document.values[at].line if at else 1


def _misnamed(document: Document, called: str) -> Iterator[tuple[int, str]]:
    name = document.data.get("name")
    if isinstance(name, str) and name != called:
        yield (
            _line(document, ("name",)),
            f"the environment is named {name!r} and its file {called!r}; they must have the same name",
        )
