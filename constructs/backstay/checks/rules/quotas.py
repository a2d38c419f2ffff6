"""The account may run what is needed after a loss."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from math import inf

from backstay.checks.block import Block
from backstay.checks.promise import Guarantee
from backstay.checks.rule import Case, Found, Severity, rule
from backstay.checks.rules.pools import Pool, pools
from backstay.checks.stacks import Stacks
from backstay.topology.catalog import Quota

# The quota itself: what is used of it says nothing of how much more could be.
_QUOTA = re.compile(r"\s*SERVICE_QUOTA\(\s*\w+\s*\)\s*", re.IGNORECASE)


@rule(
    "quota-not-watched",
    what="people learn when a quota is too small for the GPU machines that a region may grow to",
    fix="alarm on SERVICE_QUOTA(...) below the vCPUs of the full size, or have an aws_servicequotas_service_quota",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Quotas-Visualize-Alarms.html",
    severity=Severity.WARNING,
    needs=Guarantee.REGION,
)
def quota_not_watched(case: Case) -> Found:
    """A survivor asks for machines that its account may not run, and more quota takes days to get."""
    for (region, quota), counted in _by_quota(case.stacks).items():
        running = sum(pool.wanted * pool.vcpus for pool in counted)
        needed = sum((pool.most or 0) * pool.vcpus for pool in counted)
        # What does not grow would not have been deployed without its quota.
        if needed <= running:
            continue
        sure = max(_made_sure_of(case.stacks, region, quota), default=0)
        if not sure:
            yield counted[0].block, f"{region} may grow to {needed:g} vCPUs, and nothing watches {quota.code} there"
        elif sure < needed:
            yield counted[0].block, f"{region} may grow to {needed:g} vCPUs; of {quota.code}, {sure:g} are made sure of"


def _by_quota(stacks: Stacks) -> Mapping[tuple[str, Quota], list[Pool]]:
    found: defaultdict[tuple[str, Quota], list[Pool]] = defaultdict(list)
    for pool in pools(stacks):
        if pool.quota and pool.block.region:
            found[pool.block.region, pool.quota].append(pool)
    return found


def _made_sure_of(stacks: Stacks, region: str, quota: Quota) -> Iterator[float]:
    """Virtual CPUs below which people are told, or which are asked for; infinite where a plan has to say how many."""
    for alarm in stacks.resources("aws_cloudwatch_metric_alarm"):
        if alarm.region == region and _watches(alarm, quota):
            yield _known(alarm, "threshold")
    for asked in stacks.resources("aws_servicequotas_service_quota"):
        if asked.region == region and asked.text("quota_code") == quota.code:
            yield _known(asked, "value")


def _watches(alarm: Block, quota: Quota) -> bool:
    return (
        quota.usage in alarm.texts("metric_query.metric.dimensions.Class")
        and any(map(_QUOTA.fullmatch, alarm.texts("metric_query.expression")))
        and (alarm.text("comparison_operator") or "").startswith("LessThan")
    )


def _known(block: Block, path: str) -> float:
    value = block.number(path)
    return inf if value is None else value
