"""What copies a bucket to other regions."""

from collections.abc import Sequence

from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.s3_bucket_replication_configuration import (
    S3BucketReplicationConfigurationA,
    S3BucketReplicationConfigurationRule,
    S3BucketReplicationConfigurationRuleDeleteMarkerReplication,
    S3BucketReplicationConfigurationRuleDestination,
    S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration,
    S3BucketReplicationConfigurationRuleDestinationMetrics,
    S3BucketReplicationConfigurationRuleDestinationMetricsEventThreshold,
    S3BucketReplicationConfigurationRuleDestinationReplicationTime,
    S3BucketReplicationConfigurationRuleDestinationReplicationTimeTime,
    S3BucketReplicationConfigurationRuleFilter,
    S3BucketReplicationConfigurationRuleSourceSelectionCriteria,
    S3BucketReplicationConfigurationRuleSourceSelectionCriteriaReplicaModifications,
    S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects,
)
from constructs import Construct

from backstay.aws.policy import Statement, allow, document, trust
from backstay.aws.role import Role
from backstay.topology import CloudRegion, Names

# The only time that S3 offers: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ReplicationTimeValue.html
_MINUTES = 15


class BucketReplication(Construct):
    """Have a copy of all that is written to a region's bucket in the same bucket of other regions.

    The buckets and keys at both ends are found by their computed names, so nothing is read from another region, and
    its stack can be planned while the target is gone. They must exist before it is first applied, with versions.

    Copies have the version ids, tags and deletions of their originals, and are encrypted with the key of the region
    that they are in. The other direction is a `BucketReplication` of its own, in the other region: together they
    keep both buckets alike, and S3 copies no copy, so nothing goes round. What was in the bucket before is not copied:
    write it again, or run S3 Batch Replication.

    A bucket has one list of rules, so a bucket has one `BucketReplication`, which names all targets. Taking it
    away leaves what was copied where it is.

    Survives: the loss of the source region, with all that was copied: 99.99% of what is written is, within 15 minutes
    (https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html); the loss of a target:
    S3 tries again, and counts what it gives up on in the metric `OperationsFailedReplication`, for Batch Replication.
    Does not survive: a wrong deletion, which is copied too; the old versions in the targets do.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        purpose: str,
        region: CloudRegion,
        targets: Sequence[CloudRegion],
        names: Names,
    ) -> None:
        """Copy from a region to others.

        Args:
            scope: what the replication is part of: a stack of the source region.
            id_: its id there.
            purpose: what the buckets and their keys are named for, such as `artifacts`.
            region: the source.
            targets: the other regions.
            names: the environment's names.

        Raises:
            ValueError: when there is no target, or the source is one.
        """
        super().__init__(scope, id_)
        if not targets or region in targets:
            raise ValueError(
                f"the {purpose} of {region} cannot be copied to {', '.join(map(str, targets)) or 'nowhere'}; "
                "name at least one other region"
            )
        self._purpose, self._names = purpose, names
        self._account = DataAwsCallerIdentity(self, "account").account_id
        self._partition = DataAwsPartition(self, "partition").partition
        self.role = Role(
            self, "role", name=names.role(f"copy-{purpose}", region), assume_role_policy=trust("s3.amazonaws.com")
        )
        self.rights = IamRolePolicy(
            self, "rights", name="copy", role=self.role.name, policy=document(*self._rights(region, targets))
        )
        self.replication = S3BucketReplicationConfigurationA(
            self,
            "replication",
            bucket=names.bucket(purpose, region),
            role=self.role.arn,
            rule=[self._rule(target, priority) for priority, target in enumerate(targets, start=1)],
            # S3 takes the rules of a role that may not read yet, and what is written then fails to be copied.
            depends_on=[self.rights],
        )

    def _rule(self, target: CloudRegion, priority: int) -> S3BucketReplicationConfigurationRule:
        return S3BucketReplicationConfigurationRule(
            id=target.name,
            priority=priority,
            status="Enabled",
            filter=S3BucketReplicationConfigurationRuleFilter(prefix=""),
            delete_marker_replication=S3BucketReplicationConfigurationRuleDeleteMarkerReplication(status="Enabled"),
            source_selection_criteria=S3BucketReplicationConfigurationRuleSourceSelectionCriteria(
                replica_modifications=S3BucketReplicationConfigurationRuleSourceSelectionCriteriaReplicaModifications(
                    status="Enabled"
                ),
                sse_kms_encrypted_objects=S3BucketReplicationConfigurationRuleSourceSelectionCriteriaSseKmsEncryptedObjects(
                    status="Enabled"
                ),
            ),
            destination=S3BucketReplicationConfigurationRuleDestination(
                bucket=self._bucket(target),
                encryption_configuration=S3BucketReplicationConfigurationRuleDestinationEncryptionConfiguration(
                    # S3 takes an alias: https://docs.aws.amazon.com/AmazonS3/latest/API/API_EncryptionConfiguration.html
                    replica_kms_key_id=f"arn:{self._partition}:kms:{target.name}:{self._account}:{self._key_alias}"
                ),
                metrics=S3BucketReplicationConfigurationRuleDestinationMetrics(
                    status="Enabled",
                    event_threshold=S3BucketReplicationConfigurationRuleDestinationMetricsEventThreshold(
                        minutes=_MINUTES
                    ),
                ),
                replication_time=S3BucketReplicationConfigurationRuleDestinationReplicationTime(
                    status="Enabled",
                    time=S3BucketReplicationConfigurationRuleDestinationReplicationTimeTime(minutes=_MINUTES),
                ),
            ),
        )

    def _rights(self, source: CloudRegion, targets: Sequence[CloudRegion]) -> list[Statement]:
        read_from = self._bucket(source)
        return [
            allow(["s3:GetReplicationConfiguration", "s3:ListBucket"], [read_from], sid="ReadRules"),
            allow(
                ["s3:GetObjectVersionAcl", "s3:GetObjectVersionForReplication", "s3:GetObjectVersionTagging"],
                [f"{read_from}/*"],
                sid="ReadObjects",
            ),
            allow(
                ["s3:ReplicateDelete", "s3:ReplicateObject", "s3:ReplicateTags"],
                [f"{self._bucket(target)}/*" for target in targets],
                sid="WriteCopies",
            ),
            self._use_key(["kms:Decrypt"], [source], "Decrypt"),
            self._use_key(["kms:Encrypt", "kms:GenerateDataKey"], targets, "Encrypt"),
        ]

    def _use_key(self, actions: list[str], regions: Sequence[CloudRegion], sid: str) -> Statement:
        # IAM knows keys by their ids, which cannot be computed; the alias narrows all keys down to the one.
        keys = [f"arn:{self._partition}:kms:{region.name}:{self._account}:key/*" for region in regions]
        condition = {
            "ForAnyValue:StringEquals": {"kms:ResourceAliases": self._key_alias},
            "StringEquals": {"kms:ViaService": [f"s3.{region.name}.amazonaws.com" for region in regions]},
        }
        return allow(actions, keys, sid=sid, condition=condition)

    @property
    def _key_alias(self) -> str:
        return self._names.key_alias(self._purpose)

    def _bucket(self, region: CloudRegion) -> str:
        return f"arn:{self._partition}:s3:::{self._names.bucket(self._purpose, region)}"
