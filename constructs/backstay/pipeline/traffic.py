"""Changes that do nothing but move clients between regions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backstay.terraform.resource_change import ChangeAction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from backstay.terraform.resource_change import ResourceChange

# What says how much of the traffic goes where: weights and ranks of records, dials of accelerators.
_SHARES = {
    "aws_route53_record": {"weighted_routing_policy", "failover_routing_policy", "set_identifier"},
    "aws_globalaccelerator_endpoint_group": {"traffic_dial_percentage", "endpoint_configuration"},
}


def only_moves_traffic(changes: Sequence[ResourceChange]) -> bool:
    """Say whether a stack's plan changes shares of the traffic and nothing else."""
    return bool(changes) and all(
        change.action is ChangeAction.UPDATE and set(change.because) <= _SHARES.get(change.type, set())
        for change in changes
    )
