"""Where a region's Terraform state lives."""

from cdktf_cdktf_provider_google.storage_bucket_iam_member import StorageBucketIamMember
from constructs import Construct

from backstay.google.dual_region import DualRegion
from backstay.google.keys import Key
from backstay.google.members import member_id
from backstay.google.state_bucket import StateBucket
from backstay.outputs import StateOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.keys import KeyUse


class RemoteState(Construct):
    """Keep a region's Terraform state in that region, locked, encrypted and recoverable.

    Cloud Storage locks by itself: the lock is an object that only one apply can make.

    With a twin, the state lives in two regions, and either of them is enough to read and write it. A region still
    stands alone then: it can be planned and applied when its twin is lost, and when it is lost itself its state can be
    read. That costs a key which spans a part of the world, since a bucket and its key have to be in the same place;
    without a twin, bucket and key are of the one region, and nothing outside it is needed.

    Survives: two applies at once, of which the second is refused; a state that was overwritten or deleted, for
    90 days and 20 versions; every other region's loss, and its own with a twin, but for the last 15 minutes.
    Does not survive: the loss of its region without a twin, with which what the state describes is lost too.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        region: CloudRegion,
        names: Names,
        disposable: bool = False,
        twin: CloudRegion | None = None,
    ) -> None:
        """Make the bucket and its key.

        Args:
            scope: what the state is part of.
            id_: its id there.
            region: where it lives.
            names: the environment's names.
            disposable: whether an apply may delete the state, with all that is in it.
            twin: a second region that holds the state as well, by turbo replication. A bucket cannot move, so it
                cannot be given or taken away later.

        Raises:
            ValueError: when the region and its twin cannot hold a bucket together.
        """
        super().__init__(scope, id_)
        pair = DualRegion.of(region, twin) if twin else None
        self.key = Key(
            self,
            "key",
            # Keys of two regions' states may be in one place, and have to be told apart there.
            purpose=f"state-{region.name}" if pair else "state",
            uses={KeyUse.STATE},
            region=pair.key_region if pair else region,
            names=names,
            disposable=disposable,
        )
        self.bucket = StateBucket(
            self,
            "bucket",
            name=names.bucket("state", region),
            region=region,
            pair=pair,
            key=self.key.outputs,
            disposable=disposable,
        )
        self.outputs = StateOutputs(bucket=names.bucket("state", region), lock_table=None, key=self.key.outputs.id)

    def grant_use(self, member: str) -> StorageBucketIamMember:
        """Let `member` run Terraform with its state here: read, write, lock and unlock it.

        Cloud Storage asks for the right to delete of whoever writes an object anew; what is deleted stays as an old
        version.
        """
        return StorageBucketIamMember(
            self,
            f"use-{member_id(self, member)}",
            bucket=self.bucket.bucket.name,
            role="roles/storage.objectUser",
            member=member,
        )
