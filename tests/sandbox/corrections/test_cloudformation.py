"""Stacks of CloudFormation, corrected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

HOME, PEER, LATER = "eu-west-1", "eu-central-1", "eu-west-2"


def template(*regions: str) -> str:
    table = {
        "Type": "AWS::DynamoDB::GlobalTable",
        "Properties": {
            "TableName": "control",
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
            "Replicas": [{"Region": region} for region in regions],
        },
    }
    return json.dumps({"Resources": {"Table": table}})


def stack(cloud: Cloud) -> Any:
    client = cloud.client("cloudformation", HOME)
    client.create_stack(StackName="control", TemplateBody=template(HOME, PEER))
    return client


def tables(cloud: Cloud) -> list[list[str]]:
    return [cloud.client("dynamodb", region).list_tables()["TableNames"] for region in (HOME, PEER, LATER)]


def test_global_table_is_in_each_of_its_regions(corrects) -> None:
    def read(cloud: Cloud) -> tuple[object, ...]:
        stack(cloud)
        if all(tables(cloud)[:2]):
            cloud.client("dynamodb", HOME).put_item(TableName="control", Item={"id": {"S": "1"}})
            return tables(cloud), cloud.client("dynamodb", PEER).scan(TableName="control")["Count"]
        return ()

    corrects(read, ([["control"], ["control"], []], 1))


def test_region_joins_and_another_leaves(corrects) -> None:
    def moved(cloud: Cloud) -> list[list[str]]:
        stack(cloud).update_stack(StackName="control", TemplateBody=template(HOME, LATER))
        return tables(cloud)

    corrects(moved, [["control"], [], ["control"]])


def test_table_goes_with_its_stack(cloud: Cloud) -> None:
    stack(cloud).delete_stack(StackName="control")
    assert tables(cloud) == [[], [], []]
