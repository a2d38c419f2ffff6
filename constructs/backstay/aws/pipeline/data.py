"""What an apply may do with data: stores, keys, and where states are kept."""

from collections.abc import Sequence

from backstay.aws.key_policy import ENCRYPT_DECRYPT
from backstay.aws.pipeline.reach import ANY, Reach, both
from backstay.aws.policy import Statement, allow, deny

_BUCKETS = (
    "s3:CreateBucket",
    "s3:DeleteBucket",
    "s3:DeleteBucketPolicy",
    "s3:PutBucketOwnershipControls",
    "s3:PutBucketPolicy",
    "s3:PutBucketPublicAccessBlock",
    "s3:PutBucketTagging",
    "s3:PutBucketVersioning",
    "s3:PutEncryptionConfiguration",
    "s3:PutLifecycleConfiguration",
    "s3:PutReplicationConfiguration",
    "s3:TagResource",
    "s3:UntagResource",
)
_TABLES = (
    "dynamodb:BatchWriteItem",
    "dynamodb:CreateGlobalTableWitness",
    "dynamodb:CreateTable",
    "dynamodb:CreateTableReplica",
    "dynamodb:DeleteGlobalTableWitness",
    "dynamodb:DeleteItem",
    "dynamodb:DeleteTable",
    "dynamodb:DeleteTableReplica",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "dynamodb:TagResource",
    "dynamodb:UntagResource",
    "dynamodb:UpdateContinuousBackups",
    "dynamodb:UpdateItem",
    "dynamodb:UpdateTable",
    "dynamodb:UpdateTimeToLive",
)
_STACKS = (
    "cloudformation:CreateStack",
    "cloudformation:DeleteStack",
    "cloudformation:TagResource",
    "cloudformation:UntagResource",
    "cloudformation:UpdateStack",
)
_DATABASES = (
    "rds:AddTagsToResource",
    "rds:CreateDBCluster",
    "rds:CreateDBClusterParameterGroup",
    "rds:CreateDBClusterSnapshot",
    "rds:CreateDBInstance",
    "rds:CreateDBSubnetGroup",
    "rds:CreateGlobalCluster",
    "rds:DeleteDBCluster",
    "rds:DeleteDBClusterParameterGroup",
    "rds:DeleteDBInstance",
    "rds:DeleteDBSubnetGroup",
    "rds:DeleteGlobalCluster",
    "rds:ModifyDBCluster",
    "rds:ModifyDBClusterParameterGroup",
    "rds:ModifyDBInstance",
    "rds:ModifyDBSubnetGroup",
    "rds:ModifyGlobalCluster",
    "rds:RemoveFromGlobalCluster",
    "rds:RemoveTagsFromResource",
    "rds:ResetDBClusterParameterGroup",
)
_CACHES = (
    "elasticache:AddTagsToResource",
    "elasticache:CreateCacheSubnetGroup",
    "elasticache:CreateGlobalReplicationGroup",
    "elasticache:CreateReplicationGroup",
    "elasticache:CreateUser",
    "elasticache:CreateUserGroup",
    "elasticache:DecreaseReplicaCount",
    "elasticache:DeleteCacheSubnetGroup",
    "elasticache:DeleteGlobalReplicationGroup",
    "elasticache:DeleteReplicationGroup",
    "elasticache:DeleteUser",
    "elasticache:DeleteUserGroup",
    "elasticache:DisassociateGlobalReplicationGroup",
    "elasticache:IncreaseReplicaCount",
    "elasticache:ModifyCacheSubnetGroup",
    "elasticache:ModifyGlobalReplicationGroup",
    "elasticache:ModifyReplicationGroup",
    "elasticache:ModifyReplicationGroupShardConfiguration",
    "elasticache:ModifyUser",
    "elasticache:ModifyUserGroup",
    "elasticache:RemoveTagsFromResource",
)
_KEYS = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:CreateGrant",
    "kms:DeleteAlias",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:ListGrants",
    "kms:PutKeyPolicy",
    "kms:ReplicateKey",
    "kms:RetireGrant",
    "kms:RevokeGrant",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
    "kms:UpdatePrimaryRegion",
)


def stores(reach: Reach) -> list[Statement]:
    """Make and change stores that have the environment's names."""
    prefix, tables = reach.names.prefix, reach.named("dynamodb", "table/")
    kinds = ("cluster", "cluster-pg", "db", "subgrp", "cluster-snapshot")
    databases = [
        *reach.regional("rds", *(f"{kind}:{prefix}-*" for kind in kinds)),
        f"arn:{reach.partition}:rds::{reach.account}:global-cluster:{prefix}-*",
    ]
    caches = [
        *reach.regional("elasticache", *(f"{kind}:{prefix}-*" for kind in ("replicationgroup", "subnetgroup"))),
        *reach.regional("elasticache", f"user:{prefix}-*", f"usergroup:{prefix}-*", "user:default", "parametergroup:*"),
        # The service puts letters of its own before the name.
        f"arn:{reach.partition}:elasticache::{reach.account}:globalreplicationgroup:*-{prefix}-*",
    ]
    queues = ("CreateQueue", "DeleteQueue", "SetQueueAttributes", "TagQueue", "UntagQueue")
    return [
        allow(_BUCKETS, reach.buckets(), sid="Buckets"),
        allow(_TABLES, tables, sid="Tables", condition=reach.here),
        allow(_STACKS, reach.named("cloudformation", "stack/"), sid="Stacks", condition=reach.here),
        # These names have no two hyphens, so the tag tells whose they are.
        allow(_DATABASES, databases, sid="Databases", condition=reach.untagged),
        allow(_CACHES, caches, sid="Caches", condition=reach.untagged),
        allow([f"sqs:{queue}" for queue in queues], reach.named("sqs", ""), sid="Queues", condition=reach.here),
    ]


def keys(reach: Reach, secrets: Sequence[str]) -> list[Statement]:
    """Make keys, use and change those that are the environment's, and read the secrets that Terraform passes on."""
    aliases = reach.regional("kms", f"{reach.names.key_alias('')}*")
    values = (
        [
            allow(
                ["secretsmanager:GetSecretValue"],
                reach.secrets(secrets),
                sid="PassSecretsOn",
            )
        ]
        if secrets
        else []
    )
    return [
        allow(["kms:CreateKey"], ANY, sid="MakeKeys", condition=both(reach.here, reach.tagging)),
        allow(_KEYS, reach.regional("kms", "key/*"), sid="Keys", condition=both(reach.here, reach.tagged)),
        allow(("kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"), aliases, sid="Aliases"),
        allow(ENCRYPT_DECRYPT, reach.regional("kms", "key/*"), sid="UseKeys", condition=both(reach.here, reach.tagged)),
        *values,
    ]


def states(reach: Reach) -> list[Statement]:
    """Write and lock the environment's states, but for that of the pipeline itself, which people apply."""
    written, locks = (reach.states(f"/{reach.names.state_key('*')}{lock}") for lock in ("", ".tflock"))
    own = reach.states(reach.pipeline_state)
    return [
        allow(["s3:GetObject", "s3:PutObject"], written, sid="WriteStates"),
        allow(["s3:DeleteObject"], locks, sid="Unlock"),
        deny(["s3:DeleteObject", "s3:PutObject"], own, sid="NotItsOwn"),
    ]
