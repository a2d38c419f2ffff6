"""Secrets Manager: secrets that are in several regions."""

from __future__ import annotations

import copy
import json
from typing import Any

from backstay.sandbox.corrections.registry import around, correction, instead


@correction
def read_policy_of_replica() -> None:
    """The resource policy of a replica can be read.

    Moto refuses, so the provider cannot look up a secret by its name in the replica's region.
    """
    from moto.secretsmanager.models import ReplicaSecret, SecretsManagerBackend

    @around(SecretsManagerBackend, "get_resource_policy")
    def get_resource_policy(original: Any, self: Any, secret_id: str) -> str:
        secret = self.secrets.get(secret_id)
        if not isinstance(secret, ReplicaSecret):
            return original(self, secret_id)
        policy = {"ResourcePolicy": secret.source.policy} if secret.source.policy else {}
        return json.dumps({"ARN": secret.arn, "Name": secret.name} | policy)


@correction
def keep_key_of_replica() -> None:
    """A replica keeps the key that it was made with.

    Moto shows Amazon's own key, whichever was given: a diff in every plan.
    """
    from moto.secretsmanager.models import FakeSecret

    @around(FakeSecret, "create_replicas")
    def create_replicas(
        original: Any, self: Any, replica_regions: list[dict[str, str]], *, force_overwrite: bool
    ) -> list[Any]:
        replicas = original(self, replica_regions, force_overwrite=force_overwrite)
        for replica, wanted in zip(replicas, replica_regions, strict=True):
            if key := wanted.get("KmsKeyId"):
                replica.config["KmsKeyId"] = key
        return replicas


@correction
def promote_replica() -> None:
    """A replica can be made a secret of its own, as after the loss of its primary's region.

    StopReplicationToReplica is not implemented.
    """
    from moto.secretsmanager.exceptions import InvalidParameterException, SecretNotFoundException
    from moto.secretsmanager.models import ReplicaSecret
    from moto.secretsmanager.responses import SecretsManagerResponse

    @instead(SecretsManagerResponse, "stop_replication_to_replica")
    def stop_replication_to_replica(self: Any) -> str:
        secrets = self.backend.secrets
        replica = secrets.get(self._get_param("SecretId"))
        if replica is None:
            raise SecretNotFoundException
        if not isinstance(replica, ReplicaSecret):
            raise InvalidParameterException("Operation not permitted on a secret that is not a replica")
        promoted: Any = copy.copy(replica.source)
        promoted.arn, promoted.region, promoted.replicas = replica.arn, replica.region, []
        promoted.versions = copy.deepcopy(replica.source.versions)
        replica.source.replicas.remove(replica)
        dict.pop(secrets, replica.arn)
        secrets[promoted.name] = promoted
        return json.dumps({"ARN": promoted.arn})
