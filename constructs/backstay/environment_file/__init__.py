"""Environment files: YAML in, an `Environment` out, and every mistake with its file and line."""

from backstay.environment_file.file import EnvironmentFileError, Problem, find, load, names, parse, update

__all__ = ["EnvironmentFileError", "Problem", "find", "load", "names", "parse", "update"]
