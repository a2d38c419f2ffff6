"""What moto lacks of backups that were made, copied and restored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/t"
ROLE = "arn:aws:iam::123456789012:role/r"


def backed_up(cloud: Cloud, resource: str = TABLE) -> tuple[Any, str]:
    """A client of an account with one vault, `v`, and a backup in it."""
    backup = cloud.client("backup")
    backup.create_backup_vault(BackupVaultName="v")
    job = backup.start_backup_job(BackupVaultName="v", ResourceArn=resource, IamRoleArn=ROLE)
    return backup, job["RecoveryPointArn"]


def test_a_backup_can_be_found_by_what_it_is_of(corrects) -> None:
    def life(cloud: Cloud) -> tuple[object, ...]:
        backup, arn = backed_up(cloud)

        def points(**of: str) -> list[str]:
            listed = backup.list_recovery_points_by_backup_vault(BackupVaultName="v", **of)["RecoveryPoints"]
            return [point["RecoveryPointArn"] for point in listed]

        return points(ByResourceType="DynamoDB") == [arn], points(ByResourceType="Aurora")

    corrects(life, (True, []))


def test_a_copy_is_in_the_other_regions_vault_and_says_where_it_is_from(corrects) -> None:
    def life(cloud: Cloud) -> tuple[str, str]:
        backup, arn = backed_up(cloud)
        there = cloud.client("backup", "us-east-1")
        vault = there.create_backup_vault(BackupVaultName="v")["BackupVaultArn"]
        backup.start_copy_job(
            RecoveryPointArn=arn, SourceBackupVaultName="v", DestinationBackupVaultArn=vault, IamRoleArn=ROLE
        )
        (copy,) = there.list_recovery_points_by_backup_vault(BackupVaultName="v")["RecoveryPoints"]
        return copy["ResourceArn"], copy["SourceBackupVaultArn"].split(":")[3]

    corrects(life, (TABLE, "eu-west-1"))


def test_a_restore_is_judged(corrects) -> None:
    def life(cloud: Cloud) -> tuple[object, ...]:
        backup, arn = backed_up(cloud)
        job = backup.start_restore_job(RecoveryPointArn=arn, Metadata={}, IamRoleArn=ROLE)["RestoreJobId"]
        backup.put_restore_validation_result(RestoreJobId=job, ValidationStatus="SUCCESSFUL")
        listed = backup.list_restore_jobs(ByStatus="COMPLETED")["RestoreJobs"]
        of_a_plan = backup.list_restore_jobs(ByRestoreTestingPlanArn="arn:plan")["RestoreJobs"]
        judged = backup.describe_restore_job(RestoreJobId=job)["ValidationStatus"]
        return [found["RestoreJobId"] for found in listed] == [job], of_a_plan, judged

    corrects(life, (True, [], "SUCCESSFUL"))


def test_nothing_is_backed_up_into_a_vault_that_is_not_there(corrects) -> None:
    def life(cloud: Cloud) -> str:
        with pytest.raises(ClientError) as refused:
            cloud.client("backup").start_backup_job(BackupVaultName="v", ResourceArn=TABLE, IamRoleArn=ROLE)
        return refused.value.response["Error"]["Code"]

    corrects(life, "ResourceNotFoundException")
