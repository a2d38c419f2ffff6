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
