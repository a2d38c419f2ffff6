"""How a failover goes and how it ended, for people and for programs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.table import Table

from backstay.cli import console
from backstay.cli.failover.outcomes import ENDINGS, STOPPED
from backstay.cli.status import Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backstay.cli.failover.controller import Controller, Execution, Result, Step
    from backstay.cli.failover.outcomes import Ending
    from backstay.cli.failover.request import Request
    from backstay.topology import CloudRegion, Environment

# What the controller calls a step, and what people do. Groups of machines have names of their own.
_WORDS = {
    "decided": "decided to take over",
    "term": "fence taken",
    "vector_db": "vector database promoted",
    "cache": "cache promoted",
    "cache_given_up": "went on without the cache",
    "serving": "serves",
}
_APPROVAL = "Ask for approval"


def caution(
    environment: Environment, region: CloudRegion, order: Sequence[CloudRegion], request: Request
) -> str | None:
    """What people have to see to themselves; None when the controllers do."""
    spec = environment.failover
    is_next = region in order[:2]
    if spec is None or spec.consistency == "strong" or not request.declare_lost or is_next:
        return None
    return (
        f"{region} is not next in the order, and the regions agree with consistency 'eventual': see to it that nobody "
        f"has {' or '.join(other.name for other in order if other != region)} take over as well"
    )


def show_step(step: Step, *, began: datetime) -> None:
    """Show on stderr what it does now."""
    seconds = (step.at - began).total_seconds()
    console.say(console.stderr(), f"{_clock(step.at)} +{seconds:.0f}s {step.name}")
    if step.name == _APPROVAL:
        told = "waiting for approval: whoever hears of alarms was sent what to approve it with"
        console.say(console.stderr(), told, style="bold")


def tell_started(environment: Environment, region: CloudRegion, execution: Execution, *, as_json: bool) -> Status:
    """Say what goes on by itself from now."""
    if as_json:
        console.write_json(
            {
                "command": "failover",
                "environment": environment.name,
                "region": region.name,
                "exit_status": int(Status.SUCCESS),
                "execution": execution.arn,
                "outcome": None,
            }
        )
    else:
        console.say(console.stdout(), f"started in {region}: {execution.arn}")
    return Status.SUCCESS


def conclude(
    controller: Controller,
    order: Sequence[CloudRegion],
    request: Request,
    execution: Execution,
    steps: Sequence[Step],
    result: Result,
    *,
    as_json: bool,
) -> Status:
    """Tell how it ended, and return the exit status."""
    region, primary, record = controller.access.region, controller.primary(), controller.record()
    ending = _ending(result)
    says = ending.says.format(
        region=region,
        primary=primary.get("region", "nobody"),
        first=order[0],
        other=execution.arn,
        error=result.error,
    )
    if as_json:
        console.write_json(
            {
                "command": "failover",
                "environment": controller.environment.name,
                "region": region.name,
                "exit_status": int(ending.status),
                "execution": execution.arn,
                "request": request.as_input(),
                "outcome": result.outcome,
                "error": result.error,
                "says": says,
                "seconds": round(result.seconds, 1),
                "steps": [{"name": step.name, "at": _instant(step.at)} for step in steps],
                "primary": primary,
                "record": record,
            }
        )
        return ending.status
    if record:
        console.stdout().print(_table(record))
    if primary:
        since = primary.get("serving_since") or primary.get("taken_at", "-")
        told = f"primary: {primary['region']}, term {primary['term']}, {primary['phase']} since {since}"
        console.say(console.stdout(), told)
    where = console.stdout() if ending.status is Status.SUCCESS else console.stderr()
    console.say(where, f"{says} ({result.seconds:.0f} s)", style="green" if ending.status is Status.SUCCESS else "red")
    return ending.status


def _ending(result: Result) -> Ending:
    return STOPPED if result.outcome is None else ENDINGS[result.outcome]


def _table(record: dict[str, str]) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("step", "at"):
        table.add_column(column)
    table.add_column("seconds", justify="right")
    began: datetime | None = None
    for step, at in record.items():
        taken = datetime.fromisoformat(at)
        began = began or taken
        table.add_row(_words(step), _clock(taken), f"{(taken - began).total_seconds():.0f}")
    return table


def _words(step: str) -> str:
    if step in _WORDS:
        return _WORDS[step]
    group = step.removeprefix("short_").removesuffix("_beforehand").replace("_", " ").replace("gpu", "GPU")
    became = "went on with too few" if step.startswith("short_") else "all there"
    return f"{group}: {became}{', before the move' if step.endswith('_beforehand') else ''}"


def _clock(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%H:%M:%SZ")


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
