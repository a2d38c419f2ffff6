"""What is wrong with an environment file, and where."""

from collections.abc import Iterable
from dataclasses import dataclass


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
    """An environment file cannot be used; `problems` holds everything that is wrong with it, by line."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))
