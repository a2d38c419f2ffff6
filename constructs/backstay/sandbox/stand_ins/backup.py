"""AWS Backup: what is backed up, who may touch a vault, and tests of restoring."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from backstay.sandbox.stand_ins.routing import Service
from backstay.sandbox.stand_ins.state import State, Thing, Things, found, not_found, now, removed

if TYPE_CHECKING:
    from backstay.sandbox.stand_ins.routing import Call

SERVICE = Service("backup", why="moto has plans and vaults, but nothing of selections, policies, backups and restores")


@dataclass
class _Backup:
    selections: Things = field(default_factory=dict)
    policies: Things = field(default_factory=dict)
    notifications: Things = field(default_factory=dict)
    tests: Things = field(default_factory=dict)
    tested: dict[str, Things] = field(default_factory=dict)
    settings: Thing = field(default_factory=dict)


_STATE = State(_Backup)


def _backend(call: Call) -> Any:
    from moto.backup.models import backup_backends

    return backup_backends[call.account][call.region]


@SERVICE.operation("CreateBackupSelection")
def create_backup_selection(call: Call) -> Thing:
    """Store what a plan backs up."""
    if call["BackupPlanId"] not in _backend(call).plans:
        raise not_found(call["BackupPlanId"])
    selection = {
        **call.given("BackupPlanId", "BackupSelection", "CreatorRequestId"),
        "SelectionId": str(uuid.uuid4()),
        "CreationDate": now(),
    }
    _STATE.of(call).selections[selection["SelectionId"]] = selection
    return {key: selection[key] for key in ("SelectionId", "BackupPlanId", "CreationDate")}


@SERVICE.operation("GetBackupSelection")
def get_backup_selection(call: Call) -> Thing:
    """Return what a plan backs up."""
    return found(_STATE.of(call).selections, call["SelectionId"])


@SERVICE.operation("ListBackupSelections")
def list_backup_selections(call: Call) -> Thing:
    """The selections of a plan."""
    selections = [
        {**selection, "SelectionName": selection["BackupSelection"]["SelectionName"]}
        for selection in _STATE.of(call).selections.values()
        if selection["BackupPlanId"] == call["BackupPlanId"]
    ]
    return {"BackupSelectionsList": selections}


@SERVICE.operation("DeleteBackupSelection")
def delete_backup_selection(call: Call) -> Thing:
    """Forget a selection."""
    removed(_STATE.of(call).selections, call["SelectionId"])
    return {}


def _of_vault(call: Call, *parameters: str) -> Thing:
    vault = _backend(call).vaults.get(call["BackupVaultName"])
    if vault is None:
        raise not_found(call["BackupVaultName"])
    return {**call.given("BackupVaultName", *parameters), "BackupVaultArn": vault.backup_vault_arn}


@SERVICE.operation("PutBackupVaultAccessPolicy")
def put_backup_vault_access_policy(call: Call) -> Thing:
    """Store who may touch a vault."""
    _STATE.of(call).policies[call["BackupVaultName"]] = _of_vault(call, "Policy")
    return {}


@SERVICE.operation("GetBackupVaultAccessPolicy")
def get_backup_vault_access_policy(call: Call) -> Thing:
    """Return who may touch a vault."""
    return found(_STATE.of(call).policies, call["BackupVaultName"])


@SERVICE.operation("DeleteBackupVaultAccessPolicy")
def delete_backup_vault_access_policy(call: Call) -> Thing:
    """Forget who may touch a vault."""
    removed(_STATE.of(call).policies, call["BackupVaultName"])
    return {}


@SERVICE.operation("PutBackupVaultNotifications")
def put_backup_vault_notifications(call: Call) -> Thing:
    """Store who hears of a vault's events."""
    of_vault = _of_vault(call, "SNSTopicArn", "BackupVaultEvents")
    _STATE.of(call).notifications[call["BackupVaultName"]] = of_vault
    return {}


@SERVICE.operation("GetBackupVaultNotifications")
def get_backup_vault_notifications(call: Call) -> Thing:
    """Return who hears of a vault's events."""
    return found(_STATE.of(call).notifications, call["BackupVaultName"])


@SERVICE.operation("DeleteBackupVaultNotifications")
def delete_backup_vault_notifications(call: Call) -> Thing:
    """Tell nobody of a vault's events any more."""
    removed(_STATE.of(call).notifications, call["BackupVaultName"])
    return {}


_TEST_KEYS = ("RestoreTestingPlanName", "RestoreTestingPlanArn", "CreationTime")


@SERVICE.operation("CreateRestoreTestingPlan")
def create_restore_testing_plan(call: Call) -> Thing:
    """Store a plan for testing that what is backed up can be restored."""
    name = call["RestoreTestingPlan"]["RestoreTestingPlanName"]
    # The random part that AWS adds keeps the names of recreated plans apart.
    arn = f"arn:aws:backup:{call.region}:{call.account}:restore-testing-plan:{name}-{uuid.uuid4()}"
    plan = {
        "StartWindowHours": 24,
        **call["RestoreTestingPlan"],
        "RestoreTestingPlanArn": arn,
        "CreationTime": now(),
    }
    plan["RecoveryPointSelection"] = {"ExcludeVaults": [], **plan["RecoveryPointSelection"]}
    _STATE.of(call).tests[name] = plan
    _backend(call).tagger.tag_resource(
        arn, [{"Key": key, "Value": value} for key, value in call.parameters.get("Tags", {}).items()]
    )
    return {key: plan[key] for key in _TEST_KEYS}


@SERVICE.operation("GetRestoreTestingPlan")
def get_restore_testing_plan(call: Call) -> Thing:
    """Return a plan for testing."""
    return {"RestoreTestingPlan": found(_STATE.of(call).tests, call["RestoreTestingPlanName"])}


@SERVICE.operation("UpdateRestoreTestingPlan")
def update_restore_testing_plan(call: Call) -> Thing:
    """Change a plan for testing."""
    plan = found(_STATE.of(call).tests, call["RestoreTestingPlanName"])
    plan |= call["RestoreTestingPlan"] | {"LastUpdateTime": now()}
    return {key: plan[key] for key in _TEST_KEYS} | {"UpdateTime": plan["LastUpdateTime"]}


@SERVICE.operation("DeleteRestoreTestingPlan")
def delete_restore_testing_plan(call: Call) -> Thing:
    """Forget a plan for testing and its selections."""
    removed(_STATE.of(call).tests, call["RestoreTestingPlanName"])
    _STATE.of(call).tested.pop(call["RestoreTestingPlanName"], None)
    return {}


_TESTED_KEYS = ("RestoreTestingPlanName", "RestoreTestingSelectionName", "CreationTime")


@SERVICE.operation("CreateRestoreTestingSelection")
def create_restore_testing_selection(call: Call) -> Thing:
    """Store what a plan tests."""
    plan = found(_STATE.of(call).tests, call["RestoreTestingPlanName"])
    selection = {
        "ValidationWindowHours": 0,
        "RestoreMetadataOverrides": {},
        **call["RestoreTestingSelection"],
        "RestoreTestingPlanName": call["RestoreTestingPlanName"],
        "CreationTime": now(),
    }
    tested = _STATE.of(call).tested.setdefault(call["RestoreTestingPlanName"], {})
    tested[selection["RestoreTestingSelectionName"]] = selection
    return {key: selection[key] for key in _TESTED_KEYS} | {"RestoreTestingPlanArn": plan["RestoreTestingPlanArn"]}


def _tested(call: Call) -> Things:
    return _STATE.of(call).tested.get(call["RestoreTestingPlanName"], {})


@SERVICE.operation("GetRestoreTestingSelection")
def get_restore_testing_selection(call: Call) -> Thing:
    """Return what a plan tests."""
    return {"RestoreTestingSelection": found(_tested(call), call["RestoreTestingSelectionName"])}


@SERVICE.operation("UpdateRestoreTestingSelection")
def update_restore_testing_selection(call: Call) -> Thing:
    """Change what a plan tests."""
    selection = found(_tested(call), call["RestoreTestingSelectionName"])
    selection |= call["RestoreTestingSelection"]
    plan = found(_STATE.of(call).tests, call["RestoreTestingPlanName"])
    return {
        **{key: selection[key] for key in _TESTED_KEYS},
        "RestoreTestingPlanArn": plan["RestoreTestingPlanArn"],
        "UpdateTime": now(),
    }


@SERVICE.operation("DeleteRestoreTestingSelection")
def delete_restore_testing_selection(call: Call) -> Thing:
    """Test something no longer."""
    removed(_tested(call), call["RestoreTestingSelectionName"])
    return {}


@SERVICE.operation("UpdateRegionSettings")
def update_region_settings(call: Call) -> Thing:
    """Store which kinds of resource are backed up in a region."""
    _STATE.of(call).settings |= call.given("ResourceTypeOptInPreference", "ResourceTypeManagementPreference")
    return {}


@SERVICE.operation("DescribeRegionSettings")
def describe_region_settings(call: Call) -> Thing:
    """Return which kinds of resource are backed up in a region."""
    return _STATE.of(call).settings
