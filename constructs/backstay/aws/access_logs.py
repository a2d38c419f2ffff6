"""Where a load balancer writes down its requests."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_lifecycle_configuration import (
    S3BucketLifecycleConfiguration,
    S3BucketLifecycleConfigurationRule,
    S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload,
    S3BucketLifecycleConfigurationRuleExpiration,
    S3BucketLifecycleConfigurationRuleFilter,
)
from cdktf_cdktf_provider_aws.s3_bucket_policy import S3BucketPolicy
from cdktf_cdktf_provider_aws.s3_bucket_server_side_encryption_configuration import (
    S3BucketServerSideEncryptionConfigurationA,
    S3BucketServerSideEncryptionConfigurationRuleA,
    S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA,
)
from constructs import Construct

from backstay.aws.bucket_privacy import closed_to_the_public, owned_by_the_bucket
from backstay.aws.policy import allow, deny, document
from backstay.topology import CloudRegion, Names


class AccessLogs(Construct):
    """Keep a load balancer's access logs in a bucket of its own, for 90 days unless told otherwise.

    Survives: the loss of any other region.
    Does not survive: the loss of its own region; the logs tell how a region was used, not what it holds.

    Attributes:
        bucket: the bucket.
        policy: what lets the load balancer write; turn logging on only after it.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        purpose: str,
        region: CloudRegion,
        names: Names,
        retain_days: int = 90,
        disposable: bool = False,
    ) -> None:
        """Make the bucket.

        Args:
            scope: what the bucket is part of.
            id_: its id there.
            purpose: what the logs are of; part of the bucket's name.
            region: where it lives.
            names: the environment's names.
            retain_days: how long logs are kept.
            disposable: whether an apply may delete it with all that is in it.
        """
        super().__init__(scope, id_)
        account = DataAwsCallerIdentity(self, "account").account_id
        self.bucket = S3Bucket(
            self,
            "bucket",
            bucket=names.bucket(purpose, region),
            force_destroy=disposable,
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        self.bucket.add_override(
            "//.checkov",
            {
                "CKV_AWS_18": "a log of who wrote the log would need a bucket, and a log, of its own",
                "CKV_AWS_21": "each log is written once, under a name of its own; there are no versions to keep",
                "CKV_AWS_144": "the logs tell how this region was used, and nothing in another region needs them",
                "CKV_AWS_145": "a load balancer delivers logs only where S3's own keys encrypt them",
                "CKV2_AWS_62": "nothing waits for a log",
            },
        )
        self.ownership = owned_by_the_bucket(self, self.bucket)
        self.public_access_block = closed_to_the_public(self, self.bucket)
        self.encryption = S3BucketServerSideEncryptionConfigurationA(
            self,
            "encryption",
            bucket=self.bucket.id,
            rule=[
                S3BucketServerSideEncryptionConfigurationRuleA(
                    apply_server_side_encryption_by_default=(
                        # The only encryption with which a load balancer delivers logs:
                        # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
                        S3BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultA(
                            sse_algorithm="AES256"
                        )
                    )
                )
            ],
        )
        self.expiry = S3BucketLifecycleConfiguration(
            self,
            "expiry",
            bucket=self.bucket.id,
            rule=[
                S3BucketLifecycleConfigurationRule(
                    id="expire",
                    status="Enabled",
                    filter=[S3BucketLifecycleConfigurationRuleFilter(prefix="")],
                    expiration=[S3BucketLifecycleConfigurationRuleExpiration(days=retain_days)],
                    abort_incomplete_multipart_upload=[
                        S3BucketLifecycleConfigurationRuleAbortIncompleteMultipartUpload(days_after_initiation=7)
                    ],
                )
            ],
        )
        self.policy = S3BucketPolicy(
            self,
            "policy",
            bucket=self.bucket.id,
            policy=document(
                allow(
                    ["s3:PutObject"],
                    [f"{self.bucket.arn}/AWSLogs/{account}/*"],
                    sid="LoadBalancerDelivers",
                    principal={"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
                ),
                deny(
                    ["s3:*"],
                    [self.bucket.arn, f"{self.bucket.arn}/*"],
                    sid="OnlyOverTls",
                    principal="*",
                    condition={"Bool": {"aws:SecureTransport": "false"}},
                ),
            ),
            # S3 refuses two changes of a bucket's access at the same moment.
            depends_on=[self.public_access_block],
        )
