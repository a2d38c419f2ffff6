"""Links that have just been made, which copy nothing of what was there before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backstay.cli import console
from backstay.terraform import Action
from backstay.topology.links import links

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backstay.cli.runs import Run
    from backstay.terraform import StackResult

_HOW = "https://github.com/backstay/backstay/blob/main/docs/replication.md#what-was-there-before"


def made(run: Run, results: Sequence[StackResult]) -> list[str]:
    """The stacks of links that an apply has added something to."""
    names = run.environment.names
    known = {names.link_stack(source.location, peer.location) for source, peer in links(run.environment)}
    return [
        result.stack
        for result in results
        if result.stack in known and result.action is Action.APPLY and result.counts.added
    ]


def tell(run: Run, results: Sequence[StackResult]) -> None:
    """Say on stdout what has to be copied by hand: states above all, which the deployment has just written."""
    if stacks := made(run, results):
        console.say(
            console.stdout(),
            f"new: {', '.join(stacks)}. States, artifacts and images are copied from now on; for those that were there "
            f"before, see {_HOW}",
            style="bold",
        )
