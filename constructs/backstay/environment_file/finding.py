"""Where a project's environment files are."""

from pathlib import Path

from backstay.environment_file.problems import EnvironmentFileError, Problem
from backstay.topology.catalog import closest

_FOLDER = "environments"


def names(project: Path) -> list[str]:
    """The environments of a project, by name."""
    return sorted(path.stem for path in (project / _FOLDER).glob("*.yaml") if path.is_file())


def find(environment: str, project: Path) -> Path:
    """The file of an environment, which is given by its name or by a path.

    Raises:
        EnvironmentFileError: when there is no such file.
    """
    named, given = project / _FOLDER / f"{environment}.yaml", Path(environment)
    for path in (named, given):
        if _is_there(path) and path.is_file():
            return path
    if _is_there(given) and given.is_dir():
        raise EnvironmentFileError([Problem(environment, 1, "this is a directory; name one environment")])
    known = names(project)
    meant = closest(given.stem, known)
    hint = f"did you mean {meant!r}? " if meant else ""
    is_path = given.suffix in {".yaml", ".yml"} or "/" in environment
    missing = environment if is_path else f"{_FOLDER}/{environment}.yaml"
    message = f"there is no such environment file; {hint}environments here: {', '.join(known) or 'none'}"
    raise EnvironmentFileError([Problem(missing, 1, message)])


def _is_there(path: Path) -> bool:
    try:
        path.stat()
    except (OSError, ValueError):  # no such file, or a name that no file can have
        return False
    return True
