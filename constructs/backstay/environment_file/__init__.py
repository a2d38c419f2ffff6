"""Environment files: YAML in, an `Environment` out, and every mistake with its file and line."""

from backstay.environment_file.editing import update
from backstay.environment_file.finding import find, names
from backstay.environment_file.problems import EnvironmentFileError, Problem
from backstay.environment_file.reading import load, parse

__all__ = ["EnvironmentFileError", "Problem", "find", "load", "names", "parse", "update"]
