"""How far a copy in another region is behind, and how far it may be."""

from collections.abc import Collection

from backstay.aws.watch.alarm import Condition, Metric
from backstay.topology import CloudRegion, Duration

# Replication time control is made for 15 minutes, so that less says nothing
# (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html).
_OBJECTS_SECONDS = 900
_MILLISECONDS = 1_000


def database(cluster: str, *, sources: Collection[CloudRegion], rpo: Duration) -> Condition:
    """A copy of an Aurora database here, whichever region it is copied from at the moment.

    It publishes its lag while it is a copy, and nothing while it is the writer or the writer is gone.
    """
    lags = {
        f"from{number}": Metric(
            "AWS/RDS",
            "AuroraGlobalDBReplicationLag",
            {"DBClusterIdentifier": cluster, "SourceRegion": source.name},
            "Maximum",
        )
        for number, source in enumerate(sources)
    }
    return _behind("database", "the copy of the database here", lags, rpo.seconds * _MILLISECONDS, rpo)


def table(name: str, *, to: CloudRegion, rpo: Duration) -> Condition:
    """What a DynamoDB table of this region sends to its copy in another."""
    of = {"TableName": name, "ReceivingRegion": to.name}
    lag = Metric("AWS/DynamoDB", "ReplicationLatency", of, "Maximum")
    return _behind(f"table-{to}", f"the copy of the table in {to}", {"lag": lag}, rpo.seconds * _MILLISECONDS, rpo)


def objects(
    bucket: str, *, holds: str, to: CloudRegion, copy: str, rule: str, rpo: Duration
) -> tuple[Condition, Condition]:
    """What a bucket of this region sends to one in another, and what it has given up sending.

    Args:
        bucket: the bucket here.
        holds: what is in it, in one word; tells its alarms from those of other buckets.
        to: where the copy is.
        copy: the bucket there.
        rule: the name of the rule of replication, which has replication time control.
        rpo: how far the copy may be behind, unless that is less than replication time control is made for.
    """
    of = {"SourceBucket": bucket, "DestinationBucket": copy, "RuleId": rule}
    lag = Metric("AWS/S3", "ReplicationLatency", of, "Maximum")
    bound = max(rpo.seconds, _OBJECTS_SECONDS)
    # https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html#s3-cloudwatch-replication-metrics
    given_up = Metric("AWS/S3", "OperationsFailedReplication", of, "Sum")
    return (
        _behind(f"{holds}-{to}", f"the copy of the {holds} in {to}", {"lag": lag}, bound, Duration(bound)),
        Condition(
            purpose=f"uncopied-{holds}-{to}",
            says=f"S3 has given up copying some of the {holds} to {to}: copy what failed by Batch Replication",
            metrics={"failed": given_up},
            comparison=">",
            threshold=0,
            periods=1,
        ),
    )


def cache(replication_group: str, *, nodes: int, rpo: Duration) -> Condition:
    """A copy of an ElastiCache global datastore here; the node that follows publishes, whichever it is."""
    lags = {
        f"node{number}": Metric(
            "AWS/ElastiCache",
            "GlobalDatastoreReplicationLag",
            {"CacheClusterId": f"{replication_group}-{number:03}"},
            "Maximum",
        )
        for number in range(1, nodes + 1)
    }
    return _behind("cache", "the copy of the cache here", lags, rpo.seconds, rpo)


def _behind(what: str, says: str, lags: dict[str, Metric], threshold: int, bound: Duration) -> Condition:
    return Condition(
        purpose=f"lag-{what}",
        says=f"{says} is more than {bound} behind: that much is lost when its source is lost now",
        metrics=lags,
        expression=f"MAX([{', '.join(lags)}])" if len(lags) > 1 else None,
        comparison=">",
        threshold=threshold,
    )
