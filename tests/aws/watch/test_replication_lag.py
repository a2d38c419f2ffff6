"""How far copies may be behind."""

from backstay.aws.watch import queue_alarms, replication_lag
from backstay.aws.watch.alarm import Condition
from backstay.topology import Duration, aws_region

PEER, THIRD = aws_region("eu-west-1"), aws_region("ap-southeast-2")
RPO = Duration.parse("1m")


def test_a_copy_of_a_database_is_watched_whichever_region_it_is_copied_from() -> None:
    condition = replication_lag.database("db", sources=[PEER, THIRD], rpo=RPO)
    assert condition.expression == "MAX([from0, from1])"
    assert condition.metrics["from1"].dimensions == {"DBClusterIdentifier": "db", "SourceRegion": "ap-southeast-2"}


def test_a_database_and_a_table_may_be_behind_by_the_rpo_in_milliseconds() -> None:
    assert replication_lag.database("db", sources=[PEER], rpo=RPO).threshold == 60_000
    assert replication_lag.table("t", to=PEER, rpo=RPO).threshold == 60_000


def objects(rpo: Duration = RPO) -> tuple[Condition, Condition]:
    return replication_lag.objects("a", holds="artifacts", to=PEER, copy="b", rule="r", rpo=rpo)


def test_objects_may_be_behind_by_a_quarter_of_an_hour_or_the_rpo_if_that_is_more() -> None:
    assert [objects(Duration.parse(rpo))[0].threshold for rpo in ("1m", "1h")] == [900, 3_600]


def test_objects_are_watched_under_the_rule_that_copies_them() -> None:
    behind, uncopied = objects()
    of = {"SourceBucket": "a", "DestinationBucket": "b", "RuleId": "r"}
    assert behind.metrics["lag"].dimensions == uncopied.metrics["failed"].dimensions == of


def test_a_single_object_that_was_given_up_is_told() -> None:
    _, uncopied = objects()
    assert (uncopied.comparison, uncopied.threshold, uncopied.periods) == (">", 0, 1)
    assert uncopied.purpose == "uncopied-artifacts-eu-west-1"


def test_a_copy_of_the_cache_is_watched_on_whichever_node_follows() -> None:
    condition = replication_lag.cache("group", nodes=2, rpo=RPO)
    assert [metric.dimensions["CacheClusterId"] for metric in condition.metrics.values()] == ["group-001", "group-002"]
    assert condition.threshold == 60


def test_a_writer_that_publishes_no_lag_is_not_behind() -> None:
    assert replication_lag.database("db", sources=[PEER], rpo=RPO).missing == "notBreaching"


def test_messages_may_wait_for_as_long_as_they_are_let() -> None:
    waiting, dead = queue_alarms.conditions("q", dead_letters="d", patience=RPO)
    assert (waiting.metrics["age"].dimensions, waiting.threshold) == ({"QueueName": "q"}, 60)
    assert (dead.metrics["letters"].dimensions, dead.threshold) == ({"QueueName": "d"}, 0)
