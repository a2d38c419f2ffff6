"""A bucket that keeps what was replaced or deleted in it for a while."""

from collections.abc import Mapping

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleFilter,
    S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA,
    S3BucketServerSideEncryptionConfigurationRuleA,
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA,
)
from cdktf_cdktf_provider_aws.s3_bucket_versioning import (
    S3BucketVersioningA,
    S3BucketVersioningVersioningConfiguration,
)
from constructs import Construct

from backstay.aws.bucket_privacy import closed_to_the_public, owned_by_the_bucket
from backstay.aws.policy import deny, document
from backstay.outputs import KeyOutputs

_UPLOAD_DAYS = 7


class VersionedBucket(Construct):
    """Have back what was replaced or deleted by mistake, and let nobody read anything unencrypted.

    Versions are also what replication asks for, at both ends.

    Survives: an object that was overwritten or deleted, for as long as its old versions are kept; an apply that would
    delete the bucket, unless disposable.
    Does not survive: the loss of its region, unless a `BucketReplication` copies it to another, or of its key.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        key: KeyOutputs,
        old_versions_days: int,
        old_versions_kept: int | None = None,
        waivers: Mapping[str, str],
        tags: Mapping[str, str] | None = None,
        disposable: bool = False,
    ) -> None:
        """Make the bucket.

        Args:
            scope: what the bucket is part of.
            id_: its id there.
            name: its name, which is unique in the world.
            key: encrypts what is in it.
            old_versions_days: how long a version is kept after another has taken its place.
            old_versions_kept: how many old versions of each object are kept for ever.
            waivers: checkov's findings that are chosen, by their id, with the reason.
            tags: what the bucket carries besides the provider's default tags.
            disposable: whether an apply may delete it with all that is in it.
        """
        super().__init__(scope, id_)
        self.bucket = S3Bucket(
            self,
            "bucket",
            bucket=name,
            force_destroy=disposable,
            tags=dict(tags) if tags else None,
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        self.bucket.add_override("//.checkov", dict(waivers))
        self.versioning = S3BucketVersioningA(
            self,
            "versioning",
            bucket=self.bucket.id,
            versioning_configuration=S3BucketVersioningVersioningConfiguration(status="Enabled"),
        )
        self.encryption = S3BucketServerSideEncryptionConfigurationA(
            self,
            "encryption",
            bucket=self.bucket.id,
            rule=[
                S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default=(
                        S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                            sse_algorithm="aws:kms", kms_master_key_id=key.id
                        )
                    ),
                    bucket_key_enabled=True,
                )
            ],
        )
        self.ownership = owned_by_the_bucket(self, self.bucket)
        self.public_access_block = closed_to_the_public(self, self.bucket)
        self.policy = S3BucketPolicy(
            self,
            "policy",
            bucket=self.bucket.id,
            policy=_tls_only(self.bucket.arn),
            # S3 refuses two changes of a bucket's access at the same moment.
            depends_on=[self.public_access_block],
        )
        self.expiry = S3BucketLifecycleConfiguration(
            self,
            "expiry",
            bucket=self.bucket.id,
            rule=[
                S3BucketLifecycleConfigurationRule(
                    id="old-versions",
                    status="Enabled",
                    filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
                    noncurrent_version_expiration=[
                        S3BucketLifecycleConfigurationRuleNoncurrentVersionExpiration(
                            noncurrent_days=old_versions_days, newer_noncurrent_versions=old_versions_kept
                        )
                    ],
                    abort_incomplete_multipart_upload=[
                        S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(
                            days_after_initiation=_UPLOAD_DAYS
                        )
                    ],
                )
            ],
            # Rules about old versions mean nothing before there are versions.
            depends_on=[self.versioning],
        )


def _tls_only(bucket: str) -> str:
    everything = [bucket, f"{bucket}/*"]
    return document(
        deny(
            ["s3:*"],
            everything,
            sid="NoPlainText",
            principal="*",
            condition={"Bool": {"aws:SecureTransport": "false"}},
        ),
        deny(
            ["s3:*"],
            everything,
            sid="NoOldTls",
            principal="*",
            condition={"NumericLessThan": {"s3:TlsVersion": "1.2"}},
        ),
    )
