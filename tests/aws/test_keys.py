"""Encryption keys."""

from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.iam_role import IamRole
from constructs import Construct

from backstay.aws.key_policy import DECRYPT, ENCRYPT_DECRYPT
from backstay.aws.keys import Key
from backstay.aws.policy import trust
from backstay.testing import Synthesized
from backstay.topology import aws_region
from backstay.topology.keys import KeyUse
from tests.aws.policies import actions, statements
from tests.aws.surroundings import NAMES, REGION, in_region


def key_in(scope: Construct, **given: Any) -> Key:
    wiring = {"purpose": "data", "uses": {KeyUse.DISKS}, "region": REGION, "names": NAMES}
    return Key(scope, "data-key", **wiring | given)


def key(**given: Any) -> Synthesized:
    return in_region(lambda scope: key_in(scope, **given))


@pytest.fixture(scope="module")
def kept() -> Synthesized:
    return key()


@pytest.fixture(scope="module")
def disposable() -> Synthesized:
    return key(disposable=True)


def test_its_material_rotates(kept: Synthesized) -> None:
    assert kept.only("aws_kms_key")["enable_key_rotation"] is True


def test_an_apply_cannot_delete_it(kept: Synthesized) -> None:
    assert kept.only("aws_kms_key")["lifecycle"] == {"prevent_destroy": True}


def test_an_apply_can_delete_it_where_disposable(disposable: Synthesized) -> None:
    assert "lifecycle" not in disposable.only("aws_kms_key")


def test_its_deletion_can_be_taken_back_for_as_long_as_kms_offers(kept: Synthesized) -> None:
    assert kept.only("aws_kms_key")["deletion_window_in_days"] == 30


def test_its_deletion_can_be_taken_back_for_a_week_where_disposable(disposable: Synthesized) -> None:
    assert disposable.only("aws_kms_key")["deletion_window_in_days"] == 7


def test_it_belongs_to_one_region(kept: Synthesized) -> None:
    assert not kept.only("aws_kms_key").get("multi_region")


def test_its_policy_is_never_exempt_from_the_lockout_check(kept: Synthesized) -> None:
    assert "bypass_policy_lockout_safety_check" not in kept.only("aws_kms_key")


def test_it_is_found_by_its_computed_name(kept: Synthesized) -> None:
    alias = kept.only("aws_kms_alias")
    assert alias["name"] == NAMES.key_alias("data")
    (name,) = kept.all("aws_kms_key")
    assert alias["target_key_id"] == f"${{aws_kms_key.{name}.key_id}}"


def test_it_hands_on_its_arn_and_its_name() -> None:
    def build(scope: TerraformStack) -> Key:
        made = key_in(scope)
        TerraformOutput(scope, "arn", value=made.outputs.id, static_id=True)
        TerraformOutput(scope, "alias", value=made.outputs.alias, static_id=True)
        return made

    made = in_region(build)
    (name,) = made.all("aws_kms_key")
    assert made.document["output"]["arn"]["value"] == f"${{aws_kms_key.{name}.arn}}"
    assert made.document["output"]["alias"]["value"] == NAMES.key_alias("data")


def test_its_policy_is_for_its_region() -> None:
    policy = key(region=aws_region("eu-west-1")).only("aws_kms_key")["policy"]
    assert "ec2.eu-west-1.amazonaws.com" in policy
    assert "us-east-1" not in policy


def test_the_account_of_the_credentials_owns_it_by_default(kept: Synthesized) -> None:
    (name,) = kept.all("aws_caller_identity", section="data")
    assert f"${{data.aws_caller_identity.{name}.account_id}}:root" in kept.only("aws_kms_key")["policy"]


def test_a_named_account_owns_it() -> None:
    made = key(account="210987654321")
    assert ":iam::210987654321:root" in made.only("aws_kms_key")["policy"]
    assert not made.all("aws_caller_identity", section="data")


def test_an_account_known_only_to_terraform_owns_it() -> None:
    def build(scope: TerraformStack) -> Key:
        return key_in(scope, account=DataAwsCallerIdentity(scope, "caller").account_id)

    assert "${data.aws_caller_identity.caller.account_id}:root" in in_region(build).only("aws_kms_key")["policy"]


@pytest.mark.parametrize("account", ["12345", "1234567890123", "prod-account", "", "12345678901a"])
def test_an_account_that_is_none_is_refused(account: str) -> None:
    with pytest.raises(ValueError, match=f"account '{account}' is not an AWS account id; write its 12 digits"):
        key(account=account)


def test_a_key_without_a_use_is_refused() -> None:
    with pytest.raises(ValueError, match="key 'data' has no uses; name at least one of disks, cluster-secrets, "):
        key(uses=())


@pytest.fixture(scope="module")
def granted() -> Synthesized:
    def build(scope: TerraformStack) -> Construct:
        made = key_in(scope)
        # Two constructs whose roles have the same id, as roles of constructs do.
        for construct in ("reader", "writer"):
            role = IamRole(Construct(scope, construct), "role", assume_role_policy=trust("ec2.amazonaws.com"))
            made.grant_decrypt(role)
            if construct == "writer":
                made.grant_encrypt_decrypt(role)
        return made

    return in_region(build)


def test_a_grant_to_decrypt_is_for_reading_only(granted: Synthesized) -> None:
    policy = granted.one("aws_iam_role_policy", "reader_role_decrypt")["policy"]
    assert actions(policy) == set(DECRYPT)


def test_a_grant_to_encrypt_and_decrypt_is_for_both(granted: Synthesized) -> None:
    policy = granted.one("aws_iam_role_policy", "encrypt-decrypt")["policy"]
    assert actions(policy) == set(ENCRYPT_DECRYPT)


def test_a_grant_is_for_the_one_key(granted: Synthesized) -> None:
    (name,) = granted.all("aws_kms_key")
    for policy in granted.all("aws_iam_role_policy").values():
        (statement,) = statements(policy["policy"])
        assert statement["Resource"] == [f"${{aws_kms_key.{name}.arn}}"]


def test_roles_of_the_same_id_are_each_granted(granted: Synthesized) -> None:
    roles = {policy["role"] for policy in granted.all("aws_iam_role_policy").values()}
    assert len(roles) == 2


def test_it_has_the_same_addresses_in_every_region(kept: Synthesized) -> None:
    assert key(region=aws_region("ap-southeast-1")).addresses == kept.addresses
