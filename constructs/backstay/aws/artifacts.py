"""Model artifacts and checkpoints."""

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from backstay.aws.key_policy import DECRYPT, ENCRYPT_DECRYPT
from backstay.aws.keys import Key
from backstay.aws.policy import allow, document
from backstay.aws.versioned_bucket import VersionedBucket
from backstay.outputs import ArtifactsOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.backups import BACKED_UP
from backstay.topology.data import ArtifactsSpec
from backstay.topology.keys import KeyUse

PURPOSE = "artifacts"
"""What the bucket and its key are named for."""


class ArtifactsBucket(Construct):
    """Keep models and checkpoints at hand in every region that may have to serve.

    A region reads and writes its own bucket only; `BucketReplication` copies what is written to the others. Two
    regions that write one object at the same time keep both versions, and the latest of them is current: write models
    under names of their own, such as their digest, and nobody waits for anybody.

    Survives: a model that was replaced or deleted by mistake, for as long as the spec says; the loss of every other
    region; with its replication, the loss of its own, except for the latest minutes.
    Does not survive: what was written and not yet copied when the region is lost, until the region is back.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: ArtifactsSpec,
        region: CloudRegion,
        names: Names,
        disposable: bool = False,
    ) -> None:
        """Make the bucket and its key, which replication finds by their computed names.

        Args:
            scope: what the bucket is part of.
            id_: its id there.
            spec: how long old versions are kept.
            region: where it lives.
            names: the environment's names.
            disposable: whether an apply may delete it with all that is in it.
        """
        super().__init__(scope, id_)
        self.key = Key(
            self, "key", purpose=PURPOSE, uses={KeyUse.OBJECTS}, region=region, names=names, disposable=disposable
        )
        self.bucket = VersionedBucket(
            self,
            "bucket",
            name=names.bucket(PURPOSE, region),
            key=self.key.outputs,
            old_versions_days=spec.keep_days,
            waivers={
                "CKV_AWS_18": "CloudTrail's data events tell who reads a model, without a second bucket",
                "CKV_AWS_144": "it is copied to other regions by a stack of its own, which comes after all buckets",
                "CKV2_AWS_62": "nothing waits for a model; its reader asks for it by name",
            },
            tags=BACKED_UP,
            disposable=disposable,
        )
        self.outputs = ArtifactsOutputs(
            bucket=names.bucket(PURPOSE, region), id=self.bucket.bucket.arn, key=self.key.outputs.id
        )

    def grant_read(self, role: IamRole) -> IamRolePolicy:
        """Let `role` find and read artifacts."""
        return self._grant(role, "read-artifacts", ["s3:GetObject"], DECRYPT)

    def grant_read_write(self, role: IamRole) -> IamRolePolicy:
        """Let `role` find, read, write and delete artifacts, but not their old versions."""
        return self._grant(
            role, "write-artifacts", ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], ENCRYPT_DECRYPT
        )

    def _grant(self, role: IamRole, name: str, actions: list[str], key_actions: tuple[str, ...]) -> IamRolePolicy:
        policy = document(
            allow(["s3:ListBucket"], [self.outputs.id], sid="FindArtifacts"),
            allow(actions, [f"{self.outputs.id}/*"], sid="Artifacts"),
            allow(key_actions, [self.outputs.key], sid="Encryption"),
        )
        # The role is the scope, since two roles of different constructs may have the same id.
        return IamRolePolicy(role, name, name=name, role=role.name, policy=policy)
