"""The table by which the regions know who is primary."""

import json
from collections.abc import Sequence
from typing import Any

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudformation_stack import CloudformationStack
from constructs import Construct

from backstay.aws.failover.control import KEY, control_table
from backstay.topology import CloudRegion, Names
from backstay.topology.failover import FailoverSpec, witness_for

_MINUTES = 60


class ControlTable(Construct):
    """Let every region read and write who is primary, in a table that is in all of them.

    One stack of CloudFormation makes it in all regions at once, and Terraform asks no region but its own about it:
    the provider's own table asks every region that has a copy, so that no plan ends while one of them is lost. It is
    encrypted with a key that AWS owns, since a failover must not wait for a key, and holds nothing but names and
    times.

    Survives: the loss of any region, its owner's included: every copy takes writes. With strong consistency, of any
    one of three, and nothing is lost with it.
    Does not survive: without strong consistency, what was written in a region within about a second of its loss. With
    it, the loss of two of the three regions.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: FailoverSpec,
        region: CloudRegion,
        names: Names,
        others: Sequence[CloudRegion],
        disposable: bool = False,
    ) -> None:
        """Make the table in all regions.

        Args:
            scope: what it is part of: the stack of the region that owns it, and of no other.
            id_: its id there.
            spec: how the regions agree.
            region: the owner: the first in the order.
            names: the environment's names.
            others: the other regions that can be primary.
            disposable: whether an apply may delete it.

        Raises:
            ValueError: when the regions cannot agree as the spec says.
        """
        super().__init__(scope, id_)
        regions = [region.name, *(other.name for other in others)]
        policy = "Delete" if disposable else "Retain"
        table = {
            "Type": "AWS::DynamoDB::GlobalTable",
            "DeletionPolicy": policy,
            "UpdateReplacePolicy": policy,
            "Properties": _properties(control_table(names), regions, spec=spec, disposable=disposable),
        }
        self.stack = CloudformationStack(
            self,
            "stack",
            name=names.resource("control"),
            template_body=json.dumps({"Resources": {"Table": table}}),
            timeout_in_minutes=_MINUTES,
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        self.stack.add_override("//.checkov", {"CKV_AWS_124": "Terraform tells whoever applies how a change went"})


def _properties(name: str, regions: Sequence[str], *, spec: FailoverSpec, disposable: bool) -> dict[str, Any]:
    copies = [
        {
            "Region": region,
            "DeletionProtectionEnabled": not disposable,
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        }
        for region in regions
    ]
    return {
        "TableName": name,
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": [{"AttributeName": KEY, "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": KEY, "AttributeType": "S"}],
        "Replicas": copies,
        **_agreement(regions, spec),
    }


def _agreement(regions: Sequence[str], spec: FailoverSpec) -> dict[str, Any]:
    if spec.consistency == "eventual":
        # What copies follow.
        return {"StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"}}
    witness = witness_for(regions)
    return {
        "MultiRegionConsistency": "STRONG",
        **({"GlobalTableWitnesses": [{"Region": witness}]} if witness else {}),
    }
