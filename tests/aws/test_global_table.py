"""Tables that every region reads and writes."""

import json
from typing import Any

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole
from constructs import Construct

from backstay.aws.global_table import GlobalTable, grant_table_use
from backstay.aws.key_policy import ENCRYPT_DECRYPT
from backstay.aws.policy import trust
from backstay.outputs import TableOutputs
from backstay.testing import Synthesized
from backstay.topology import aws_region
from tests.aws.policies import actions, statements
from tests.aws.surroundings import KEY, NAMES, REGION, in_region

AWAY, EAST_2, WEST_2 = aws_region("eu-west-1"), aws_region("us-east-2"), aws_region("us-west-2")


def table(**given: Any) -> Synthesized:
    wiring = {"purpose": "sessions", "regions": [REGION, AWAY], "names": NAMES, "key_alias": KEY.alias, "tags": {}}
    return in_region(lambda scope: GlobalTable(scope, "sessions", **wiring | given))


def made(**given: Any) -> dict[str, Any]:
    """The table as CloudFormation is told of it."""
    return json.loads(table(**given).only("aws_cloudformation_stack")["template_body"])["Resources"]["Table"]


def properties(**given: Any) -> dict[str, Any]:
    return made(**given)["Properties"]


def test_it_has_one_name_in_every_region() -> None:
    told = properties()
    assert told["TableName"] == NAMES.table("sessions")
    assert [replica["Region"] for replica in told["Replicas"]] == ["us-east-1", "eu-west-1"]


def test_it_hands_on_the_names_by_which_every_region_finds_it_and_its_key() -> None:
    assert table().construct.outputs == TableOutputs(name=NAMES.table("sessions"), key_alias=KEY.alias)


def test_each_region_encrypts_it_with_its_own_key() -> None:
    told = properties()
    assert told["SSESpecification"] == {"SSEEnabled": True, "SSEType": "KMS"}
    assert {replica["SSESpecification"]["KMSMasterKeyId"] for replica in told["Replicas"]} == {KEY.alias}


def test_it_can_be_restored_to_any_second_in_every_region() -> None:
    recovery = {"PointInTimeRecoveryEnabled": True}
    assert all(replica["PointInTimeRecoverySpecification"] == recovery for replica in properties()["Replicas"])


def test_its_copies_carry_the_tags_that_the_provider_cannot_give_them() -> None:
    told = properties(tags={"Environment": "production"})
    assert all(one["Tags"] == [{"Key": "Environment", "Value": "production"}] for one in told["Replicas"])


def test_an_apply_cannot_delete_it() -> None:
    assert table().only("aws_cloudformation_stack")["lifecycle"] == {"prevent_destroy": True}
    told = made()
    assert (told["DeletionPolicy"], told["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert all(replica["DeletionProtectionEnabled"] for replica in told["Properties"]["Replicas"])


def test_an_apply_can_delete_it_where_disposable() -> None:
    assert "lifecycle" not in table(disposable=True).only("aws_cloudformation_stack")
    told = made(disposable=True)
    assert (told["DeletionPolicy"], told["UpdateReplacePolicy"]) == ("Delete", "Delete")
    assert not any(replica["DeletionProtectionEnabled"] for replica in told["Properties"]["Replicas"])


def test_the_other_regions_follow_its_stream() -> None:
    told = properties()
    assert told["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert "MultiRegionConsistency" not in told


def test_items_stay_unless_an_attribute_says_when_they_go() -> None:
    assert "TimeToLiveSpecification" not in properties()
    expiring = properties(expiry="expires_at")["TimeToLiveSpecification"]
    assert expiring == {"AttributeName": "expires_at", "Enabled": True}


def test_tables_for_other_purposes_stand_beside_it() -> None:
    control = table(purpose="control", key="role")
    assert control.only("aws_cloudformation_stack")["name"] != table().only("aws_cloudformation_stack")["name"]
    told = properties(purpose="control", key="role")
    assert told["TableName"] == NAMES.table("control")
    assert told["KeySchema"] == [{"AttributeName": "role", "KeyType": "HASH"}]
    assert told["AttributeDefinitions"] == [{"AttributeName": "role", "AttributeType": "S"}]


def test_two_regions_and_a_witness_are_strongly_consistent() -> None:
    told = properties(regions=[REGION, EAST_2], consistency="strong", witness="us-west-2")
    assert told["MultiRegionConsistency"] == "STRONG"
    assert told["GlobalTableWitnesses"] == [{"Region": "us-west-2"}]
    assert "StreamSpecification" not in told


def test_three_regions_are_strongly_consistent_without_a_witness() -> None:
    told = properties(regions=[REGION, EAST_2, WEST_2], consistency="strong")
    assert told["MultiRegionConsistency"] == "STRONG"
    assert "GlobalTableWitnesses" not in told


@pytest.mark.parametrize(
    ("regions", "witness"),
    [
        ([REGION, EAST_2], None),
        ([REGION], "us-west-2"),
        ([REGION, EAST_2, WEST_2], "us-west-1"),
        ([REGION, WEST_2], "us-west-2"),
        ([REGION, REGION], "us-west-2"),
    ],
)
def test_a_strong_table_in_other_than_three_regions_is_refused(regions: list[Any], witness: str | None) -> None:
    with pytest.raises(ValueError, match=r"strongly consistent table 'sessions' is in us-east-1.*takes exactly three"):
        table(regions=regions, witness=witness, consistency="strong")


def test_a_strong_table_that_lets_items_expire_is_refused() -> None:
    with pytest.raises(ValueError, match="strongly consistent table 'sessions' has the expiry 'expires_at'"):
        table(regions=[REGION, EAST_2, WEST_2], consistency="strong", expiry="expires_at")


def test_a_role_may_use_the_items_of_its_region_and_not_the_table() -> None:
    def stack(scope: TerraformStack) -> Construct:
        role = IamRole(scope, "role", assume_role_policy=trust("pods.eks.amazonaws.com"))
        grant_table_use(role, purpose="sessions", region=REGION, names=NAMES, key=KEY)
        return role

    policy = in_region(stack).only("aws_iam_role_policy")["policy"]
    items, encryption = statements(policy)
    assert items["Resource"] == [f"arn:aws:dynamodb:us-east-1:123456789012:table/{NAMES.table('sessions')}"]
    assert encryption["Resource"] == [KEY.id]
    assert set(encryption["Action"]) == set(ENCRYPT_DECRYPT)
    assert not {"dynamodb:DeleteTable", "dynamodb:UpdateTable", "dynamodb:Scan"} & actions(policy)
