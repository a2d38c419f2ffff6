"""CloudFormation."""

from __future__ import annotations

from typing import Any

from backstay.sandbox.corrections.dynamodb import add_replica, remove_replica
from backstay.sandbox.corrections.registry import correction


@correction
def make_global_tables() -> None:
    """A stack can hold a DynamoDB global table: one table in each of its regions, with the same items.

    Moto skips the type, as if the stack had nothing in it.
    """
    from moto.core.common_models import CloudFormationModel
    from moto.dynamodb.models import dynamodb_backends

    # To be known it only has to be there: the models are the subclasses of this one.
    class GlobalTable(CloudFormationModel):
        def __init__(self, name: str, regions: list[str]) -> None:
            self.name, self.regions = name, regions
            self.physical_resource_id = name

        @staticmethod
        def cloudformation_name_type() -> str:
            return "TableName"

        @staticmethod
        def cloudformation_type() -> str:
            return "AWS::DynamoDB::GlobalTable"

        @classmethod
        def has_cfn_attr(cls, attr: str) -> bool:
            return attr in ("Arn", "TableId")

        @classmethod
        def create_from_cloudformation_json(
            cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str, **_: Any
        ) -> Any:
            properties = cloudformation_json["Properties"]
            backends = dynamodb_backends[account_id]
            home = backends[region_name].create_table(
                resource_name,
                schema=properties["KeySchema"],
                throughput=None,
                attr=properties["AttributeDefinitions"],
                global_indexes=None,
                indexes=None,
                streams=properties.get("StreamSpecification"),
                billing_mode=properties["BillingMode"],
                sse_specification=properties.get("SSESpecification"),
                tags=[],
                warm_throughput=None,
                deletion_protection_enabled=_own(properties, region_name).get("DeletionProtectionEnabled", False),
            )
            regions = [replica["Region"] for replica in properties["Replicas"]]
            for region in regions:
                if region != region_name:
                    add_replica(home, backends, {"RegionName": region})
            return cls(resource_name, regions)

        @classmethod
        def update_from_cloudformation_json(
            cls,
            original_resource: Any,
            new_resource_name: str,
            cloudformation_json: Any,
            account_id: str,
            region_name: str,
        ) -> Any:
            del new_resource_name
            backends, before = dynamodb_backends[account_id], original_resource.regions
            home = backends[region_name].get_table(original_resource.name)
            properties = cloudformation_json["Properties"]
            regions = [replica["Region"] for replica in properties["Replicas"]]
            for region in regions:
                if region not in before:
                    add_replica(home, backends, {"RegionName": region})
            for region in before:
                if region not in regions:
                    remove_replica(backends[region], home.name)
            home.deletion_protection_enabled = _own(properties, region_name).get("DeletionProtectionEnabled", False)
            return cls(home.name, regions)

        @classmethod
        def delete_from_cloudformation_json(
            cls, resource_name: str, cloudformation_json: Any, account_id: str, region_name: str
        ) -> None:
            for replica in cloudformation_json["Properties"]["Replicas"]:
                if replica["Region"] != region_name:
                    remove_replica(dynamodb_backends[account_id][replica["Region"]], resource_name)
            dynamodb_backends[account_id][region_name].delete_table(resource_name)

        def is_created(self) -> bool:
            return True


def _own(properties: Any, region: str) -> dict[str, Any]:
    return next(replica for replica in properties["Replicas"] if replica["Region"] == region)
