"""What a deployment refuses."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from backstay.pipeline.data_loss import guard, losses
from backstay.terraform import SynthesizedStack
from backstay.terraform.resource_change import ChangeAction, ResourceChange
from tests.pipeline.planned import HERE, STATE, TABLE, change
from tests.topology.sample import TODAY, environment


def refused(*changes: ResourceChange, stack: str = HERE, **environment_changes: Any) -> list[str]:
    """What is refused, in an environment with these values."""
    look = guard(environment(environment_changes), today=TODAY)
    return [f"{error.summary} ({error.address})" for error in look(SynthesizedStack(stack, Path()), changes)]


def permission(address: str = TABLE, stack: str = HERE, days: int = 0) -> dict[str, Any]:
    until = (TODAY + timedelta(days=days)).isoformat()
    loss = {"stack": stack, "address": address, "reason": "rebuilt nightly from the lake", "until": until}
    return {"allow_data_loss": [loss]}


DELETED = change(ChangeAction.DELETE, TABLE)
REPLACED = change(ChangeAction.REPLACE, TABLE, because=("hash_key",))
RENAMED = change(ChangeAction.REPLACE, "aws_dynamodb_table.new", previous_address=TABLE, is_renamed=True)


def test_a_table_is_not_deleted() -> None:
    words = "refused: a table would be deleted: the configuration does not have it any more"
    assert refused(DELETED) == [f"{words} ({TABLE})"]


def test_a_table_is_not_replaced_whatever_forces_it() -> None:
    assert refused(REPLACED) == [f"refused: a table would be replaced: hash_key cannot be changed in place ({TABLE})"]


def test_a_table_is_not_replaced_because_it_has_another_id() -> None:
    assert refused(RENAMED) == [
        "refused: a table would be replaced: it is called aws_dynamodb_table.new now, so that Terraform makes another "
        f"({TABLE})"
    ]


@pytest.mark.parametrize(
    "harmless",
    [
        change(ChangeAction.CREATE, TABLE),
        change(ChangeAction.UPDATE, TABLE, because=("tags",), shrinks=("tags",)),
        change(ChangeAction.UPDATE, TABLE, because=("replica",)),
        change(ChangeAction.MOVE, TABLE, previous_address="aws_dynamodb_table.old"),
        change(ChangeAction.IMPORT, TABLE),
        change(ChangeAction.FORGET, TABLE),
        change(ChangeAction.DELETE, "aws_iam_role.role"),
    ],
    ids=lambda each: f"{each.action} {each.type}",
)
def test_what_takes_no_data_away_is_let_through(harmless: ResourceChange) -> None:
    assert refused(harmless) == []


@pytest.mark.parametrize(
    ("address", "tie"),
    [
        (TABLE, "replica"),
        ("aws_rds_cluster.vector_db", "global_cluster_identifier"),
        ("aws_secretsmanager_secret.token", "replica"),
        ("azurerm_storage_account.state", "account_replication_type"),
    ],
)
def test_no_copy_is_detached_in_place(address: str, tie: str) -> None:
    (words,) = refused(change(ChangeAction.UPDATE, address, because=(tie,), shrinks=(tie,)))
    assert "would be detached" in words
    assert f"something was taken out of {tie}" in words


def test_the_environment_file_allows_one_thing_in_one_stack_to_the_end_of_a_day() -> None:
    assert refused(DELETED, **permission()) == []
    assert refused(REPLACED, **permission()) == []
    assert refused(RENAMED, **permission()) == []
    assert len(refused(DELETED, **permission(days=-1))) == 1
    assert len(refused(DELETED, **permission(stack=STATE))) == 1
    assert len(refused(DELETED, **permission(address="aws_dynamodb_table.other"))) == 1


def test_a_permission_that_has_ended_is_told_with_the_refusal() -> None:
    (loss,) = losses(environment(permission(days=-1)), HERE, [DELETED], today=TODAY)
    assert f"what was allowed ended on {TODAY - timedelta(days=1)}" in loss.remedy


def test_a_disposable_environment_may_lose_everything() -> None:
    assert refused(DELETED, REPLACED, disposable=True) == []


def test_what_keeps_terraforms_states_is_said_to_do_so() -> None:
    words = refused(change(ChangeAction.DELETE, "aws_s3_bucket.states"), stack=STATE)
    assert words[0].startswith("refused: objects of Terraform states would be deleted")


def test_what_to_write_is_what_the_environment_file_takes() -> None:
    from ruamel.yaml import YAML

    address = 'module.data["a"].aws_sqs_queue.requests[0]'
    (loss,) = losses(environment(), HERE, [change(ChangeAction.DELETE, TABLE)], today=TODAY)
    (indexed,) = losses(
        environment(),
        HERE,
        [ResourceChange(address=address, type="aws_sqs_queue", action=ChangeAction.DELETE)],
        today=TODAY,
    )
    for each, expected in ((loss, TABLE), (indexed, address)):
        written = YAML(typ="safe").load(each.permission)["allow_data_loss"][0]
        assert (written["stack"], written["address"]) == (HERE, expected)
        assert refused(each.change, allow_data_loss=[written | {"until": TODAY.isoformat()}]) == []
