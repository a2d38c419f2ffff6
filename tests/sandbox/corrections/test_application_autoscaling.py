"""Application Auto Scaling, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def test_target_has_its_tags(corrects) -> None:
    def tags(cloud: Cloud) -> dict[str, str]:
        cloud.client("dynamodb").create_table(
            TableName="t",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        )
        client = cloud.client("application-autoscaling")
        arn = client.register_scalable_target(
            ServiceNamespace="dynamodb",
            ResourceId="table/t",
            ScalableDimension="dynamodb:table:ReadCapacityUnits",
            MinCapacity=1,
            MaxCapacity=5,
            Tags={"a": "1", "b": "2"},
        )["ScalableTargetARN"]
        client.tag_resource(ResourceARN=arn, Tags={"c": "3"})
        client.untag_resource(ResourceARN=arn, TagKeys=["a"])
        return client.list_tags_for_resource(ResourceARN=arn)["Tags"]

    corrects(tags, {"b": "2", "c": "3"})
