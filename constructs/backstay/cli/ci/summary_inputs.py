"""What the summary of a plan is made from."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from backstay import checks, environment_file
from backstay.checks.reading import StacksError
from backstay.cli import console
from backstay.cli.failures import FailedError, RefusedError
from backstay.cli.project import OUTDIR
from backstay.pipeline.changes import Changes, ChangesError, merged
from backstay.pipeline.findings import Finding, parse
from backstay.terraform import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from backstay.cli.project import Project
    from backstay.topology import Environment


def changes(environment: Environment, given: Sequence[Path]) -> Changes:
    """Read what several jobs have found of one environment, from files and folders of such.

    Raises:
        RefusedError: a file cannot be used, or is of another environment.

    """
    try:
        parts = [Changes.parse(_text(file), source=str(file)) for file in _files(given)]
        together = merged(parts) if parts else Changes(environment=environment.name, action=Action.PLAN)
    except ChangesError as error:
        raise RefusedError(str(error)) from error
    if together.environment != environment.name or together.action is not Action.PLAN:
        raise RefusedError(
            f"the documents tell of a {together.action} of {together.environment}; those of a plan of "
            f"{environment.name} are needed"
        )
    return together


def _files(given: Sequence[Path]) -> Iterator[Path]:
    for path in given:
        if path.is_dir():
            yield from sorted(path.rglob("*.json"))
        else:
            yield path


def environment_before(file: Path | None) -> Environment | None:
    """The environment before the change, by rules that may have changed with it: what they refuse is no help."""
    if file is None:
        return None
    try:
        return environment_file.load(file)
    except environment_file.EnvironmentFileError as error:
        console.say(console.stderr(), f"not compared with {file}: {error}", style="yellow")
        return None


def run_checks(project: Project, file: Path, environment: Environment) -> tuple[Finding, ...]:
    """Synthesize the environment and return what checks find, waivers in a file left aside.

    Raises:
        FailedError: the app failed, or left what cannot be checked.

    """
    project.synthesize(file, project.directory / OUTDIR)
    try:
        stacks = checks.read(project.directory / OUTDIR / "stacks", matching=(f"{environment.name}-*",))
    except StacksError as error:
        raise FailedError("\n".join(error.problems)) from error
    report = checks.examine(stacks, promise=checks.Promise.of(environment), today=date.today())
    return tuple(
        Finding(each.rule.id, str(each.rule.severity), each.stack, each.address or "", each.message)
        for each in report.open
    )


def findings(file: Path) -> tuple[Finding, ...]:
    """Read what `backstay check --stacks --json` has printed.

    Raises:
        RefusedError: the file cannot be used.

    """
    try:
        return parse(_text(file), source=str(file))
    except ValueError as error:
        raise RefusedError(str(error)) from error


def findings_before(file: Path | None) -> tuple[Finding, ...]:
    """The findings before the change; none of an environment that was not there.

    Raises:
        RefusedError: the file cannot be used.

    """
    return findings(file) if file and file.exists() else ()


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RefusedError(f"{file} cannot be read: {error}") from error
