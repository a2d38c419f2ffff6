"""What keeps every bucket private, whatever it holds."""

from cdktf_cdktf_provider_aws.s3_bucket import S3Bucket
from cdktf_cdktf_provider_aws.s3_bucket_ownership_controls import (
    S3BucketOwnershipControls,
    S3BucketOwnershipControlsRule,
)
from cdktf_cdktf_provider_aws.s3_bucket_public_access_block import S3BucketPublicAccessBlock
from constructs import Construct


def owned_by_the_bucket(scope: Construct, bucket: S3Bucket) -> S3BucketOwnershipControls:
    """Let everything in a bucket belong to the bucket's owner, so that access lists grant nothing."""
    rule = S3BucketOwnershipControlsRule(object_ownership="BucketOwnerEnforced")
    return S3BucketOwnershipControls(scope, "ownership", bucket=bucket.id, rule=rule)


def closed_to_the_public(scope: Construct, bucket: S3Bucket) -> S3BucketPublicAccessBlock:
    """Keep a bucket closed to the public, even by a policy or an access list written later."""
    return S3BucketPublicAccessBlock(
        scope,
        "public-access-block",
        bucket=bucket.id,
        block_public_acls=True,
        block_public_policy=True,
        ignore_public_acls=True,
        restrict_public_buckets=True,
    )
