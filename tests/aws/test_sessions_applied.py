"""A table and its copy in the embedded cloud, applied by Terraform with the real AWS provider."""

from collections.abc import Callable
from typing import Any

import pytest
from cdktf import TerraformStack

from backstay.aws.keys import Key
from backstay.aws.sessions import SessionsReplica, SessionsTable
from backstay.sandbox import Sandbox
from backstay.terraform import Action, Outcome
from backstay.topology import aws_region
from backstay.topology.data import SessionsSpec
from backstay.topology.keys import KeyUse
from tests.aws.deployment import Deployment
from tests.aws.surroundings import NAMES

HOME, AWAY = "us-east-1", "eu-west-1"
TABLE = NAMES.table("sessions")
ITEM = {"id": {"S": "session-1"}}

# Terraform's own word for it, with -detailed-exitcode.
NOTHING_TO_DO = 0

pytestmark = pytest.mark.sandbox


def table(region: str) -> Callable[[TerraformStack], Any]:
    def build(stack: TerraformStack) -> Any:
        stack.add_override("provider.aws.0.default_tags.0.tags", {"Environment": "production"})
        here = {"region": aws_region(region), "names": NAMES, "disposable": True}
        key = Key(stack, "key", purpose="data", uses={KeyUse.TABLES}, **here).outputs
        if region == HOME:
            return SessionsTable(stack, "sessions", spec=SessionsSpec(), key=key, **here)
        return SessionsReplica(stack, "sessions", key=key, owner=aws_region(HOME), **here)

    return build


@pytest.fixture(scope="module")
def regions(
    emulated_cloud: Sandbox, terraform_on_path: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Deployment]:
    assert terraform_on_path
    emulated_cloud.reset()
    made = {
        region: Deployment(tmp_path_factory.mktemp(region), emulated_cloud, account="123456789012", region=region)
        for region in (HOME, AWAY)
    }
    for region, deployment in made.items():
        deployment.synthesize(table(region))
        applied = deployment.run(Action.APPLY)
        assert applied.outcome is Outcome.CHANGED, applied.errors
    return made


def test_the_owner_leaves_the_copy_alone_and_second_plans_change_nothing(regions: dict[str, Deployment]) -> None:
    described = regions[HOME].client("dynamodb").describe_table(TableName=TABLE)["Table"]
    assert [replica["RegionName"] for replica in described["Replicas"]] == [AWAY]
    assert [deployment.run(Action.PLAN).exit_status for deployment in regions.values()] == [NOTHING_TO_DO] * 2


def test_each_region_encrypts_with_its_own_key(regions: dict[str, Deployment]) -> None:
    keys = [
        deployment.client("dynamodb").describe_table(TableName=TABLE)["Table"]["SSEDescription"]["KMSMasterKeyArn"]
        for deployment in regions.values()
    ]
    assert [key.split(":")[3] for key in keys] == [HOME, AWAY]


def test_what_was_written_before_the_loss_is_there_and_writes_go_on(regions: dict[str, Deployment]) -> None:
    regions[HOME].client("dynamodb").put_item(TableName=TABLE, Item=ITEM)
    survivor = regions[AWAY].client("dynamodb")
    regions[AWAY].sandbox.lose(HOME)
    try:
        assert survivor.get_item(TableName=TABLE, Key=ITEM)["Item"] == ITEM
        survivor.put_item(TableName=TABLE, Item=ITEM | {"user": {"S": "somebody"}})
    finally:
        regions[AWAY].sandbox.restore(HOME)
    assert "user" in regions[HOME].client("dynamodb").get_item(TableName=TABLE, Key=ITEM)["Item"]


@pytest.mark.parametrize(("lost", "left"), [(HOME, AWAY), (AWAY, HOME)])
def test_a_table_cannot_be_planned_with_a_region_of_it_lost_and_so_needs_a_stack_of_its_own(
    regions: dict[str, Deployment], lost: str, left: str
) -> None:
    regions[left].sandbox.lose(lost)
    try:
        refused = regions[left].run(Action.PLAN)
    finally:
        regions[left].sandbox.restore(lost)
    assert refused.outcome is Outcome.FAILED


def test_copies_go_first_and_nothing_is_left(regions: dict[str, Deployment]) -> None:
    for region in (AWAY, HOME):
        destroyed = regions[region].run(Action.DESTROY)
        assert destroyed.outcome is Outcome.CHANGED, destroyed.errors
        assert regions[region].client("dynamodb").list_tables()["TableNames"] == []
