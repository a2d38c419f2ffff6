"""What `backstay check --stacks` does."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from backstay import checks
from backstay.checks import Promise, StacksError
from backstay.cli import console
from backstay.cli.failures import RefusedError
from backstay.cli.project import Project
from backstay.cli.status import Status
from backstay.cli.waivers_file import read_waivers
from backstay.topology import Duration

if TYPE_CHECKING:
    from pathlib import Path

    from backstay.checks import Finding, Report, Stacks

_STYLES = {"error": "red", "warning": "yellow", "note": "cyan"}


@dataclass(frozen=True)
class Request:
    """What was asked for.

    Attributes:
        folder: the directory of the stacks.
        environments: the environment that they are of; one or none.
        matching: patterns of the names of the stacks that are wanted.
        waivers: a file of waivers.
        sarif: where to write the findings as SARIF.
        rto: the recovery time objective, as it was written.
    """

    folder: Path
    environments: tuple[str, ...]
    matching: tuple[str, ...]
    waivers: Path | None
    sarif: Path | None
    rto: str | None


def run(request: Request, *, as_json: bool) -> Status:
    """Ask every rule, and show what came of it.

    Raises:
        RefusedError: when something that was given cannot be used.
    """
    promise, environment = _promise(request)
    waivers = read_waivers(request.waivers) if request.waivers else ()
    try:
        own = f"{environment}-*" if environment else "*"
        stacks = checks.read(request.folder, matching=request.matching or (own,))
    except StacksError as error:
        raise RefusedError(*error.problems) from error
    report = checks.examine(stacks, promise=promise, today=date.today(), waivers=waivers)
    if request.sarif:
        _write_sarif(report, request.sarif, environment)
    status = Status.FAILURE if report.fails else Status.SUCCESS
    if as_json:
        console.write_json(_document(stacks, report, status))
    else:
        _show(stacks, report)
    return status


def _promise(request: Request) -> tuple[Promise, str | None]:
    """What the stacks are measured against, and the name of the environment whose they are, if one is given."""
    if len(request.environments) > 1:
        raise RefusedError(f"--stacks takes one environment at most, got {', '.join(request.environments)}")
    promise, name = Promise(), None
    for given in request.environments:
        project = Project()
        environment = project.environment(project.environment_file(given))
        promise, name = Promise.of(environment), environment.name
    if request.rto is not None:
        try:
            promise = replace(promise, rto=Duration.parse(request.rto))
        except ValueError as error:
            raise RefusedError(f"--rto: {error}") from error
    return promise, name


def _write_sarif(report: Report, file: Path, environment: str | None) -> None:
    from importlib.metadata import version

    from backstay.checks import sarif

    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        log = sarif.document(report, version=version("backstay"), environment=environment)
        file.write_text(json.dumps(log, indent=2), encoding="utf-8")
    except OSError as error:
        raise RefusedError(f"{file} cannot be written: {error.strerror}") from error


def _document(stacks: Stacks, report: Report, status: Status) -> dict[str, Any]:
    return {
        "command": "check",
        "exit_status": int(status),
        "stacks": [stack.name for stack in stacks.all],
        "findings": [_entry(finding) for finding in (*report.open, *report.waived)],
        "unused_waivers": [waiver.model_dump(mode="json") for waiver in report.unused],
        "ended_waivers": [waiver.model_dump(mode="json") for waiver in report.ended],
    }


def _entry(finding: Finding) -> dict[str, Any]:
    waiver = finding.waiver
    return {
        "rule": finding.rule.id,
        "severity": str(finding.rule.severity),
        "stack": finding.stack,
        "address": finding.address,
        "file": finding.file,
        "line": finding.line,
        "message": finding.message,
        "why": finding.rule.why,
        "fix": finding.rule.fix,
        "source": finding.rule.source,
        "waiver": waiver and {"reason": waiver.reason, "until": waiver.until.isoformat()},
    }


def _show(stacks: Stacks, report: Report) -> None:
    out, aside = console.stdout(), console.stderr()
    if report.open:
        table = Table(box=None, pad_edge=False)
        table.add_column("", no_wrap=True)
        table.add_column("rule", no_wrap=True)
        table.add_column("where", overflow="fold")
        table.add_column("what is wrong", overflow="fold")
        for finding in report.open:
            severity = str(finding.rule.severity)
            where = f"{finding.file}:{finding.line}\n{finding.address or ''}".rstrip()
            table.add_row(Text(severity, _STYLES[severity]), finding.rule.id, Text(where), Text(finding.message))
        out.print(table)
        for rule in dict.fromkeys(finding.rule for finding in report.open):
            console.say(out, f"\n{rule.id}: {rule.why}", style="bold")
            console.say(out, f"  {rule.fix}\n  {rule.source}")
    for waiver in report.unused:
        covered = f"{waiver.stack} {waiver.address}"
        console.say(aside, f"the waiver of {waiver.rule} for {covered} covers nothing; drop it", style="yellow")
    for waiver in report.ended:
        said = f"the waiver of {waiver.rule} ended on {waiver.until}; mend what it waived, or decide again"
        console.say(aside, said, style="yellow")
    console.say(aside, _summary(stacks, report))


def _summary(stacks: Stacks, report: Report) -> str:
    counts = Counter(str(finding.rule.severity) for finding in report.open)
    found = ", ".join(f"{counts[severity]} {severity}{'s' * (counts[severity] != 1)}" for severity in _STYLES)
    return f"{len(stacks.all)} stacks, {len(checks.RULES)} rules: {found}, {len(report.waived)} waived"
