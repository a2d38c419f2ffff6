"""A table that every region reads and writes, such as the one of requests and sessions."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudformation_stack import CloudformationStack
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from backstay.aws.key_policy import ENCRYPT_DECRYPT
from backstay.aws.policy import allow, document
from backstay.outputs import KeyOutputs, TableOutputs
from backstay.topology import CloudRegion, Names

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


class GlobalTable(Construct):
    """Own a DynamoDB table in several regions, each of which reads and writes it as its own.

    It is made by CloudFormation in the owner's region. Terraform's own resources for such tables ask every other
    region in every plan, so that no plan succeeds while one is lost; they delete each other's copies, and need keys
    by ids that no region knows of another. CloudFormation takes all regions at once, with their keys by alias.

    Survives: the loss of any region, the owner's included; nothing is promoted. With eventual consistency what was
    written in its last second may be missing elsewhere until it is back, and the last writer wins. With strong
    consistency nothing is missing: a write is in two regions before it is answered
    (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html). An item that
    was overwritten or deleted, for 35 days.
    Does not survive: with strong consistency, the loss of two of its three regions.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        purpose: str,
        regions: Sequence[CloudRegion],
        names: Names,
        key_alias: str | None,
        key: str = "id",
        expiry: str | None = None,
        consistency: Literal["eventual", "strong"] = "eventual",
        witness: str | None = None,
        tags: Mapping[str, str],
        disposable: bool = False,
    ) -> None:
        """Make the table in all its regions.

        Afterwards CloudFormation adds or removes one region at a time.

        Args:
            scope: what the table is part of.
            id_: its id there.
            purpose: what it is for, in one word; part of its name.
            regions: where it is: first the owner, whose stack this is. The others must have their keys already.
            names: the environment's names.
            key_alias: the alias, the same in every region, of keys that encrypt it there and admit tables; None for a
                key that AWS owns, which nothing has to wait for.
            key: the attribute that tells items apart, a text.
            expiry: the attribute that says when an item goes, in seconds since 1970; by default items stay.
            consistency: whether a write is answered before it is elsewhere. Fixed once the table is made.
            witness: the region that completes two to three for strong consistency, without data that can be read.
            tags: what each copy carries, which the provider's own tags do not reach.
            disposable: whether an apply may delete it; otherwise it stays even when its stack goes.

        Raises:
            ValueError: when a strongly consistent table is not in three regions, or lets items expire.
        """
        super().__init__(scope, id_)
        if consistency == "strong":
            _require_what_strong_takes(purpose, [region.name for region in regions], witness, expiry)
        replica = _replica(key_alias, tags, disposable=disposable)
        properties = {
            "TableName": names.table(purpose),
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}],
            **({"SSESpecification": {"SSEEnabled": True, "SSEType": "KMS"}} if key_alias else {}),
            "Replicas": [{"Region": region.name, **replica} for region in regions],
            **_consistency(consistency, witness),
            **({"TimeToLiveSpecification": {"AttributeName": expiry, "Enabled": True}} if expiry else {}),
        }
        kept = "Delete" if disposable else "Retain"
        self.stack = CloudformationStack(
            self,
            "stack",
            name=names.resource(f"table-{purpose}", limit=128),
            template_body=json.dumps(
                {
                    "Resources": {
                        "Table": {
                            "Type": "AWS::DynamoDB::GlobalTable",
                            "DeletionPolicy": kept,
                            "UpdateReplacePolicy": kept,
                            "Properties": properties,
                        }
                    }
                }
            ),
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        self.stack.add_override(
            "//.checkov", {"CKV_AWS_124": "Terraform waits for the stack, and says itself when it fails"}
        )
        self.outputs = TableOutputs(name=names.table(purpose), key_alias=key_alias)


def grant_table_use(
    role: IamRole, *, purpose: str, region: CloudRegion, names: Names, key: KeyOutputs
) -> IamRolePolicy:
    """Let `role` read and write a region's copy of a table that is found by its computed name.

    Args:
        role: who is let.
        purpose: what the table is for.
        region: the role's region.
        names: the environment's names.
        key: the key that encrypts the copy there.
    """
    name = f"use-{purpose}"
    account = DataAwsCallerIdentity(role, f"{name}-account").account_id
    partition = DataAwsPartition(role, f"{name}-partition").partition
    table = f"arn:{partition}:dynamodb:{region.name}:{account}:table/{names.table(purpose)}"
    policy = document(allow(_USE, [table], sid="Items"), allow(ENCRYPT_DECRYPT, [key.id], sid="Encryption"))
    # The role is the scope, since two roles of different constructs may have the same id.
    return IamRolePolicy(role, name, name=name, role=role.name, policy=policy)


def _replica(key_alias: str | None, tags: Mapping[str, str], *, disposable: bool) -> dict[str, Any]:
    return {
        **({"SSESpecification": {"KMSMasterKeyId": key_alias}} if key_alias else {}),
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "DeletionProtectionEnabled": not disposable,
        "Tags": [{"Key": name, "Value": value} for name, value in tags.items()],
    }


def _consistency(consistency: str, witness: str | None) -> dict[str, Any]:
    if consistency == "eventual":
        # What the other regions follow.
        return {"StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"}}
    return {
        "MultiRegionConsistency": "STRONG",
        **({"GlobalTableWitnesses": [{"Region": witness}]} if witness else {}),
    }


def _require_what_strong_takes(purpose: str, regions: Sequence[str], witness: str | None, expiry: str | None) -> None:
    taking_part = [*regions, *([witness] if witness else [])]
    if len(taking_part) != 3 or len(set(taking_part)) != 3:
        raise ValueError(
            f"strongly consistent table {purpose!r} is in {', '.join(taking_part)}; it takes exactly three, one "
            "of which may be the witness"
        )
    if expiry:
        raise ValueError(
            f"strongly consistent table {purpose!r} has the expiry {expiry!r}; dynamodb lets items expire in "
            "eventually consistent ones only, so leave it out"
        )
