"""Tables that every region reads and writes, for request metadata and sessions."""

from collections.abc import Sequence

from cdktf import TerraformResourceLifecycle, TerraformStack
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_kms_alias import DataAwsKmsAlias
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTable,
    DynamodbTableAttribute,
    DynamodbTableGlobalTableWitness,
    DynamodbTablePointInTimeRecovery,
    DynamodbTableReplica,
    DynamodbTableServerSideEncryption,
    DynamodbTableTtl,
)
from cdktf_cdktf_provider_aws.dynamodb_table_replica import DynamodbTableReplicaA
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from backstay.aws.key_policy import ENCRYPT_DECRYPT
from backstay.aws.policy import allow, document
from backstay.outputs import KeyOutputs, TableOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.data import SessionsSpec

# Strong consistency, and keys of other regions in one stack, came with 6; this is what the bindings are made from.
STRONG_PROVIDER_VERSIONS = ">= 6.25.0, < 7.0.0"

_USE = (
    "dynamodb:BatchGetItem",
    "dynamodb:BatchWriteItem",
    "dynamodb:ConditionCheckItem",
    "dynamodb:DeleteItem",
    "dynamodb:DescribeTable",
    "dynamodb:GetItem",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
)


class SessionsTable(Construct):
    """Own a DynamoDB table, which every region with a copy of it reads and writes.

    A plan of it asks every region that has a copy, and one of a copy asks the region of the owner: so each belongs
    in a stack of its own, on which nothing waits while a region is lost. The table itself goes on.

    Survives: the loss of any region. With eventual consistency, what was written in its last second may be missing
    elsewhere until it is back, and the last writer wins; with strong consistency nothing is, since a write is in two
    regions before it is answered
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html). An item that
    was overwritten or deleted, for 35 days.
    Does not survive: with strong consistency, the loss of two of its three regions.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: SessionsSpec,
        region: CloudRegion,
        names: Names,
        key: KeyOutputs,
        purpose: str = "sessions",
        others: Sequence[CloudRegion] = (),
        disposable: bool = False,
    ) -> None:
        """Make the table.

        Args:
            scope: what the table is part of.
            id_: its id there.
            spec: its consistency and its attributes.
            region: the region that owns it.
            names: the environment's names.
            key: encrypts it here; it must admit tables.
            purpose: what it is for, in one word; part of its name.
            others: the other regions, which a strongly consistent table is made in together with this one, each with
                its own key of the same alias. Copies of another table join by themselves, as `SessionsReplica`.
            disposable: whether an apply may delete it.

        Raises:
            ValueError: when a strongly consistent table is not in three regions, the witness included, each once.
        """
        super().__init__(scope, id_)
        self.key = key
        strong = spec.consistency == "strong"
        if strong:
            _require_three(purpose, [region.name, *(other.name for other in others)], spec.witness)
            TerraformStack.of(self).add_override("terraform.required_providers.aws.version", STRONG_PROVIDER_VERSIONS)
        self.table = DynamodbTable(
            self,
            "table",
            name=names.table(purpose),
            billing_mode="PAY_PER_REQUEST",
            hash_key=spec.key,
            attribute=[DynamodbTableAttribute(name=spec.key, type="S")],
            # Copies follow the stream. A strong table is not made by it, and lets nothing expire.
            stream_enabled=None if strong else True,
            stream_view_type=None if strong else "NEW_AND_OLD_IMAGES",
            ttl=None if strong else DynamodbTableTtl(attribute_name=spec.expiry, enabled=True),
            point_in_time_recovery=DynamodbTablePointInTimeRecovery(enabled=True),
            server_side_encryption=DynamodbTableServerSideEncryption(enabled=True, kms_key_arn=key.id),
            replica=[self._together(other, key) for other in others] if strong else None,
            global_table_witness=DynamodbTableGlobalTableWitness(region_name=spec.witness)
            if strong and spec.witness
            else None,
            deletion_protection_enabled=not disposable,
            lifecycle=TerraformResourceLifecycle(
                # Copies are made in their own regions' stacks, and an owner that minded would delete them.
                ignore_changes=None if strong else ["replica"],
                prevent_destroy=None if disposable else True,
            ),
        )
        self.outputs = TableOutputs(name=names.table(purpose), id=self.table.arn, key=key.id)

    def grant_use(self, role: IamRole) -> IamRolePolicy:
        """Let `role` read and write the table here."""
        return _use(role, self.outputs)

    def _together(self, other: CloudRegion, key: KeyOutputs) -> DynamodbTableReplica:
        alias = DataAwsKmsAlias(self, f"key-{other.name}", name=key.alias, region=other.name)
        return DynamodbTableReplica(
            region_name=other.name,
            consistency_mode="STRONG",
            kms_key_arn=alias.target_key_arn,
            point_in_time_recovery=True,
            propagate_tags=True,
        )


class SessionsReplica(Construct):
    """Read and write another region's table here, in a copy encrypted with this region's key.

    Survives: the loss of every other region, with all that had arrived: asynchronous, typically within a second
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html). It needs no
    promotion.
    Does not survive: a bad write, which every region gets; each has 35 days of its own to restore from. Its stack
    cannot be planned while the region of the owner is lost, and nothing needs that.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        region: CloudRegion,
        names: Names,
        key: KeyOutputs,
        owner: CloudRegion,
        purpose: str = "sessions",
        disposable: bool = False,
    ) -> None:
        """Make the copy.

        Args:
            scope: what the copy is part of.
            id_: its id there.
            region: where the copy is.
            names: the environment's names.
            key: encrypts it here: this region's own key, which must admit tables.
            owner: the region that owns the table.
            purpose: what the table is for, as its owner says.
            disposable: whether an apply may delete the copy.

        Raises:
            ValueError: when the region is the owner's own.
        """
        super().__init__(scope, id_)
        if region == owner:
            raise ValueError(f"table {purpose!r} is owned in {owner.name!r}, so that region takes no copy of it")
        self.key = key
        account = DataAwsCallerIdentity(self, "account").account_id
        partition = DataAwsPartition(self, "partition").partition
        self.replica = DynamodbTableReplicaA(
            self,
            "replica",
            global_table_arn=f"arn:{partition}:dynamodb:{owner.name}:{account}:table/{names.table(purpose)}",
            kms_key_arn=key.id,
            point_in_time_recovery=True,
            deletion_protection_enabled=not disposable,
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        self.outputs = TableOutputs(name=names.table(purpose), id=self.replica.arn, key=key.id)

    def grant_use(self, role: IamRole) -> IamRolePolicy:
        """Let `role` read and write the table here."""
        return _use(role, self.outputs)


def _use(role: IamRole, table: TableOutputs) -> IamRolePolicy:
    # The role is the scope, since two roles of different constructs may have the same id.
    name = f"use-{table.name}"
    policy = document(allow(_USE, [table.id], sid="Items"), allow(ENCRYPT_DECRYPT, [table.key], sid="Encryption"))
    return IamRolePolicy(role, name, name=name, role=role.name, policy=policy)


def _require_three(purpose: str, regions: Sequence[str], witness: str | None) -> None:
    taking_part = [*regions, *([witness] if witness else [])]
    if len(taking_part) != 3 or len(set(taking_part)) != 3:
        raise ValueError(
            f"strongly consistent table {purpose!r} is in {', '.join(taking_part)}; it takes exactly three, one "
            "of which may be the witness"
        )
