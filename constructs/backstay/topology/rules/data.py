"""Rules about data that is in several regions."""

from collections.abc import Iterator

from backstay.topology.catalog.aws_data import (
    GLOBAL_DATASTORE_PREFIXES,
    MOST_GLOBAL_DATASTORE_COPIES,
    STRONG_CONSISTENCY_SETS,
)
from backstay.topology.cloud import Cloud
from backstay.topology.environment import Environment
from backstay.topology.quantities import Duration
from backstay.topology.rules.rule import Case, Finding, RegionCase, region_rule, rule
from backstay.topology.stores import is_cache_copied

# The least that Aurora takes for `rds.global_db_rpo`
# (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html).
_LEAST_RPO = Duration.parse("20s")


@rule("rpo-enforceable")
def rpo_enforceable(case: Case) -> Iterator[Finding]:
    """Aurora does not hold commits for a bound that its copies could never keep."""
    environment = case.environment
    if environment.data.vector_db.enforce_rpo and environment.objectives.rpo < _LEAST_RPO:
        yield (
            ("objectives", "rpo"),
            f"rpo {environment.objectives.rpo} is less than the {_LEAST_RPO} that Aurora can enforce; "
            f"say {_LEAST_RPO} or more, or data.vector_db.enforce_rpo: false",
        )


@rule("rpo-enforced-by-two-copies", waivable=True)
def rpo_enforced_by_two_copies(case: Case) -> Iterator[Finding]:
    """Commits wait for a copy, and with a single one the loss of its region stops the writes of the other."""
    environment = case.environment
    copies = [role for role, region in environment.regions.items() if region.vector_db == "replica"]
    if environment.data.vector_db.enforce_rpo and len(copies) < 2:
        there = f"there is one, in {copies[0]!r}" if copies else "there is none"
        yield (
            ("data", "vector_db", "enforce_rpo"),
            f"enforce_rpo lets commits wait for copies of the vector database, and {there}; make two copies, "
            "or leave it out",
        )


@rule("cache-one-writer")
def cache_one_writer(case: Case) -> Iterator[Finding]:
    """A global datastore takes writes in one region only."""
    active = _caches(case.environment, "active")
    if case.environment.data.cache.replication == "global" and len(active) != 1:
        given = " and ".join(repr(role) for role in active) or "no region on aws"
        yield (
            ("data", "cache", "replication"),
            f"replication 'global' has one region that writes, and cache: active stands in {given}; "
            "say cold, or let one region's cache be active and the others' standby",
        )


@rule("cache-copies-limited")
def cache_copies_limited(case: Case) -> Iterator[Finding]:
    """A global datastore has a few copies and no more."""
    copies = _caches(case.environment, "standby")
    if is_cache_copied(case.environment) and len(copies) > MOST_GLOBAL_DATASTORE_COPIES:
        yield (
            ("regions", copies[MOST_GLOBAL_DATASTORE_COPIES], "cache"),
            f"cache: standby stands in {len(copies)} regions, and a global datastore has "
            f"{MOST_GLOBAL_DATASTORE_COPIES} copies at most; leave cache out of the others, "
            "or say data.cache.replication: cold",
        )


@region_rule("cache-region-has-datastores")
def cache_region_has_datastores(case: RegionCase) -> Iterator[Finding]:
    """ElastiCache copies caches between some regions only."""
    region = case.region
    if (
        region.cloud is Cloud.AWS
        and region.cache
        and is_cache_copied(case.environment)
        and region.region not in GLOBAL_DATASTORE_PREFIXES
    ):
        yield (
            ("cache",),
            f"region {region.region!r} has no global datastores of ElastiCache; leave cache out, choose one of "
            f"{', '.join(sorted(GLOBAL_DATASTORE_PREFIXES))}, or say data.cache.replication: cold",
        )


@rule("sessions-owner-on-aws")
def sessions_owner_on_aws(case: Case) -> Iterator[Finding]:
    """The table is made by one region's stack, and DynamoDB is a service of AWS."""
    environment = case.environment
    sessions = environment.data.sessions
    on_aws = [role for role, region in environment.regions.items() if region.cloud is Cloud.AWS]
    if sessions is None or sessions.owner in on_aws or (sessions.owner is None and on_aws):
        return
    if sessions.owner is None:
        yield ("data", "sessions"), "sessions are kept in DynamoDB, and no region is on aws; leave data.sessions out"
    else:
        yield (
            ("data", "sessions", "owner"),
            f"owner {sessions.owner!r} is no region on aws; name one of {', '.join(on_aws) or 'none'}",
        )


@rule("strong-sessions-in-one-set")
def strong_sessions_in_one_set(case: Case) -> Iterator[Finding]:
    """Strong consistency takes three regions that AWS has set up for it together."""
    environment = case.environment
    sessions = environment.data.sessions
    if sessions is None:
        return
    regions = [place.name for place in sessions.places(environment.regions)]
    if sessions.consistency == "eventual":
        if sessions.witness:
            yield (
                ("data", "sessions", "witness"),
                f"witness {sessions.witness!r} is for consistency: strong; leave it out",
            )
        return
    taking_part = {*regions, *([sessions.witness] if sessions.witness else [])}
    complete = len(taking_part) == 3 == len(regions) + bool(sessions.witness)
    if not complete or not any(taking_part <= together for together in STRONG_CONSISTENCY_SETS):
        sets = "; ".join(", ".join(sorted(together)) for together in STRONG_CONSISTENCY_SETS)
        yield (
            ("data", "sessions", "consistency"),
            f"consistency 'strong' takes exactly three regions of one set, one of which may be the witness, and has "
            f"{', '.join(sorted(taking_part)) or 'none'}; the sets are: {sets}. Otherwise say eventual",
        )


def _caches(environment: Environment, readiness: str) -> list[str]:
    return [
        role for role, region in environment.regions.items() if region.cloud is Cloud.AWS and region.cache == readiness
    ]
