"""The bucket that holds Terraform state."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.storage_bucket import (
    StorageBucket,
    StorageBucketCustomPlacementConfig,
    StorageBucketEncryption,
    StorageBucketLifecycleRule,
    StorageBucketLifecycleRuleAction,
    StorageBucketLifecycleRuleCondition,
    StorageBucketSoftDeletePolicy,
    StorageBucketVersioning,
)
from constructs import Construct

from backstay.google.dual_region import DualRegion
from backstay.outputs import KeyOutputs
from backstay.topology import CloudRegion

# Long enough to notice a bad apply; a state that changes often still keeps its latest versions.
_OLD_VERSIONS_DAYS = 90
_OLD_VERSIONS_KEPT = 20
_UPLOAD_DAYS = 7
# The longest that Cloud Storage offers, so that even who may delete versions cannot be rid of them at once.
_SOFT_DELETE_SECONDS = 90 * 86_400


class StateBucket(Construct):
    """Keep every version of a state long enough to go back to it, and let nobody read it unencrypted.

    Survives: a state that was overwritten or deleted by mistake; an apply that would delete the bucket, unless
    disposable; the loss of its region, where it is in two.
    Does not survive: the loss of its key; the loss of its region, where that is its only one.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        region: CloudRegion,
        pair: DualRegion | None,
        key: KeyOutputs,
        disposable: bool = False,
    ) -> None:
        """Make the bucket.

        Args:
            scope: what the bucket is part of.
            id_: its id there.
            name: its name, which is unique in the world.
            region: where it lives.
            pair: its two regions, where it lives in two.
            key: encrypts what is in it; it must admit Cloud Storage, and be where the bucket is.
            disposable: whether an apply may delete it with all that is in it.
        """
        super().__init__(scope, id_)
        self.bucket = StorageBucket(
            self,
            "bucket",
            name=name,
            location=pair.location if pair else region.name.upper(),
            custom_placement_config=(
                StorageBucketCustomPlacementConfig(data_locations=[*pair.data_locations]) if pair else None
            ),
            # Turbo replication: within 15 minutes.
            rpo="ASYNC_TURBO" if pair else None,
            storage_class="STANDARD",
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            force_destroy=disposable,
            encryption=StorageBucketEncryption(default_kms_key_name=key.id),
            versioning=StorageBucketVersioning(enabled=True),
            soft_delete_policy=StorageBucketSoftDeletePolicy(
                retention_duration_seconds=0 if disposable else _SOFT_DELETE_SECONDS
            ),
            lifecycle_rule=[
                StorageBucketLifecycleRule(
                    action=StorageBucketLifecycleRuleAction(type="Delete"),
                    condition=StorageBucketLifecycleRuleCondition(
                        days_since_noncurrent_time=_OLD_VERSIONS_DAYS, num_newer_versions=_OLD_VERSIONS_KEPT
                    ),
                ),
                StorageBucketLifecycleRule(
                    action=StorageBucketLifecycleRuleAction(type="AbortIncompleteMultipartUpload"),
                    condition=StorageBucketLifecycleRuleCondition(age=_UPLOAD_DAYS),
                ),
            ],
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        self.bucket.add_override(
            "//.checkov", {"CKV_GCP_62": "Cloud Audit Logs' data access log tells who read and wrote, without a bucket"}
        )
