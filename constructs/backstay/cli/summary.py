"""What came of a run: a table and the errors for people, one document for programs, and the exit status."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from rich.table import Table

from backstay.cli import console, new_links, traffic
from backstay.cli.progress import STYLES, outcome_word, tenses
from backstay.cli.status import Status
from backstay.terraform import Action, Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backstay.cli.runs import Run
    from backstay.terraform import StackResult
    from backstay.terraform.events import Diagnostic


def status_of(results: Sequence[StackResult], *, tells_changes: bool) -> Status:
    """Return the exit status; `tells_changes` when changes are not simply success."""
    outcomes = {result.outcome for result in results}
    if Outcome.INTERRUPTED in outcomes:
        return Status.INTERRUPTED
    if outcomes & {Outcome.FAILED, Outcome.SKIPPED}:
        return Status.FAILURE
    return Status.CHANGES if tells_changes and Outcome.CHANGED in outcomes else Status.SUCCESS


def document(verb: str, run: Run, results: Sequence[StackResult], status: Status, **more: Any) -> dict[str, Any]:
    """Return what --json prints."""
    return {
        "command": verb,
        "environment": run.environment.name,
        "exit_status": int(status),
        "seconds": round(time.monotonic() - run.started, 1),
        "terraform": {"product": run.terraform.product, "version": run.terraform.version},
        "stacks": [_entry(result) for result in results],
        "moves_traffic_only": traffic.note(run, results) is not None,
        "new_links": new_links.made(run, results),
        **run.loss.as_json(),
        **more,
    }


def show(results: Sequence[StackResult]) -> None:
    """Print the table to stdout, and the errors with their advice to stderr."""
    out = console.stdout()
    out.print(_table(results))
    # Not in the table, where a narrow terminal would break it.
    if logs := {result.log.parent for result in results if result.log}:
        console.say(out, f"logs: {', '.join(f'{folder}/<stack>.log' for folder in sorted(logs))}", style="dim")
    screen = console.stderr()
    for result in results:
        if result.reason:
            console.say(screen, f"{result.stack} is {outcome_word(result)}: {result.reason}", style="yellow")
        if result.outcome is Outcome.WAITING:
            continue
        for error in result.errors:
            where = f" ({error.address})" if error.address else ""
            console.say(screen, f"{result.stack}: {error.summary}{where}", style="red")
            if error.detail:
                console.say(screen, _indented(error.detail))
        for advice in result.advice:
            console.say(screen, f"{result.stack}: {advice}", style="bold")


def tell(run: Run, results: Sequence[StackResult]) -> None:
    """Show the results, and say what has to be known about them."""
    show(results)
    run.loss.tell()
    traffic.tell(run, results)
    new_links.tell(run, results)


def tell_of_interruption(status: Status) -> None:
    """Say on stderr how to go on after an interruption, if there was one."""
    if status is Status.INTERRUPTED:
        console.say(console.stderr(), _INTERRUPTED, style="yellow")


def conclude(
    verb: str, run: Run, results: Sequence[StackResult], *, tells_changes: bool, as_json: bool, **more: Any
) -> Status:
    """Show the results, or print them as JSON, and return the exit status."""
    status = status_of(results, tells_changes=tells_changes)
    if as_json:
        console.write_json(document(verb, run, results, status, **more))
    else:
        tell(run, results)
    tell_of_interruption(status)
    return status


_INTERRUPTED = (
    "interrupted; what had been done is in the state, and running the same command again goes on from there. "
    "If that finds the state locked, Terraform was stopped the hard way: the error then shows how to unlock it"
)


def _table(results: Sequence[StackResult]) -> Table:
    verbs = tenses(next((result.action for result in results if result.action.only_looks), Action.APPLY))
    table = Table(box=None, pad_edge=False)
    table.add_column("stack", overflow="fold")
    table.add_column("action")
    table.add_column("outcome")
    for verb in verbs:
        table.add_column(verb, justify="right")
    table.add_column("seconds", justify="right")
    for result in results:
        counts = result.counts
        table.add_row(
            result.stack,
            str(result.action),
            f"[{STYLES[result.outcome]}]{outcome_word(result)}[/]",
            *(str(number) if number else "-" for number in (counts.added, counts.changed, counts.destroyed)),
            f"{result.seconds:.1f}" if result.seconds else "-",
        )
    return table


def _entry(result: StackResult) -> dict[str, Any]:
    counts = result.counts
    return {
        "name": result.stack,
        "action": str(result.action),
        "outcome": str(result.outcome),
        "reason": result.reason,
        "counts": {
            "added": counts.added,
            "changed": counts.changed,
            "destroyed": counts.destroyed,
            "imported": counts.imported,
        },
        "seconds": round(result.seconds, 1),
        "log": str(result.log) if result.log else None,
        "terraform_exit_status": result.exit_status,
        "diagnostics": [_diagnostic(diagnostic) for diagnostic in result.diagnostics],
        "advice": list(result.advice),
    }


def _diagnostic(diagnostic: Diagnostic) -> dict[str, str]:
    return {
        "severity": diagnostic.severity,
        "summary": diagnostic.summary,
        "detail": diagnostic.detail,
        "address": diagnostic.address,
    }


def _indented(text: str) -> str:
    return "\n".join(f"  {line}".rstrip() for line in text.splitlines())
