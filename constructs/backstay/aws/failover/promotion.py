"""How the stores are promoted. Each branch looks first whether that is done already, or under way."""

from backstay.aws.failover.control import record
from backstay.aws.failover.plan import FailoverPlan
from backstay.aws.failover.states import (
    ANY_ERROR,
    States,
    absent,
    choose,
    equals,
    fail,
    is_true,
    looking,
    present,
    task,
)

Branch = tuple[str, States]

# What RDS answers to a second promotion while the first is under way.
_UNDER_WAY = ("Rds.InvalidGlobalClusterStateException", "Rds.InvalidDbClusterStateException")


def promotions(plan: FailoverPlan) -> list[Branch]:
    """A branch for each store that the region has a copy of."""
    database = [_vector_db(plan, plan.stores.vector_db)] if plan.stores.vector_db else []
    return database + ([_cache(plan, plan.stores.cache)] if plan.stores.cache else [])


def _vector_db(plan: FailoverPlan, name: str) -> Branch:
    what = "the vector database"
    waits = f"Wait for {what}"
    writers = "$.GlobalClusters[0].GlobalClusterMembers[?(@.IsWriter==true)].DbClusterArn"
    target = {"GlobalClusterIdentifier": name, "TargetDbClusterIdentifier": plan.cluster_arn}
    busy: dict[str, str] = dict.fromkeys(_UNDER_WAY, waits)
    states: States = looking(
        what,
        first="Read who writes",
        pause=plan.pace.poll,
        times=plan.pace.looks(plan.pace.promotion),
        otherwise="The vector database takes too long",
    ) | {
        "Read who writes": task(
            "aws-sdk:rds:describeGlobalClusters",
            {"GlobalClusterIdentifier": name},
            then="Is this region the writer",
            at="$.database",
            select={
                "ours.$": f"States.ArrayContains({writers}, '{plan.cluster_arn}')",
                "found.$": "$.GlobalClusters[0]",
            },
        ),
        "Is this region the writer": choose(
            # Until a promotion has ended, whoever is named the writer.
            (present("$.database.found.FailoverState.Status"), waits),
            (is_true("$.database.ours"), "Record the vector database"),
            (equals("$.mode", "switchover"), "Switch the vector database over"),
            otherwise="Fail the vector database over",
        ),
        "Switch the vector database over": task("aws-sdk:rds:switchoverGlobalCluster", target, then=waits, catch=busy),
        # How much the lost region may have kept to itself was judged before.
        "Fail the vector database over": task(
            "aws-sdk:rds:failoverGlobalCluster", {**target, "AllowDataLoss": True}, then=waits, catch=busy
        ),
        "Record the vector database": record(plan.table, "vector_db", then=None),
        "The vector database takes too long": fail("Backstay.TooSlow", "the vector database was not promoted in time"),
    }
    return f"Look at {what}", states


def _cache(plan: FailoverPlan, name: str) -> Branch:
    """What is in a cache can be had again, so that nothing that goes wrong with it stops the failover."""
    what = "the cache"
    waits, without = f"Wait for {what}", "Go on without the cache"
    member = "$.cache.found.GlobalReplicationGroupInfo"
    states: States = looking(
        what,
        first="Read what part the cache plays",
        pause=plan.pace.poll,
        times=plan.pace.looks(plan.pace.promotion),
        otherwise=without,
    ) | {
        "Read what part the cache plays": task(
            "aws-sdk:elasticache:describeReplicationGroups",
            {"ReplicationGroupId": name},
            then="Does the cache take writes",
            at="$.cache",
            select={"found.$": "$.ReplicationGroups[0]"},
            catch={ANY_ERROR: without},
        ),
        "Does the cache take writes": choose(
            (absent(f"{member}.GlobalReplicationGroupMemberRole"), without),
            (equals(f"{member}.GlobalReplicationGroupMemberRole", "PRIMARY"), "Record the cache"),
            (equals("$.cache.found.Status", "modifying"), waits),
            otherwise="Promote the cache",
        ),
        "Promote the cache": task(
            "aws-sdk:elasticache:failoverGlobalReplicationGroup",
            {
                # Its beginning is AWS's to choose, so it is read and not computed.
                "GlobalReplicationGroupId.$": f"{member}.GlobalReplicationGroupId",
                "PrimaryRegion": plan.region,
                "PrimaryReplicationGroupId": name,
            },
            then=waits,
            catch={ANY_ERROR: without},
        ),
        "Record the cache": record(plan.table, "cache", then=None),
        without: record(plan.table, "cache_given_up", then=None),
    }
    return f"Look at {what}", states
