"""Rules about which region takes over from which."""

from collections.abc import Iterator

from backstay.topology.entrances import is_reached
from backstay.topology.failover import FailoverSpec, succession, witness_for
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


@rule("failover-regions-reached")
def failover_regions_reached(case: Case) -> Iterator[Finding]:
    """A region asks another for its health where clients reach it; where they do not, none would ever take over."""
    environment = case.environment
    fit = can_be_primary(environment)
    unreached = [role for role, region in fit.items() if not is_reached(environment, region)]
    # To which no client is led at all, nothing of it is missing, unless it is asked for.
    is_wanted = environment.failover != FailoverSpec() or len(unreached) < len(fit)
    if environment.failover is None or len(fit) < 2 or not unreached or not is_wanted:
        return
    yield (
        ("failover",),
        f"{', '.join(fit)} would take over from one another, and ask each other for their health where clients reach "
        f"them, which is not said of {' and '.join(unreached)}; name their `entrance`, "
        "give fleets a reason to be public, or say `failover: null` to promote and grow by hand",
    )
