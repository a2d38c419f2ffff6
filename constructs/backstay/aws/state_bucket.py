"""The bucket that holds Terraform state."""

from constructs import Construct

from backstay.aws.versioned_bucket import VersionedBucket
from backstay.outputs import KeyOutputs

# Long enough to notice a bad apply; a state that changes often still keeps its latest versions.
_OLD_VERSIONS_DAYS = 90
_OLD_VERSIONS_KEPT = 20


class StateBucket(VersionedBucket):
    """Keep every version of a state long enough to go back to it, and let nobody read it unencrypted.

    It also takes the copies of another region's states: a state's key names its stack, and so its region, so that
    nothing is overwritten.

    Survives: a state that was overwritten or deleted by mistake; an apply that would delete the bucket, unless
    disposable.
    Does not survive: the loss of its region, unless a `BucketReplication` copies it to another, or of its key.
    """

    def __init__(self, scope: Construct, id_: str, *, name: str, key: KeyOutputs, disposable: bool = False) -> None:
        """Make the bucket.

        Args:
            scope: what the bucket is part of.
            id_: its id there.
            name: its name, which is unique in the world.
            key: encrypts what is in it.
            disposable: whether an apply may delete it with all that is in it.
        """
        super().__init__(
            scope,
            id_,
            name=name,
            key=key,
            old_versions_days=_OLD_VERSIONS_DAYS,
            old_versions_kept=_OLD_VERSIONS_KEPT,
            waivers={
                "CKV_AWS_18": "the log bucket would need one of its own; CloudTrail's data events tell the same",
                "CKV_AWS_144": "it is copied to another region by a stack of its own, which comes after both buckets",
                "CKV2_AWS_62": "nothing waits for a change of state",
            },
            disposable=disposable,
        )
