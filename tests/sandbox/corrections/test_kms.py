"""Multi-region keys of KMS, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

HOME, PEER = "eu-west-1", "eu-central-1"


def replicated(cloud: Cloud, **settings: Any) -> tuple[Any, Any, str]:
    """Clients of both regions and the id of a key that is in both."""
    home, peer = cloud.client("kms", HOME), cloud.client("kms", PEER)
    key = home.create_key(MultiRegion=True, Description="home")["KeyMetadata"]["KeyId"]
    home.replicate_key(KeyId=key, ReplicaRegion=PEER, **settings)
    return home, peer, key


def test_replica_is_a_replica_and_its_primary_stays_one(corrects) -> None:
    def kinds(cloud: Cloud) -> list[str]:
        home, peer, key = replicated(cloud)
        metadata = [client.describe_key(KeyId=key)["KeyMetadata"] for client in (peer, home)]
        return [one["MultiRegionConfiguration"]["MultiRegionKeyType"] for one in metadata]

    corrects(kinds, ["REPLICA", "PRIMARY"])


def test_primary_lists_its_replicas(cloud: Cloud) -> None:
    home, _, key = replicated(cloud)
    configuration = home.describe_key(KeyId=key)["KeyMetadata"]["MultiRegionConfiguration"]
    assert [replica["Region"] for replica in configuration["ReplicaKeys"]] == [PEER]


def test_replica_has_a_description_policy_and_tags_of_its_own(corrects) -> None:
    def own(cloud: Cloud) -> tuple[object, ...]:
        policy = '{"Version": "2012-10-17", "Statement": []}'
        tags = [{"TagKey": "Team", "TagValue": "ai"}]
        home, peer, key = replicated(cloud, Description="peer", Policy=policy, Tags=tags)
        return (
            [client.describe_key(KeyId=key)["KeyMetadata"]["Description"] for client in (home, peer)],
            peer.get_key_policy(KeyId=key, PolicyName="default")["Policy"] == policy,
            [tag["TagKey"] for tag in peer.list_resource_tags(KeyId=key)["Tags"]],
            home.list_resource_tags(KeyId=key)["Tags"],
        )

    corrects(own, (["home", "peer"], True, ["Team"], []))


def test_what_one_region_encrypts_the_other_decrypts(corrects) -> None:
    def decrypted(cloud: Cloud) -> bytes:
        home, peer, key = replicated(cloud)
        return peer.decrypt(CiphertextBlob=home.encrypt(KeyId=key, Plaintext=b"hi")["CiphertextBlob"])["Plaintext"]

    corrects(decrypted, b"hi")


def test_deleting_a_replica_leaves_the_primary(cloud: Cloud) -> None:
    home, peer, key = replicated(cloud)
    peer.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    states = [client.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] for client in (home, peer)]
    assert states == ["Enabled", "PendingDeletion"]
