"""Replicated secrets of Secrets Manager, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

HOME, PEER = "eu-west-1", "eu-central-1"


def replicated(cloud: Cloud) -> tuple[Any, Any]:
    """Clients of both regions of one secret, `api-key`."""
    home, peer = cloud.client("secretsmanager", HOME), cloud.client("secretsmanager", PEER)
    home.create_secret(Name="api-key", SecretString="v1", AddReplicaRegions=[{"Region": PEER}])
    return home, peer


def test_policy_of_a_replica_can_be_read(corrects) -> None:
    def named(cloud: Cloud) -> str:
        _, peer = replicated(cloud)
        return peer.get_resource_policy(SecretId="api-key")["Name"]

    corrects(named, "api-key")


def test_promoted_replica_is_a_secret_of_its_own(corrects) -> None:
    def values(cloud: Cloud) -> list[str]:
        home, peer = replicated(cloud)
        peer.stop_replication_to_replica(SecretId="api-key")
        peer.put_secret_value(SecretId="api-key", SecretString="v2")
        return [client.get_secret_value(SecretId="api-key")["SecretString"] for client in (home, peer)]

    corrects(values, ["v1", "v2"])


def test_primary_forgets_a_promoted_replica(corrects) -> None:
    def statuses(cloud: Cloud) -> list[Any]:
        home, peer = replicated(cloud)
        peer.stop_replication_to_replica(SecretId="api-key")
        return home.describe_secret(SecretId="api-key").get("ReplicationStatus", [])

    corrects(statuses, [])


def test_replica_keeps_the_key_that_it_was_made_with(corrects) -> None:
    key = f"arn:aws:kms:{PEER}:123456789012:alias/secrets"

    def shown(cloud: Cloud) -> str:
        home = cloud.client("secretsmanager", HOME)
        home.create_secret(Name="api-key", AddReplicaRegions=[{"Region": PEER, "KmsKeyId": key}])
        (replica,) = home.describe_secret(SecretId="api-key")["ReplicationStatus"]
        return replica["KmsKeyId"]

    corrects(shown, key)


def test_replica_that_was_given_no_key_shows_amazons(cloud: Cloud) -> None:
    home, _ = replicated(cloud)
    (replica,) = home.describe_secret(SecretId="api-key")["ReplicationStatus"]
    assert replica["KmsKeyId"] == "alias/aws/secretsmanager"
