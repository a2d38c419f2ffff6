"""The bucket that holds Terraform state."""

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

# Long enough to notice a bad apply; a state that changes often still keeps its latest versions.
_OLD_VERSIONS_DAYS = 90
_OLD_VERSIONS_KEPT = 20
_UPLOAD_DAYS = 7


class StateBucket(Construct):
    """Keep every version of a state long enough to go back to it, and let nobody read it unencrypted.

    Survives: a state that was overwritten or deleted by mistake; an apply that would delete the bucket, unless
    disposable.
    Does not survive: the loss of its region, or of its key.
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
        super().__init__(scope, id_)
        self.bucket = S3Bucket(
            self,
            "bucket",
            bucket=name,
            force_destroy=disposable,
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        self.bucket.add_override(
            "//.checkov",
            {
                "CKV_AWS_18": "the log bucket would need one of its own; CloudTrail's data events tell the same",
                "CKV_AWS_144": "a region's state is of use in that region only, and is lost with what it describes",
                "CKV2_AWS_62": "nothing waits for a change of state",
            },
        )
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
                            noncurrent_days=_OLD_VERSIONS_DAYS, newer_noncurrent_versions=_OLD_VERSIONS_KEPT
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
