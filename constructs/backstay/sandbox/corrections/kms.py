"""Key Management Service: keys that are in several regions."""

from __future__ import annotations

import copy
import json
from typing import Any

from backstay.sandbox.corrections.registry import around, correction, instead

# "mrk-" and the 36 characters that the id of any other key has, as moto makes them.
_KEY_ID_LENGTH = 40


@correction
def decrypt_in_another_region() -> None:
    """What a multi-region key encrypts in one region, its replica decrypts in another.

    Moto's ciphertext has no room for the whole id of such a key, so that nothing decrypts it.
    """
    from moto.kms import utils

    utils.HEADER_LEN += _KEY_ID_LENGTH - utils.KEY_ID_LEN
    utils.CIPHERTEXT_HEADER_FORMAT = f">{_KEY_ID_LENGTH}s{utils.IV_LEN}s{utils.TAG_LEN}s"

    @around(utils, "_deserialize_ciphertext_blob")
    def deserialize(original: Any, ciphertext_blob: bytes) -> Any:
        ciphertext = original(ciphertext_blob)
        return ciphertext._replace(key_id=ciphertext.key_id.rstrip("\0"))


@correction
def replicate_keys() -> None:
    """A replica of a key has a description, a policy and tags of its own, and its primary stays the primary.

    Moto makes both keys share everything: the primary becomes a replica, and the provider waits for the
    replica's tags until it gives up.
    """
    from moto.kms.models import KmsBackend, kms_backends
    from moto.kms.responses import KmsResponse

    @instead(KmsBackend, "replicate_key")
    def replicate_key(self: Any, key_id: str, replica_region: str) -> Any:
        primary = self.keys[self.any_id_to_key_id(key_id)]
        replica = copy.copy(primary)
        replica.region = replica_region
        replica.arn = primary.arn.replace(self.region_name, replica_region)
        replica.grants, replica.aliases, replica.rotations = {}, {}, []
        peers = primary.multi_region_configuration["ReplicaKeys"]
        if replica_region not in [peer["Region"] for peer in peers]:
            peers.append({"Arn": replica.arn, "Region": replica_region})
        # Of the configuration, only the list of replicas is shared.
        replica.multi_region_configuration = primary.multi_region_configuration | {"MultiRegionKeyType": "REPLICA"}
        kms_backends[self.account_id][replica_region].keys[replica.id] = replica
        return replica

    @around(KmsResponse, "replicate_key")
    def answer(original: Any, self: Any) -> str:
        made = json.loads(original(self))["ReplicaKeyMetadata"]
        backend = kms_backends[self.current_account][self._get_param("ReplicaRegion")]
        replica = backend.keys[made["KeyId"]]
        replica.description = self._get_param("Description") or ""
        replica.policy = self._get_param("Policy") or replica.generate_default_policy()
        tags = {tag["TagKey"]: tag["TagValue"] for tag in self._get_param("Tags") or []}
        backend.tag_resource(replica.id, tags)
        return json.dumps({"ReplicaKeyMetadata": replica.to_dict()["KeyMetadata"], "ReplicaPolicy": replica.policy})
