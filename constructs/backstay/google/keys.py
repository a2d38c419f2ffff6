"""Encryption keys that the project itself holds."""

from collections.abc import Collection

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.kms_crypto_key import KmsCryptoKey
from cdktf_cdktf_provider_google.kms_crypto_key_iam_member import KmsCryptoKeyIamMember
from cdktf_cdktf_provider_google.kms_key_ring import KmsKeyRing
from constructs import Construct

from backstay.google.first_use import first_use
from backstay.google.members import member_id
from backstay.google.service_agents import ServiceAgents
from backstay.outputs import KeyOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.keys import KeyUse

__all__ = ["Key", "KeyUse"]

_DAY = 86_400
_ROTATION_DAYS = 90
_DESTRUCTION_DAYS = 30
# The shortest that Cloud KMS allows.
_DISPOSABLE_DESTRUCTION_DAYS = 1

_ENCRYPT_DECRYPT = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
_DECRYPT = "roles/cloudkms.cryptoKeyDecrypter"

# What Cloud KMS allows a key ring's name to have, less what `first_use` adds.
_RING_NAME = 54


class Key(Construct):
    """Encrypt what one purpose stores with a key of its own, which only that purpose's services may use.

    What names the key waits for the grants to its services, which IAM takes two minutes to spread, and sometimes seven
    (https://docs.cloud.google.com/iam/docs/access-change-propagation). So a first apply may end with a service that is
    not admitted yet; the next one goes on from there.

    Survives: its rotation every 90 days, since old data keeps its old key material; a destruction by mistake, which can
    be taken back for 30 days (1 where disposable).
    Does not survive: the loss of its region. A key belongs to one region, so what is copied to another region
    is encrypted there with that region's key.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        purpose: str,
        uses: Collection[KeyUse],
        region: CloudRegion,
        names: Names,
        disposable: bool = False,
    ) -> None:
        """Make the key in a key ring of its own.

        Args:
            scope: what the key is part of.
            id_: its id there.
            purpose: what it is for, in one word; the key's name, and part of its key ring's.
            uses: what it encrypts; the services that do so must be enabled in the project.
            region: where it lives; `us`, `europe` and `asia` span the regions there.
            names: the environment's names.
            disposable: whether an apply may destroy it. Since a key ring can never be deleted, its name is then new in
                each deployment.

        Raises:
            ValueError: when there are no uses.
        """
        super().__init__(scope, id_)
        if not uses:
            raise ValueError(f"key {purpose!r} has no uses; name at least one of {', '.join(KeyUse)}")
        ring = names.resource(purpose, limit=_RING_NAME)
        self.ring = KmsKeyRing(self, "ring", name=first_use(self, ring) if disposable else ring, location=region.name)
        self.key = KmsCryptoKey(
            self,
            "key",
            name=purpose,
            key_ring=self.ring.id,
            purpose="ENCRYPT_DECRYPT",
            rotation_period=_seconds(_ROTATION_DAYS),
            destroy_scheduled_duration=_seconds(_DISPOSABLE_DESTRUCTION_DAYS if disposable else _DESTRUCTION_DAYS),
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        if disposable:
            self.key.add_override("//.checkov", {"CKV_GCP_82": "a disposable environment may be deleted whole"})
        self.agents = ServiceAgents(self, "agents")
        # Whoever names the key names it through the last grant, and so waits until every service may use it.
        self._granted = self.key.id
        for use in KeyUse:
            if use in uses:
                grant = self._member(f"for-{use}", _ENCRYPT_DECRYPT, self.agents.member(use))
                self._granted = grant.crypto_key_id
        self.outputs = KeyOutputs(id=self._granted, alias=ring)

    def grant_decrypt(self, member: str) -> KmsCryptoKeyIamMember:
        """Let `member` read what the key encrypts."""
        return self._member(f"decrypt-{member_id(self, member)}", _DECRYPT, member)

    def grant_encrypt_decrypt(self, member: str) -> KmsCryptoKeyIamMember:
        """Let `member` read and write what the key encrypts."""
        return self._member(f"encrypt-decrypt-{member_id(self, member)}", _ENCRYPT_DECRYPT, member)

    def _member(self, id_: str, role: str, member: str) -> KmsCryptoKeyIamMember:
        return KmsCryptoKeyIamMember(self, id_, crypto_key_id=self._granted, role=role, member=member)


def _seconds(days: int) -> str:
    return f"{days * _DAY}s"
