"""What people ask a failover controller for, and of which region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backstay.cli import regions
from backstay.cli.failures import RefusedError
from backstay.topology.entrances import is_reached
from backstay.topology.stores import can_be_primary, can_take_over

if TYPE_CHECKING:
    from backstay.topology import CloudRegion, Environment


@dataclass(frozen=True)
class Request:
    """What the command line says of a failover."""

    switchover: bool = False
    declare_lost: bool = False
    accept_stale_data: bool = False
    reason: str = ""
    dry_run: bool = False

    def require_sense(self, *, waits: bool) -> None:
        """Refuse what contradicts itself.

        Raises:
            RefusedError: saying what to leave out or to add.

        """
        if self.switchover and self.declare_lost:
            raise RefusedError(
                "--switchover moves from a region that is well, and --declare-lost gives one up; leave one of them out"
            )
        if self.declare_lost and not self.reason.strip():
            raise RefusedError("--declare-lost gives a region up; say why with --reason TEXT, which goes on record")
        if self.dry_run and not waits:
            raise RefusedError("--dry-run changes nothing and tells only at its end; leave --no-wait out")

    def as_input(self) -> dict[str, Any]:
        """The controller's input."""
        return {
            "mode": "switchover" if self.switchover else "failover",
            "declare_lost": self.declare_lost,
            "accept_stale_data": self.accept_stale_data,
            "reason": self.reason.strip(),
            "dry_run": self.dry_run,
        }


def succession_with(environment: Environment, to: str) -> tuple[CloudRegion, tuple[CloudRegion, ...]]:
    """The region that is to take over, and all that can, in their order.

    Raises:
        RefusedError: there is no such region, it cannot be primary, or none of them has a controller.

    """
    (region,) = regions.named(environment, [to], option="--to")
    order = can_take_over(environment)
    if not order:
        raise RefusedError(f"{environment.name} has no failover controllers: {_why_none(environment)}")
    if region.location not in order:
        raise RefusedError(
            f"--to {to}: {region.region} holds nothing that a failover moves; those that can take over are "
            f"{', '.join(place.name for place in order)}"
        )
    return region.location, order


def _why_none(environment: Environment) -> str:
    fit = can_be_primary(environment)
    if environment.failover is None:
        return "it says `failover: null`; take that out and deploy it"
    if len(fit) < 2:
        return f"{' and '.join(fit) or 'no region'} alone can be primary on AWS, so that no other could take over"
    unreached = [role for role, region in fit.items() if not is_reached(environment, region)]
    return (
        f"regions ask each other for their health where clients reach them, and {' and '.join(unreached)} "
        "has no entrance for clients; give each region one and deploy it"
    )
