"""A table of two regions in the embedded cloud, applied by Terraform with the real AWS provider."""

from typing import Any

import boto3
import pytest
from cdktf import TerraformStack

from backstay.aws.global_table import GlobalTable
from backstay.sandbox import Sandbox
from backstay.sandbox.accounts import access_key
from backstay.terraform import Action, Outcome
from backstay.topology import aws_region
from tests.aws.deployment import Deployment
from tests.aws.surroundings import KEY, NAMES

HOME, AWAY, LATER = "us-east-1", "eu-west-1", "ap-southeast-1"
TABLE = NAMES.table("sessions")
ITEM = {"id": {"S": "session-1"}}

# Terraform's own word for it, with -detailed-exitcode.
NOTHING_TO_DO = 0

pytestmark = pytest.mark.sandbox


def synthesize(deployment: Deployment, *regions: str) -> None:
    def build(stack: TerraformStack) -> None:
        GlobalTable(
            stack,
            "sessions",
            purpose="sessions",
            regions=[aws_region(region) for region in regions],
            names=NAMES,
            key_alias=KEY.alias,
            expiry="expires_at",
            tags={"Environment": "production"},
            disposable=True,
        )

    deployment.synthesize(build)


def table(deployment: Deployment, region: str) -> Any:
    """A client of DynamoDB in one of the table's regions."""
    return boto3.client(
        "dynamodb",
        region_name=region,
        endpoint_url=deployment.sandbox.endpoint,
        aws_access_key_id=access_key(deployment.account),
        aws_secret_access_key="sandbox",  # noqa: S106 - the emulator takes any
    )


@pytest.fixture(scope="module")
def owner(emulated_cloud: Sandbox, terraform_on_path: str, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    assert terraform_on_path
    emulated_cloud.reset()
    made = Deployment(tmp_path_factory.mktemp("owner"), emulated_cloud, account="123456789012")
    synthesize(made, HOME, AWAY)
    applied = made.run(Action.APPLY)
    assert applied.outcome is Outcome.CHANGED, applied.errors
    return made


def test_a_second_plan_changes_nothing(owner: Deployment) -> None:
    assert owner.run(Action.PLAN).exit_status == NOTHING_TO_DO


def test_the_owner_is_planned_with_another_region_lost(owner: Deployment) -> None:
    owner.sandbox.lose(AWAY)
    try:
        assert owner.run(Action.PLAN).exit_status == NOTHING_TO_DO
    finally:
        owner.sandbox.restore(AWAY)


def test_what_was_written_before_the_loss_is_there_and_writes_go_on(owner: Deployment) -> None:
    table(owner, HOME).put_item(TableName=TABLE, Item=ITEM)
    owner.sandbox.lose(HOME)
    try:
        assert table(owner, AWAY).get_item(TableName=TABLE, Key=ITEM)["Item"] == ITEM
        table(owner, AWAY).put_item(TableName=TABLE, Item=ITEM | {"user": {"S": "somebody"}})
    finally:
        owner.sandbox.restore(HOME)
    assert "user" in table(owner, HOME).get_item(TableName=TABLE, Key=ITEM)["Item"]
    assert owner.run(Action.PLAN).exit_status == NOTHING_TO_DO


def test_a_region_joins_later_and_leaves_again_without_a_loss(owner: Deployment) -> None:
    for regions in ((HOME, AWAY, LATER), (HOME, AWAY)):
        synthesize(owner, *regions)
        changed = owner.run(Action.APPLY)
        assert changed.outcome is Outcome.CHANGED, changed.errors
        found = [region for region in (HOME, AWAY, LATER) if TABLE in table(owner, region).list_tables()["TableNames"]]
        assert found == list(regions)
        assert all("Item" in table(owner, region).get_item(TableName=TABLE, Key=ITEM) for region in regions)


def test_nothing_is_left_of_a_disposable_table(owner: Deployment) -> None:
    destroyed = owner.run(Action.DESTROY)
    assert destroyed.outcome is Outcome.CHANGED, destroyed.errors
    assert [table(owner, region).list_tables()["TableNames"] for region in (HOME, AWAY)] == [[], []]
