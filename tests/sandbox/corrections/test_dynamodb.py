"""Tables of DynamoDB that are in several regions, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

HOME, PEER = "eu-west-1", "eu-central-1"
ITEM = {"id": {"S": "1"}}


def replicated(cloud: Cloud) -> tuple[Any, Any]:
    """Clients of both regions of one table, `vectors`."""
    home, peer = cloud.client("dynamodb", HOME), cloud.client("dynamodb", PEER)
    home.create_table(
        TableName="vectors",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )
    home.update_table(TableName="vectors", ReplicaUpdates=[{"Create": {"RegionName": PEER}}])
    return home, peer


def replicas(client: Any) -> list[tuple[str, str]]:
    table = client.describe_table(TableName="vectors")["Table"]
    return [(replica["RegionName"], replica["ReplicaStatus"]) for replica in table.get("Replicas", [])]


def test_each_region_names_the_other(corrects) -> None:
    corrects(
        lambda cloud: [replicas(client) for client in replicated(cloud)],
        [[(PEER, "ACTIVE")], [(HOME, "ACTIVE")]],
    )


def test_what_one_region_writes_the_other_reads(corrects) -> None:
    def read(cloud: Cloud) -> list[dict[str, Any]]:
        home, peer = replicated(cloud)
        home.put_item(TableName="vectors", Item=ITEM)
        peer.put_item(TableName="vectors", Item={"id": {"S": "2"}})
        return [client.scan(TableName="vectors")["Count"] for client in (home, peer)]

    corrects(read, [2, 2])


def test_replica_has_an_arn_of_its_own_region(corrects) -> None:
    def region(cloud: Cloud) -> str:
        _, peer = replicated(cloud)
        return peer.describe_table(TableName="vectors")["Table"]["TableArn"].split(":")[3]

    corrects(region, PEER)


def test_removed_replica_is_gone_and_the_table_stays(corrects) -> None:
    def left(cloud: Cloud) -> tuple[object, ...]:
        home, peer = replicated(cloud)
        before = peer.list_tables()["TableNames"]
        home.update_table(TableName="vectors", ReplicaUpdates=[{"Delete": {"RegionName": PEER}}])
        return before, peer.list_tables()["TableNames"], replicas(home)

    corrects(left, (["vectors"], [], []))


def test_point_in_time_recovery_is_each_regions_own(corrects) -> None:
    def states(cloud: Cloud) -> list[str]:
        home, peer = replicated(cloud)
        peer.update_continuous_backups(
            TableName="vectors", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        return [
            client.describe_continuous_backups(TableName="vectors")["ContinuousBackupsDescription"][
                "PointInTimeRecoveryDescription"
            ]["PointInTimeRecoveryStatus"]
            for client in (home, peer)
        ]

    corrects(states, ["DISABLED", "ENABLED"])
