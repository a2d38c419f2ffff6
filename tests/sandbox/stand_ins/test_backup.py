"""What moto lacks of AWS Backup."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})


def with_vault(cloud: Cloud) -> Any:
    """A client of an account with one vault, `v`."""
    backup = cloud.client("backup")
    backup.create_backup_vault(BackupVaultName="v")
    return backup


def test_selection_lives_and_dies(corrects) -> None:
    def life(cloud: Cloud) -> tuple[object, ...]:
        backup = with_vault(cloud)
        rule = {"RuleName": "daily", "TargetBackupVaultName": "v"}
        plan = backup.create_backup_plan(BackupPlan={"BackupPlanName": "p", "Rules": [rule]})["BackupPlanId"]
        wanted = {"SelectionName": "s", "IamRoleArn": "arn:aws:iam::123456789012:role/r", "Resources": ["*"]}
        id_ = backup.create_backup_selection(BackupPlanId=plan, BackupSelection=wanted)["SelectionId"]
        one = {"BackupPlanId": plan, "SelectionId": id_}
        stored = backup.get_backup_selection(**one)["BackupSelection"]
        listed = backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"]
        backup.delete_backup_selection(**one)
        left = backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"]
        return stored == wanted, [selection["SelectionName"] for selection in listed], left

    corrects(life, (True, ["s"], []))


def test_vault_has_a_policy_until_it_is_deleted(corrects) -> None:
    def life(cloud: Cloud) -> tuple[object, ...]:
        backup = with_vault(cloud)
        backup.put_backup_vault_access_policy(BackupVaultName="v", Policy=POLICY)
        stored = backup.get_backup_vault_access_policy(BackupVaultName="v")
        backup.delete_backup_vault_access_policy(BackupVaultName="v")
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            backup.get_backup_vault_access_policy(BackupVaultName="v")
        return stored["Policy"], stored["BackupVaultArn"].rpartition(":")[2]

    corrects(life, (POLICY, "v"))


def test_vault_tells_of_its_events(corrects) -> None:
    def life(cloud: Cloud) -> list[str]:
        backup = with_vault(cloud)
        topic = f"arn:aws:sns:eu-west-1:{cloud.account}:t"
        backup.put_backup_vault_notifications(
            BackupVaultName="v", SNSTopicArn=topic, BackupVaultEvents=["BACKUP_JOB_FAILED"]
        )
        events = backup.get_backup_vault_notifications(BackupVaultName="v")["BackupVaultEvents"]
        backup.delete_backup_vault_notifications(BackupVaultName="v")
        return events

    corrects(life, ["BACKUP_JOB_FAILED"])


def test_restoring_is_tested_by_a_plan_and_its_selections(corrects) -> None:
    def life(cloud: Cloud) -> tuple[object, ...]:
        backup = cloud.client("backup")
        points = {
            "Algorithm": "LATEST_WITHIN_WINDOW",
            "IncludeVaults": ["*"],
            "RecoveryPointTypes": ["SNAPSHOT"],
        }
        plan = {"RestoreTestingPlanName": "p"}
        schedule = {"ScheduleExpression": "cron(0 5 ? * * *)", "RecoveryPointSelection": points}
        made = backup.create_restore_testing_plan(RestoreTestingPlan=plan | schedule, Tags={"a": "1"})
        backup.update_restore_testing_plan(**plan, RestoreTestingPlan=schedule | {"StartWindowHours": 2})
        role = f"arn:aws:iam::{cloud.account}:role/r"
        selection = {"RestoreTestingSelectionName": "s", "ProtectedResourceType": "DynamoDB", "IamRoleArn": role}
        backup.create_restore_testing_selection(**plan, RestoreTestingSelection=selection)
        stored = backup.get_restore_testing_selection(**plan, RestoreTestingSelectionName="s")
        backup.update_restore_testing_selection(
            **plan, RestoreTestingSelectionName="s", RestoreTestingSelection={"ValidationWindowHours": 3}
        )
        changed = backup.get_restore_testing_selection(**plan, RestoreTestingSelectionName="s")
        backup.delete_restore_testing_selection(**plan, RestoreTestingSelectionName="s")
        found = backup.get_restore_testing_plan(**plan)["RestoreTestingPlan"]
        tags = backup.list_tags(ResourceArn=made["RestoreTestingPlanArn"])["Tags"]
        backup.delete_restore_testing_plan(**plan)
        with pytest.raises(ClientError, match="ResourceNotFoundException"):
            backup.get_restore_testing_plan(**plan)
        return (
            found["StartWindowHours"],
            tags,
            stored["RestoreTestingSelection"]["ProtectedResourceType"],
            changed["RestoreTestingSelection"]["ValidationWindowHours"],
        )

    corrects(life, (2, {"a": "1"}, "DynamoDB", 3))


def test_region_says_what_it_backs_up(corrects) -> None:
    def preference(cloud: Cloud) -> dict[str, bool]:
        backup = cloud.client("backup")
        backup.update_region_settings(ResourceTypeOptInPreference={"DynamoDB": True})
        return backup.describe_region_settings()["ResourceTypeOptInPreference"]

    corrects(preference, {"DynamoDB": True})


def test_selection_for_no_plan_is_refused(cloud: Cloud) -> None:
    selection = {"SelectionName": "s", "IamRoleArn": "arn:aws:iam::123456789012:role/r"}
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        cloud.client("backup").create_backup_selection(BackupPlanId="none", BackupSelection=selection)
