"""Secrets that are in several regions."""

from typing import Any

import pytest

from backstay.aws.secret_replicas import ReplicatedSecret
from backstay.outputs import KeyOutputs
from backstay.testing import Synthesized
from backstay.topology import aws_region
from tests.aws.surroundings import NAMES, REGION, in_region

EUROPE, ASIA = aws_region("eu-west-1"), aws_region("ap-southeast-1")
KEY = KeyOutputs(id="arn:aws:kms:us-east-1:123456789012:key/secrets", alias=NAMES.key_alias("secrets"))


def secret(**given: Any) -> Synthesized:
    wiring = {"name": "acme/token", "region": REGION, "replicas": [EUROPE, ASIA], "names": NAMES, "key": KEY}
    return in_region(lambda scope: ReplicatedSecret(scope, "token", **wiring | given))


def test_it_is_in_every_region_under_one_name() -> None:
    made = secret().only("aws_secretsmanager_secret")
    assert made["name"] == "acme/token"
    assert {replica["region"] for replica in made["replica"]} == {"eu-west-1", "ap-southeast-1"}


def test_each_region_encrypts_it_with_its_own_key_of_the_same_alias() -> None:
    made = secret().only("aws_secretsmanager_secret")
    assert made["kms_key_id"] == KEY.id
    for replica in made["replica"]:
        assert replica["kms_key_id"].startswith("arn:${data.aws_partition.")
        assert f":kms:{replica['region']}:" in replica["kms_key_id"]
        assert replica["kms_key_id"].endswith(f":{KEY.alias}")


def test_no_value_passes_through_terraform() -> None:
    document = secret().document
    assert set(document["resource"]) == {"aws_secretsmanager_secret"}
    assert "ephemeral" not in document


def test_a_promoted_replica_is_never_overwritten() -> None:
    assert secret().only("aws_secretsmanager_secret")["force_overwrite_replica_secret"] is False


def test_an_apply_can_delete_it_only_where_disposable() -> None:
    kept, disposable = (secret(disposable=flag).only("aws_secretsmanager_secret") for flag in (False, True))
    assert (kept["lifecycle"], kept["recovery_window_in_days"]) == ({"prevent_destroy": True}, 30)
    assert ("lifecycle" in disposable, disposable["recovery_window_in_days"]) == (False, 0)


def test_a_region_has_no_replica_of_its_own_secret() -> None:
    with pytest.raises(ValueError, match="leave us-east-1 out"):
        secret(replicas=[EUROPE, REGION])
