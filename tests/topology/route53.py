"""How Route 53 answers, as a model.

Rules: https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html and,
for weights of 0, https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy-weighted.html
"""

from collections.abc import Collection, Mapping, Sequence

from backstay.topology.routes import Nearest, Rank, Record, ToAccelerator, ToGroup, ToRegion, Weight

Groups = Mapping[str, Sequence[Record]]
ACCELERATOR = "accelerator"


def answers(groups: Groups, name: str, healthy: Collection[str]) -> set[str]:
    """The roles of the regions that somebody may be led to by a name, with these regions healthy."""
    led: set[str] = set()
    for record in _answered(groups, name, healthy):
        match record.leads:
            case ToRegion(role):
                led.add(role)
            case ToGroup(group):
                led |= answers(groups, group, healthy)
            case ToAccelerator():
                led.add(ACCELERATOR)
    return led


def _answered(groups: Groups, name: str, healthy: Collection[str]) -> Sequence[Record]:
    records = groups[name]
    well = [record for record in records if _is_well(groups, record, healthy)]
    candidates = well or records
    heavy = [record for record in candidates if isinstance(record.chosen, Weight) and record.chosen.weight]
    waiting = [record for record in candidates if isinstance(record.chosen, Weight) and not record.chosen.weight]
    near = [record for record in candidates if isinstance(record.chosen, Nearest)]
    ranked = sorted((record for record in candidates if isinstance(record.chosen, Rank)), key=_rank)
    return heavy or waiting or near or ranked[:1]


def _is_well(groups: Groups, record: Record, healthy: Collection[str]) -> bool:
    match record.leads:
        case ToRegion(role):
            return role in healthy
        case ToGroup(group):
            return any(_is_well(groups, inner, healthy) for inner in groups[group])
        case ToAccelerator():
            return ACCELERATOR in healthy


def _rank(record: Record) -> str:
    assert isinstance(record.chosen, Rank)
    return record.chosen.rank
