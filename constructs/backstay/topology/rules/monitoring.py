"""Rules about who hears of what goes wrong."""

from collections.abc import Iterator

from backstay.topology.cloud import Cloud
from backstay.topology.rules.rule import Case, Finding, rule


@rule("alarms-reach-somebody")
def alarms_reach_somebody(case: Case) -> Iterator[Finding]:
    """What nobody is told of goes on until clients tell of it."""
    environment, told = case.environment, case.environment.monitoring
    regions = {role: region.region for role, region in environment.regions.items() if region.cloud is Cloud.AWS}
    for index, topic in enumerate(told.topics):
        if not any(topic in told.topics_in(region) for region in regions.values()):
            yield (
                ("monitoring", "topics", index),
                f"topic {topic!r} is in no region of the environment, and an alarm tells topics of its own region "
                f"only; the regions are {', '.join(regions.values())}",
            )
    unheard = {role: region for role, region in regions.items() if not told.topics_in(region)}
    if environment.objectives.tier == 1 and not environment.disposable and not told.emails and unheard:
        yield (
            ("regions", next(iter(unheard)), "region"),
            f"nobody would hear the alarms of {', '.join(unheard.values())}, and tier 1 needs somebody who does; "
            "add monitoring: {emails: [...]} to the environment, or topics of these regions",
        )
