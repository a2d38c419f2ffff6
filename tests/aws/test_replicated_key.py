"""Keys that are in several regions."""

from typing import Any

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole
from constructs import Construct

from backstay.aws.key_policy import DECRYPT, ENCRYPT_DECRYPT
from backstay.aws.policy import trust
from backstay.aws.replicated_key import KeyReplica, ReplicatedKey
from backstay.testing import Synthesized
from tests.aws.policies import ACCOUNT, STRANGER, Request, actions, allows, statements
from tests.aws.surroundings import NAMES, REGION, in_region

FIRST = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/mrk-0123456789abcdef0123456789abcdef"
KINDS: dict[str, Any] = {"aws_kms_key": ReplicatedKey, "aws_kms_replica_key": KeyReplica}


def made(type_: str, **given: Any) -> Synthesized:
    def build(scope: TerraformStack) -> Construct:
        copied = {"copy_of": FIRST} if type_ == "aws_kms_replica_key" else {}
        key = KINDS[type_](scope, "key", **{"purpose": "fields", "region": REGION, "names": NAMES, **copied} | given)
        for name, grant in (("reader", key.grant_decrypt), ("writer", key.grant_encrypt_decrypt)):
            grant(IamRole(Construct(scope, name), "role", assume_role_policy=trust("ec2.amazonaws.com")))
        return key

    return in_region(build)


@pytest.mark.parametrize("type_", KINDS)
def test_a_key_has_the_same_alias_in_every_region(type_: str) -> None:
    synthesized = made(type_)
    (name,) = synthesized.all(type_)
    assert synthesized.only("aws_kms_alias")["name"] == NAMES.key_alias("fields")
    assert synthesized.only("aws_kms_alias")["target_key_id"] == f"${{{type_}.{name}.key_id}}"


@pytest.mark.parametrize("type_", KINDS)
def test_an_apply_can_delete_a_key_only_where_disposable(type_: str) -> None:
    kept, disposable = made(type_).only(type_), made(type_, disposable=True).only(type_)
    assert (kept["lifecycle"], kept["deletion_window_in_days"]) == ({"prevent_destroy": True}, 30)
    assert ("lifecycle" in disposable, disposable["deletion_window_in_days"]) == (False, 7)


@pytest.mark.parametrize("type_", KINDS)
def test_applications_of_the_account_use_it_and_no_others(type_: str) -> None:
    policy = made(type_).only(type_)["policy"]
    assert all(allows(policy, Request(action, account=ACCOUNT)) for action in ENCRYPT_DECRYPT)
    assert not any(allows(policy, Request(action, account=STRANGER)) for action in actions(policy))


@pytest.mark.parametrize("type_", KINDS)
def test_a_grant_gives_what_it_says_and_no_more(type_: str) -> None:
    synthesized = made(type_)
    (name,) = synthesized.all(type_)
    for role, rights in (("reader", DECRYPT), ("writer", ENCRYPT_DECRYPT)):
        policy = synthesized.one("aws_iam_role_policy", role)["policy"]
        (statement,) = statements(policy)
        assert (actions(policy), statement["Resource"]) == (set(rights), [f"${{{type_}.{name}.arn}}"])


def test_the_first_key_can_be_copied_and_rotates() -> None:
    key = made("aws_kms_key").only("aws_kms_key")
    assert key["multi_region"] is True
    assert key["enable_key_rotation"] is True
    assert allows(key["policy"], Request("kms:ReplicateKey", account=ACCOUNT))


def test_a_replica_is_of_the_key_that_it_was_told() -> None:
    assert made("aws_kms_replica_key").only("aws_kms_replica_key")["primary_key_arn"] == FIRST
