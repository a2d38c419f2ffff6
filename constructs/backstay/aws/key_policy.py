"""Who may do what with a key: its policy, composed of what the key is for."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backstay.aws.policy import Statement, allow, document
from backstay.topology.keys import KeyUse

DECRYPT = ("kms:Decrypt", "kms:DescribeKey")

ENCRYPT_DECRYPT = (
    *DECRYPT,
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)

_ADMINISTRATION = (
    "kms:CancelKeyDeletion",
    "kms:CreateAlias",
    "kms:DeleteAlias",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:ListGrants",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:RevokeGrant",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateKeyDescription",
)

# In a key's own policy this is the key, and nothing else.
_THIS_KEY = ("*",)

_GRANT_FOR_AWS = {"Bool": {"kms:GrantIsForAWSResource": "true"}}


@dataclass(frozen=True)
class KeyOwner:
    """The account and region that a key lives in; account and partition may be tokens."""

    account: str
    partition: str
    region: str

    @property
    def principal(self) -> Mapping[str, str]:
        """Whoever the account's own IAM policies allow: naming the account by itself lets nobody in."""
        return {"AWS": f"arn:{self.partition}:iam::{self.account}:root"}

    def through(self, *services: str) -> Mapping[str, Any]:
        """The condition that the call comes from one of the region's services, on somebody's behalf."""
        hosts = [f"{service}.{self.region}.amazonaws.com" for service in services]
        return {"StringEquals": {"kms:ViaService": hosts}}


def key_policy(uses: Collection[KeyUse], owner: KeyOwner) -> str:
    """The policy of a key with the given uses.

    Beyond administration, it opens the key only through the services of its uses: IAM policies of the account
    say who may use it, and this policy says on which paths.
    """
    composed = (statement for use in KeyUse if use in uses for statement in _STATEMENTS[use](owner))
    return document(_administration(owner, _ADMINISTRATION), *composed)


def application_key_policy(owner: KeyOwner) -> str:
    """The policy of a key that applications use by themselves, and that may be copied to other regions.

    IAM policies of the account say who may use it; no service stands between.
    """
    return document(
        _administration(owner, (*_ADMINISTRATION, "kms:ReplicateKey", "kms:UpdatePrimaryRegion")),
        allow(ENCRYPT_DECRYPT, _THIS_KEY, sid="Applications", principal=owner.principal),
    )


def _administration(owner: KeyOwner, actions: Sequence[str]) -> Statement:
    # Without it, a key that its creator can no longer reach is lost until AWS support steps in.
    return allow(actions, _THIS_KEY, sid="Administration", principal=owner.principal)


def _disks(owner: KeyOwner) -> list[Statement]:
    # KMS refuses a principal that does not exist, and a new account has no service-linked role until its first
    # auto-scaling group. So the role is named by a condition, which is not looked up.
    anyone = {"AWS": "*"}
    role = "role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling"
    auto_scaling = {
        "StringEquals": {"kms:CallerAccount": owner.account},
        "ArnLike": {"aws:PrincipalArn": f"arn:{owner.partition}:iam::{owner.account}:{role}"},
    }
    through_ec2 = owner.through("ec2")
    grant = ("kms:CreateGrant",)
    return [
        allow(ENCRYPT_DECRYPT, _THIS_KEY, sid="DisksOfMachines", principal=owner.principal, condition=through_ec2),
        allow(
            grant,
            _THIS_KEY,
            sid="DisksOfMachinesLater",
            principal=owner.principal,
            condition={**through_ec2, **_GRANT_FOR_AWS},
        ),
        allow(ENCRYPT_DECRYPT, _THIS_KEY, sid="DisksOfAutoScaling", principal=anyone, condition=auto_scaling),
        allow(
            grant,
            _THIS_KEY,
            sid="DisksOfAutoScalingLater",
            principal=anyone,
            condition={**auto_scaling, **_GRANT_FOR_AWS},
        ),
    ]


def _logs(owner: KeyOwner) -> list[Statement]:
    log_groups = f"arn:{owner.partition}:logs:{owner.region}:{owner.account}:*"
    return [
        allow(
            ENCRYPT_DECRYPT,
            _THIS_KEY,
            sid="LogGroups",
            principal={"Service": f"logs.{owner.region}.amazonaws.com"},
            condition={"ArnLike": {"kms:EncryptionContext:aws:logs:arn": log_groups}},
        )
    ]


def _cluster_secrets(owner: KeyOwner) -> list[Statement]:
    # EKS makes its grant without saying that it is for an AWS resource, so no condition can ask for that.
    actions = ("kms:CreateGrant", "kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:ListGrants")
    return [allow(actions, _THIS_KEY, sid="ClusterSecrets", principal=owner.principal)]


def _state(owner: KeyOwner) -> list[Statement]:
    both = owner.through("s3", "dynamodb")
    table = owner.through("dynamodb")
    return [
        _through("State", owner, both),
        allow(("kms:CreateGrant",), _THIS_KEY, sid="StateLocksLater", principal=owner.principal, condition=table),
    ]


def _secrets(owner: KeyOwner) -> list[Statement]:
    return [_through("Secrets", owner, owner.through("secretsmanager"))]


def _databases(owner: KeyOwner) -> list[Statement]:
    return _storage("Databases", owner, owner.through("rds"))


def _caches(owner: KeyOwner) -> list[Statement]:
    return _storage("Caches", owner, owner.through("elasticache"))


def _tables(owner: KeyOwner) -> list[Statement]:
    # A copy of a table is asked for in the region that owns the table, and made with the key of its own.
    anywhere = {"StringLike": {"kms:ViaService": "dynamodb.*.amazonaws.com"}}
    return [
        _through("Tables", owner, anywhere),
        # DynamoDB makes its grants without saying that they are for an AWS resource.
        allow(("kms:CreateGrant",), _THIS_KEY, sid="TablesLater", principal=owner.principal, condition=anywhere),
    ]


def _queues(owner: KeyOwner) -> list[Statement]:
    return [_through("Queues", owner, owner.through("sqs"))]


def _objects(owner: KeyOwner) -> list[Statement]:
    return [_through("Objects", owner, owner.through("s3"))]


def _images(owner: KeyOwner) -> list[Statement]:
    # A repository gets its grants when it is made, and they are all that it encrypts and decrypts with.
    condition = owner.through("ecr")
    actions = ("kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant")
    return [allow(actions, _THIS_KEY, sid="Images", principal=owner.principal, condition=condition)]


def _backups(owner: KeyOwner) -> list[Statement]:
    # Snapshots in a vault stay with the service that they are of, which encrypts them with the vault's key.
    return _storage("Backups", owner, owner.through("backup", "dynamodb", "ec2", "rds"))


def _alarms(owner: KeyOwner) -> list[Statement]:
    return [
        _through("Alarms", owner, owner.through("sns")),
        allow(
            ("kms:Decrypt", "kms:GenerateDataKey"),
            _THIS_KEY,
            sid="AlarmsOfCloudWatch",
            principal={"Service": "cloudwatch.amazonaws.com"},
            condition={"StringEquals": {"aws:SourceAccount": owner.account}},
        ),
    ]


def _storage(sid: str, owner: KeyOwner, condition: Mapping[str, Any]) -> list[Statement]:
    """What a service that stores data needs, for somebody who asks it to, and by itself later."""
    later = {**condition, **_GRANT_FOR_AWS}
    return [
        _through(sid, owner, condition),
        allow(("kms:CreateGrant",), _THIS_KEY, sid=f"{sid}Later", principal=owner.principal, condition=later),
    ]


def _through(sid: str, owner: KeyOwner, condition: Mapping[str, Any]) -> Statement:
    """What a service needs that encrypts and decrypts for whoever asks it to."""
    return allow(ENCRYPT_DECRYPT, _THIS_KEY, sid=sid, principal=owner.principal, condition=condition)


_STATEMENTS: Mapping[KeyUse, Callable[[KeyOwner], list[Statement]]] = {
    KeyUse.DISKS: _disks,
    KeyUse.LOGS: _logs,
    KeyUse.CLUSTER_SECRETS: _cluster_secrets,
    KeyUse.STATE: _state,
    KeyUse.SECRETS: _secrets,
    KeyUse.DATABASES: _databases,
    KeyUse.CACHES: _caches,
    KeyUse.TABLES: _tables,
    KeyUse.QUEUES: _queues,
    KeyUse.OBJECTS: _objects,
    KeyUse.IMAGES: _images,
    KeyUse.BACKUPS: _backups,
    KeyUse.ALARMS: _alarms,
}
