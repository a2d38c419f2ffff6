"""What a deployment would refuse of a plan, for people and programs."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from backstay.cli import console
from backstay.pipeline.data_loss import losses

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backstay.pipeline.data_loss import Loss
    from backstay.terraform import StackResult
    from backstay.topology import Environment


def of(environment: Environment, results: Sequence[StackResult]) -> list[Loss]:
    """Return all data that applying these plans would lose and nobody has given up."""
    return [
        loss
        for result in results
        for loss in losses(environment, result.stack, result.changes, today=date.today())
        if loss.is_refused
    ]


def described(loss: Loss) -> str:
    """Say what would be lost, why, and what to do."""
    return (
        f"{loss.stack}: {loss.address} holds {loss.holds} and would be {loss.becomes}: {loss.why()}; "
        f"{loss.remedy}:\n{loss.permission}"
    )


def as_json(loss: Loss) -> dict[str, Any]:
    """Return it for --json."""
    return {
        "stack": loss.stack,
        "address": loss.address,
        "type": loss.change.type,
        "holds": loss.holds,
        "becomes": loss.becomes,
        "why": loss.why(),
    }


def tell(found: Sequence[Loss]) -> None:
    """Say on stderr what a deployment would refuse."""
    screen = console.stderr()
    for loss in found:
        console.say(screen, f"a deployment will refuse this: {described(loss)}", style="bold red")
