"""DynamoDB: tables that are in several regions (global tables, version 2019.11.21)."""

from __future__ import annotations

import copy
from typing import Any

from backstay.sandbox.corrections.registry import around, correction

# What makes moto do something in UpdateTable; without any of it the call is about replicas only.
_OWN_CHANGES = frozenset(
    {
        "AttributeDefinitions",
        "BillingMode",
        "DeletionProtectionEnabled",
        "GlobalSecondaryIndexUpdates",
        "ProvisionedThroughput",
        "StreamSpecification",
        "WarmThroughput",
    }
)


@correction
def replicate_tables() -> None:
    """A table can have replicas: each region writes, all read the same items.

    UpdateTable ignores `ReplicaUpdates`, so the provider waits for the replica until it gives up.
    """
    from moto.dynamodb.models import DynamoDBBackend, dynamodb_backends
    from moto.dynamodb.models.table import Table
    from moto.dynamodb.responses import DynamoHandler, DynamoResult

    @around(DynamoHandler, "update_table")
    def update_table(original: Any, self: Any) -> Any:
        table = self.dynamodb_backend.get_table(self.body["TableName"])
        for update in self.body.get("ReplicaUpdates") or []:
            regions = dynamodb_backends[self.current_account]
            if wanted := update.get("Create"):
                add_replica(table, regions, wanted)
            if unwanted := update.get("Delete"):
                remove_replica(regions[unwanted["RegionName"]], table.name)
        return original(self) if self.body.keys() & _OWN_CHANGES else DynamoResult(table.describe())

    @around(DynamoDBBackend, "delete_table")
    def delete_table(original: Any, self: Any, name: str) -> Any:
        table = original(self, name)
        _peers(table).pop(table.region_name, None)
        return table

    @around(Table, "describe")
    def describe(original: Any, self: Any, base_key: str = "TableDescription") -> dict[str, Any]:
        described = original(self, base_key)
        others = [region for region in _peers(self) if region != self.region_name]
        if others:
            described[base_key]["GlobalTableVersion"] = "2019.11.21"
            described[base_key]["Replicas"] = [{"RegionName": region, "ReplicaStatus": "ACTIVE"} for region in others]
        return described


def _peers(table: Any) -> dict[str, Any]:
    """The tables that are one global table, by region; all of them share this dictionary."""
    return table.__dict__.setdefault("_peers", {table.region_name: table})


def add_replica(table: Any, regions: Any, wanted: dict[str, Any]) -> None:
    """Make a copy of a table in another region, as `ReplicaUpdates` describes it."""
    region = wanted["RegionName"]
    peers = _peers(table)
    # A shallow copy: the items and the indexes stay the same objects in every region.
    replica = copy.copy(table)
    replica.region_name = region
    replica.table_arn = table.table_arn.replace(f":{table.region_name}:", f":{region}:")
    replica.tags = []
    replica.continuous_backups = copy.deepcopy(table.continuous_backups)
    replica.continuous_backups["PointInTimeRecoveryDescription"] = {"PointInTimeRecoveryStatus": "DISABLED"}
    if key := wanted.get("KMSMasterKeyId"):
        replica.sse_specification = (table.sse_specification or {}) | {"Enabled": True, "KMSMasterKeyId": key}
    peers[region] = regions[region].tables[table.name] = replica


def remove_replica(backend: Any, name: str) -> None:
    """Delete a table's copy in one region."""
    replica = backend.tables.pop(name)
    _peers(replica).pop(replica.region_name)
