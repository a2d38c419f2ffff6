"""RDS, corrected: instances, and clusters that are in several regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

HOME, PEER = "eu-west-1", "eu-central-1"
ENGINE = {"Engine": "aurora-postgresql", "EngineVersion": "16.4"}
USER = {"MasterUsername": "owner", "MasterUserPassword": "only-in-tests"}


def test_instances_have_ids_of_their_own(corrects) -> None:
    def ids(cloud: Cloud) -> int:
        rds = cloud.client("rds")
        made = [
            rds.create_db_instance(
                DBInstanceIdentifier=name,
                Engine="postgres",
                DBInstanceClass="db.t4g.micro",
                AllocatedStorage=20,
                **USER,
            )["DBInstance"]["DbiResourceId"]
            for name in ("one", "two")
        ]
        return len(set(made))

    corrects(ids, 2)


def test_cluster_that_is_not_serverless_has_no_scaling_configuration(corrects) -> None:
    def has_one(cloud: Cloud) -> bool:
        rds = cloud.client("rds")
        rds.create_db_cluster(DBClusterIdentifier="c", **ENGINE, **USER)
        return "ScalingConfigurationInfo" in rds.describe_db_clusters()["DBClusters"][0]

    corrects(has_one, False)


def test_instance_keeps_its_performance_insights(corrects) -> None:
    def insights(cloud: Cloud) -> list[tuple[Any, ...]]:
        rds = cloud.client("rds")
        rds.create_db_cluster(DBClusterIdentifier="c", **ENGINE, **USER)
        on = {"PerformanceInsightsKMSKeyId": "arn:aws:kms:::key/one", "PerformanceInsightsRetentionPeriod": 7}
        member = {"DBInstanceClass": "db.serverless", "Engine": "aurora-postgresql", "DBClusterIdentifier": "c"}
        rds.create_db_instance(DBInstanceIdentifier="i", EnablePerformanceInsights=True, **on, **member)

        def told() -> tuple[Any, ...]:
            (found,) = rds.describe_db_instances()["DBInstances"]
            names = ("PerformanceInsightsEnabled", *on)
            return tuple(found.get(name) for name in names)

        first = told()
        rds.modify_db_instance(DBInstanceIdentifier="i", EnablePerformanceInsights=False)
        return [first, told()[:1]]

    corrects(insights, [(True, "arn:aws:kms:::key/one", 7), (False,)])


def spanning(cloud: Cloud) -> tuple[Any, Any, str]:
    """Clients of both regions of a global cluster and the name of its second member."""
    home, peer = cloud.client("rds", HOME), cloud.client("rds", PEER)
    home.create_global_cluster(GlobalClusterIdentifier="g", DatabaseName="vectors", **ENGINE)
    home.create_db_cluster(DBClusterIdentifier="one", GlobalClusterIdentifier="g", **ENGINE, **USER)
    second = peer.create_db_cluster(DBClusterIdentifier="two", GlobalClusterIdentifier="g", **ENGINE)
    return home, peer, second["DBCluster"]["DBClusterArn"]


def members(client: Any) -> dict[str, bool]:
    """The members of the global cluster: their regions, and whether each is the writer."""
    (found,) = client.describe_global_clusters()["GlobalClusters"]
    return {member["DBClusterArn"].split(":")[3]: member["IsWriter"] for member in found["GlobalClusterMembers"]}


def test_first_member_writes(cloud: Cloud) -> None:
    home, _, _ = spanning(cloud)
    assert members(home) == {HOME: True, PEER: False}


@pytest.mark.parametrize("move", ["failover_global_cluster", "switchover_global_cluster"])
def test_writer_can_be_moved(corrects, move: str) -> None:
    def moved(cloud: Cloud) -> dict[str, bool]:
        home, peer, second = spanning(cloud)
        getattr(peer, move)(GlobalClusterIdentifier="g", TargetDbClusterIdentifier=second)
        return members(home)

    corrects(moved, {HOME: False, PEER: True})


def test_members_say_whom_they_follow_before_and_after_a_failover(corrects) -> None:
    def followed(cloud: Cloud) -> list[dict[str, str | None]]:
        home, peer, second = spanning(cloud)

        def told() -> dict[str, str | None]:
            clusters = {
                region: client.describe_db_clusters()["DBClusters"][0]
                for region, client in ((HOME, home), (PEER, peer))
            }
            sources = {region: found.get("ReplicationSourceIdentifier") for region, found in clusters.items()}
            return {region: source.split(":")[3] if source else None for region, source in sources.items()}

        before = told()
        peer.failover_global_cluster(GlobalClusterIdentifier="g", TargetDbClusterIdentifier=second)
        after = told()
        home.remove_from_global_cluster(
            GlobalClusterIdentifier="g",
            DbClusterIdentifier=home.describe_db_clusters()["DBClusters"][0]["DBClusterArn"],
        )
        return [before, after, told()]

    corrects(followed, [{HOME: None, PEER: HOME}, {HOME: PEER, PEER: None}, {HOME: None, PEER: None}])


def test_member_can_leave_from_its_own_region(corrects) -> None:
    def left(cloud: Cloud) -> dict[str, bool]:
        home, peer, second = spanning(cloud)
        peer.remove_from_global_cluster(GlobalClusterIdentifier="g", DbClusterIdentifier=second)
        return members(home)

    corrects(left, {HOME: True})


def test_deleted_member_is_no_member(corrects) -> None:
    def left(cloud: Cloud) -> dict[str, bool]:
        home, peer, _ = spanning(cloud)
        peer.delete_db_cluster(DBClusterIdentifier="two", SkipFinalSnapshot=True)
        return members(home)

    corrects(left, {HOME: True})


def test_global_cluster_is_seen_from_every_region_of_it(cloud: Cloud) -> None:
    _, peer, _ = spanning(cloud)
    assert members(peer) == {HOME: True, PEER: False}


def test_global_cluster_keeps_its_database_name(corrects) -> None:
    def name(cloud: Cloud) -> str | None:
        home, _, _ = spanning(cloud)
        return home.describe_global_clusters()["GlobalClusters"][0].get("DatabaseName")

    corrects(name, "vectors")


def test_global_cluster_can_lose_its_protection(corrects) -> None:
    def is_protected(cloud: Cloud) -> bool:
        rds = cloud.client("rds")
        rds.create_global_cluster(GlobalClusterIdentifier="g", DeletionProtection=True, **ENGINE)
        rds.modify_global_cluster(GlobalClusterIdentifier="g", DeletionProtection=False)
        (found,) = rds.describe_global_clusters()["GlobalClusters"]
        return found["DeletionProtection"]

    corrects(is_protected, False)


def test_global_cluster_has_its_tags(corrects) -> None:
    def tags(cloud: Cloud) -> list[str]:
        rds = cloud.client("rds")
        made = rds.create_global_cluster(GlobalClusterIdentifier="g", Tags=[{"Key": "a", "Value": "1"}], **ENGINE)
        arn = made["GlobalCluster"]["GlobalClusterArn"]
        rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "b", "Value": "2"}])
        rds.add_tags_to_resource(ResourceName=arn, Tags=[{"Key": "c", "Value": "3"}])
        rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["b"])
        (found,) = rds.describe_global_clusters()["GlobalClusters"]
        return [tag["Key"] for tag in found.get("TagList", [])]

    corrects(tags, ["a", "c"])
