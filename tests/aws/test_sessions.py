"""Tables that every region reads and writes."""

from typing import Any

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole
from constructs import Construct

from backstay.aws.key_policy import ENCRYPT_DECRYPT
from backstay.aws.policy import trust
from backstay.aws.provider import PROVIDER_VERSIONS
from backstay.aws.sessions import STRONG_PROVIDER_VERSIONS, SessionsReplica, SessionsTable
from backstay.testing import Synthesized
from backstay.topology import aws_region
from backstay.topology.data import SessionsSpec
from tests.aws.policies import actions, statements
from tests.aws.surroundings import KEY, NAMES, REGION, in_region

EAST_2, WEST_2 = aws_region("us-east-2"), aws_region("us-west-2")
WITNESSED = SessionsSpec(consistency="strong", witness="us-west-2")


def table_in(scope: Construct, **given: Any) -> SessionsTable:
    return SessionsTable(
        scope, "sessions", **{"spec": SessionsSpec(), "region": REGION, "names": NAMES, "key": KEY} | given
    )


def replica_in(scope: Construct, **given: Any) -> SessionsReplica:
    wiring = {"region": REGION, "names": NAMES, "key": KEY, "owner": aws_region("eu-west-1")}
    return SessionsReplica(scope, "sessions", **wiring | given)


def table(**given: Any) -> Synthesized:
    return in_region(lambda scope: table_in(scope, **given))


def replica(**given: Any) -> Synthesized:
    return in_region(lambda scope: replica_in(scope, **given))


@pytest.fixture(scope="module")
def owned() -> Synthesized:
    return table()


@pytest.fixture(scope="module")
def copied() -> Synthesized:
    return replica()


@pytest.fixture(scope="module")
def strong() -> Synthesized:
    return table(spec=WITNESSED, others=[EAST_2])


def test_the_owner_never_deletes_copies(owned: Synthesized) -> None:
    made = owned.only("aws_dynamodb_table")
    assert made["lifecycle"]["ignore_changes"] == ["replica"]
    assert "replica" not in made


def test_copies_can_follow_it(owned: Synthesized) -> None:
    made = owned.only("aws_dynamodb_table")
    assert (made["stream_enabled"], made["stream_view_type"]) == (True, "NEW_AND_OLD_IMAGES")
    assert made["billing_mode"] == "PAY_PER_REQUEST"


def test_it_is_encrypted_with_its_regions_key(owned: Synthesized, copied: Synthesized) -> None:
    assert owned.only("aws_dynamodb_table")["server_side_encryption"] == {"enabled": True, "kms_key_arn": KEY.id}
    assert copied.only("aws_dynamodb_table_replica")["kms_key_arn"] == KEY.id


def test_it_can_be_restored_to_any_second_in_every_region(owned: Synthesized, copied: Synthesized) -> None:
    assert owned.only("aws_dynamodb_table")["point_in_time_recovery"] == {"enabled": True}
    assert copied.only("aws_dynamodb_table_replica")["point_in_time_recovery"] is True


def test_items_go_when_their_time_has_come(owned: Synthesized) -> None:
    assert owned.only("aws_dynamodb_table")["ttl"] == {"attribute_name": "expires_at", "enabled": True}


def test_an_apply_cannot_delete_it(owned: Synthesized, copied: Synthesized) -> None:
    for made in (owned.only("aws_dynamodb_table"), copied.only("aws_dynamodb_table_replica")):
        assert made["deletion_protection_enabled"] is True
        assert made["lifecycle"]["prevent_destroy"] is True


def test_an_apply_can_delete_it_where_disposable() -> None:
    made = (
        table(disposable=True).only("aws_dynamodb_table"),
        replica(disposable=True).only("aws_dynamodb_table_replica"),
    )
    assert [one["deletion_protection_enabled"] for one in made] == [False, False]
    assert not [one for one in made if "prevent_destroy" in one.get("lifecycle", {})]


def test_a_copy_finds_its_table_by_its_computed_name(owned: Synthesized, copied: Synthesized) -> None:
    found = copied.only("aws_dynamodb_table_replica")["global_table_arn"]
    assert ":dynamodb:eu-west-1:" in found
    assert found.endswith(f":table/{owned.only('aws_dynamodb_table')['name']}")


def test_tables_for_other_purposes_stand_beside_it(owned: Synthesized) -> None:
    control = table(purpose="control", spec=SessionsSpec(key="role")).only("aws_dynamodb_table")
    assert control["name"] == NAMES.table("control") != owned.only("aws_dynamodb_table")["name"]
    assert (control["hash_key"], control["attribute"]) == ("role", [{"name": "role", "type": "S"}])
    assert replica(purpose="control").only("aws_dynamodb_table_replica")["global_table_arn"].endswith(control["name"])


def test_the_region_of_the_owner_takes_no_copy() -> None:
    with pytest.raises(ValueError, match="'sessions' is owned in 'us-east-1', so that region takes no copy"):
        replica(owner=REGION)


def test_a_strong_table_is_made_in_all_its_regions_at_once(strong: Synthesized) -> None:
    made = strong.only("aws_dynamodb_table")
    (other,) = made["replica"]
    assert (other["region_name"], other["consistency_mode"]) == ("us-east-2", "STRONG")
    assert (other["point_in_time_recovery"], other["propagate_tags"]) == (True, True)
    assert made["global_table_witness"] == {"region_name": "us-west-2"}
    assert "ignore_changes" not in made["lifecycle"]
    assert "ttl" not in made


def test_a_strong_table_is_encrypted_in_each_region_with_that_regions_key(strong: Synthesized) -> None:
    (name,) = strong.all("aws_kms_alias", section="data")
    alias = strong.only("aws_kms_alias", section="data")
    assert (alias["name"], alias["region"]) == (KEY.alias, "us-east-2")
    (other,) = strong.only("aws_dynamodb_table")["replica"]
    assert other["kms_key_arn"] == f"${{data.aws_kms_alias.{name}.target_key_arn}}"


def test_a_strong_table_needs_no_witness_in_three_regions() -> None:
    made = table(spec=SessionsSpec(consistency="strong"), others=[EAST_2, WEST_2]).only("aws_dynamodb_table")
    assert [other["region_name"] for other in made["replica"]] == ["us-east-2", "us-west-2"]
    assert "global_table_witness" not in made


def test_only_a_strong_table_needs_a_provider_that_knows_it(owned: Synthesized, strong: Synthesized) -> None:
    def versions(made: Synthesized) -> str:
        return made.document["terraform"]["required_providers"]["aws"]["version"]

    assert (versions(owned), versions(strong)) == (PROVIDER_VERSIONS, STRONG_PROVIDER_VERSIONS)


@pytest.mark.parametrize(
    ("spec", "others"),
    [
        (SessionsSpec(consistency="strong"), [EAST_2]),
        (WITNESSED, []),
        (WITNESSED, [EAST_2, aws_region("us-west-1")]),
        (WITNESSED, [WEST_2]),
        (WITNESSED, [REGION]),
    ],
)
def test_a_strong_table_in_other_than_three_regions_is_refused(spec: SessionsSpec, others: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"strongly consistent table 'sessions' is in us-east-1.* takes exactly three"):
        table(spec=spec, others=others)


@pytest.mark.parametrize("build", [table_in, replica_in])
def test_a_role_may_use_the_items_here_and_not_the_table(build: Any) -> None:
    def stack(scope: TerraformStack) -> Construct:
        made = build(scope)
        made.grant_use(IamRole(scope, "role", assume_role_policy=trust("pods.eks.amazonaws.com")))
        return made

    made = in_region(stack)
    policy = made.only("aws_iam_role_policy")["policy"]
    items, encryption = statements(policy)
    (found,) = made.all("aws_dynamodb_table") or made.all("aws_dynamodb_table_replica")
    assert items["Resource"][0].endswith(f".{found}.arn}}")
    assert encryption["Resource"] == [KEY.id]
    assert not {"dynamodb:DeleteTable", "dynamodb:UpdateTable", "dynamodb:Scan"} & actions(policy)
    assert set(ENCRYPT_DECRYPT) == set(encryption["Action"])
