"""Rules about which region takes over from which."""

from collections.abc import Iterator

from backstay.topology.failover import succession, witness_for
from backstay.topology.rules.rule import Case, Finding, rule
from backstay.topology.stores import can_be_primary


@rule("failover-order-whole")
def failover_order_whole(case: Case) -> Iterator[Finding]:
    """A region that the order leaves out never takes over, and one that is not there holds the others up."""
    spec = case.environment.failover
    if spec is None or not spec.order:
        return
    try:
        succession(spec, can_be_primary(case.environment))
    except ValueError as error:
        yield ("failover", "order"), str(error)


@rule("failover-agreed")
def failover_agreed(case: Case) -> Iterator[Finding]:
    """Regions that decide together, at once and for all, have to be of those that AWS lets do so."""
    spec = case.environment.failover
    if spec is None or spec.consistency == "eventual":
        return
    try:
        witness_for([region.region for region in can_be_primary(case.environment).values()])
    except ValueError as error:
        yield ("failover", "consistency"), str(error)
