"""What is said of states that were failed over, and of those that were brought back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from rich.table import Table

from backstay.cli import console
from backstay.terraform.state_failover import Comparison, FailedOver, Taken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backstay.cli.state_failover import Target
    from backstay.cli.status import Status
    from backstay.terraform.state_file import StateFile
    from backstay.terraform.state_place import StateLock

_COMMAND = "state failover"


class Ending(StrEnum):
    """What became of a stack's state on the way back."""

    BROUGHT_BACK = "brought back"
    ALIKE = "alike"
    STAYED = "stayed"
    """Only the region's own state had changed."""
    SETTLED = "settled"
    NOT_COPIED = "not copied"
    IN_CONFLICT = "in conflict"
    LOCKED = "locked"

    @property
    def is_success(self) -> bool:
        """Say whether nothing is left to do."""
        return self not in (Ending.IN_CONFLICT, Ending.LOCKED)


@dataclass(frozen=True)
class Restored:
    """A state on its way back, how it ended, and the lock that kept it from being written."""

    compared: Comparison
    ending: Ending
    lock: StateLock | None = None


def lock_words(lock: StateLock) -> str:
    """Return who holds a lock, for what and for how long."""
    minutes = _age_minutes(lock)
    if minutes is None:
        since = "nobody knows since when"
    else:
        since = f"since {minutes / 60:.1f} hours" if minutes >= 60 else f"since {minutes:.0f} minutes"
    return f"for {lock.operation} by {lock.who}, {since}, with the id {lock.id}"


def tell_failed_over(target: Target, found: Sequence[FailedOver], *, as_json: bool) -> None:
    """Print the copies, and what else is known of the run that the loss of the region cut off."""
    if as_json:
        stacks = [
            {
                "name": one.stack,
                "outcome": str(one.taken),
                "copy": str(state.copy) if one.state else None,
                **_version(one.state),
                "lock": _lock(one.lock),
            }
            for one, state in zip(found, target.states, strict=True)
        ]
        console.write_json({**_heading(target, 0), "stacks": stacks})
        return
    out = console.stdout()
    table = _table("stack", "copy", "serial", "resources")
    for one in found:
        table.add_row(one.stack, str(one.taken), *map(str, _version(one.state).values()))
    out.print(table)
    region = target.region.region
    for one in found:
        if one.lock:
            console.say(
                out,
                f"{one.stack} was locked when it was copied, {lock_words(one.lock)}: what that run has done since is "
                "in no copy; the lock itself is not in the way, since the copy has one of its own",
                style="yellow",
            )
        if one.taken is Taken.ABSENT:
            console.say(
                out,
                f"{one.stack}: nothing was copied; it was never applied, or not since the link was made",
                style="yellow",
            )
        if one.taken is Taken.KEPT:
            console.say(out, f"{one.stack}: the copy has changes of its own, and was left as it is", style="yellow")
    console.say(out, f"the copies are in {target.peer}; --failed-over {region} plans and deploys with them, and")
    console.say(out, f"  backstay state failover {target.run.environment.name} --region {region} --back")
    console.say(out, f"brings them back; until then, give every plan and deploy --failed-over or --without {region}")


def show_compared(compared: Sequence[Comparison]) -> None:
    """Print which side of each state has changed."""
    table = _table("stack", "has changed", "serial in the region", "serial of the copy")
    for one in compared:
        table.add_row(one.stack, str(one.moved), _serial(one.mine), _serial(one.copy))
    console.stdout().print(table)


def tell_brought_back(target: Target, endings: Sequence[Restored], status: Status, *, as_json: bool) -> None:
    """Print how the states ended, and what is left to do."""
    if as_json:
        console.write_json({**_heading(target, status), "stacks": [_entry(one) for one in endings]})
        return
    out = console.stdout()
    table = _table("stack", "has changed", "outcome", "serial in the region", "serial of the copy")
    for one in endings:
        found = one.compared
        table.add_row(found.stack, str(found.moved), str(one.ending), _serial(found.mine), _serial(found.copy))
    out.print(table)
    for one in endings:
        if one.ending is Ending.IN_CONFLICT:
            _show_conflict(target, one.compared)
        if one.lock:
            console.say(
                out,
                f"{one.compared.stack} was not written: its state is locked {lock_words(one.lock)}; if that run is "
                f"dead, run this again with --unlock {one.lock.id}",
                style="red",
            )


def _show_conflict(target: Target, found: Comparison) -> None:
    out, region = console.stdout(), target.region.region
    why = (
        "the region's state was made anew and the copy comes from the one before"
        if found.is_another
        else "both the region's state and the copy have changed since they were alike"
    )
    console.say(out, f"{found.stack}: {why}; nothing was written", style="red")
    table = _table("address", f"in {region}", "in the copy")
    for one in found.differences:
        table.add_row(one.address, one.mine, one.theirs)
    out.print(table)
    name = target.run.environment.name
    console.say(
        out,
        "bring the copy's changes into the region's own state: `terraform import` what the copy has added, "
        "`terraform state rm` what it has removed, and deploy for what it has changed; then run this again with "
        f"--settled {found.stack}. To look at either side: `backstay plan {name} --stack {found.stack}`, "
        f"with and without --failed-over {region}",
    )


def _entry(one: Restored) -> dict[str, Any]:
    found = one.compared
    return {
        "name": found.stack,
        "outcome": str(one.ending),
        "changed": str(found.moved),
        "region": _version(found.mine),
        "copy": _version(found.copy),
        "differences": [
            {"address": each.address, "region": each.mine, "copy": each.theirs} for each in found.differences
        ],
        "lock": _lock(one.lock),
    }


def _heading(target: Target, status: int) -> dict[str, Any]:
    return {
        "command": _COMMAND,
        "environment": target.run.environment.name,
        "exit_status": int(status),
        "region": target.region.region,
        "peer": target.peer.name,
    }


def _version(state: StateFile | None) -> dict[str, Any]:
    return {"serial": state.serial, "resources": state.resources} if state else {"serial": None, "resources": None}


def _serial(state: StateFile | None) -> str:
    return str(state.serial) if state else "-"


def _lock(lock: StateLock | None) -> dict[str, Any] | None:
    if lock is None:
        return None
    created = lock.created.isoformat() if lock.created else None
    minutes = _age_minutes(lock)
    age = None if minutes is None else round(minutes)
    return {"id": lock.id, "operation": lock.operation, "who": lock.who, "created": created, "age_minutes": age}


def _age_minutes(lock: StateLock) -> float | None:
    return (datetime.now(UTC) - lock.created).total_seconds() / 60 if lock.created else None


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
