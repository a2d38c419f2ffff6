"""AWS Backup: backups, copies and restores, as far as that they were asked for; no data is behind them."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from backstay.sandbox.stand_ins.backup import SERVICE
from backstay.sandbox.stand_ins.routing import Call
from backstay.sandbox.stand_ins.state import State, Thing, Things, found, not_found, now

if TYPE_CHECKING:
    from collections.abc import Mapping

# What AWS Backup calls a resource, by the service that its ARN names.
_TYPES = {"dynamodb": "DynamoDB", "ec2": "EBS", "eks": "EKS", "rds": "Aurora", "s3": "S3"}


@dataclass
class _Kept:
    points: dict[str, Things] = field(default_factory=dict)
    """Recovery points by vault, and then by their ARN."""
    restores: Things = field(default_factory=dict)


_STATE = State(_Kept)


def _vault_arn(call: Call, name: str) -> str:
    from moto.backup.models import backup_backends

    vault = backup_backends[call.account][call.region].vaults.get(name)
    if vault is None:
        raise not_found(name)
    return vault.backup_vault_arn


def _keep(call: Call, vault: str, **about: str) -> Thing:
    point: Thing = {
        "RecoveryPointArn": f"arn:aws:backup:{call.region}:{call.account}:recovery-point:{uuid.uuid4()}",
        "BackupVaultName": vault,
        "BackupVaultArn": _vault_arn(call, vault),
        "ResourceType": _TYPES.get(about["ResourceArn"].split(":")[2], ""),
        "Status": "COMPLETED",
        "CreationDate": now(),
        "CompletionDate": now(),
        **about,
    }
    _STATE.of(call).points.setdefault(vault, {})[point["RecoveryPointArn"]] = point
    return point


@SERVICE.operation("StartBackupJob")
def start_backup_job(call: Call) -> Thing:
    """Note a backup, which is done at once."""
    point = _keep(call, call["BackupVaultName"], ResourceArn=call["ResourceArn"])
    return {
        "BackupJobId": str(uuid.uuid4()),
        "RecoveryPointArn": point["RecoveryPointArn"],
        "CreationDate": point["CreationDate"],
    }


@SERVICE.operation("StartCopyJob")
def start_copy_job(call: Call) -> Thing:
    """Note a copy in another vault, be it in another region."""
    source = call["SourceBackupVaultName"]
    point = found(_STATE.of(call).points.get(source, {}), call["RecoveryPointArn"])
    _, _, _, region, account, _, vault = call["DestinationBackupVaultArn"].split(":")
    there = Call(account, region, {})
    copy = _keep(there, vault, ResourceArn=point["ResourceArn"], SourceBackupVaultArn=_vault_arn(call, source))
    return {"CopyJobId": str(uuid.uuid4()), "CreationDate": copy["CreationDate"]}


@SERVICE.operation("ListRecoveryPointsByBackupVault")
def list_recovery_points_by_backup_vault(call: Call) -> Thing:
    """What can be restored from a vault."""
    _vault_arn(call, call["BackupVaultName"])
    points = _STATE.of(call).points.get(call["BackupVaultName"], {}).values()
    wanted = _wanted(call.parameters, ByResourceType="ResourceType", ByResourceArn="ResourceArn")
    return {"RecoveryPoints": [point for point in points if wanted.items() <= point.items()]}


@SERVICE.operation("StartRestoreJob")
def start_restore_job(call: Call) -> Thing:
    """Note a restore, which is done at once."""
    job = {
        "RestoreJobId": str(uuid.uuid4()),
        "Status": "COMPLETED",
        "CreationDate": now(),
        "CompletionDate": now(),
        **call.given("RecoveryPointArn", "IamRoleArn", "ResourceType"),
    }
    _STATE.of(call).restores[job["RestoreJobId"]] = job
    return {"RestoreJobId": job["RestoreJobId"]}


@SERVICE.operation("ListRestoreJobs")
def list_restore_jobs(call: Call) -> Thing:
    """Restores; none of them was started by a plan for testing, since nothing here runs plans."""
    wanted = _wanted(call.parameters, ByStatus="Status", ByResourceType="ResourceType")
    is_of_a_plan = "ByRestoreTestingPlanArn" in call.parameters
    jobs = [] if is_of_a_plan else _STATE.of(call).restores.values()
    return {"RestoreJobs": [job for job in jobs if wanted.items() <= job.items()]}


@SERVICE.operation("DescribeRestoreJob")
def describe_restore_job(call: Call) -> Thing:
    """Return a restore."""
    return found(_STATE.of(call).restores, call["RestoreJobId"])


@SERVICE.operation("PutRestoreValidationResult")
def put_restore_validation_result(call: Call) -> Thing:
    """Store whether what was restored is good."""
    job = found(_STATE.of(call).restores, call["RestoreJobId"])
    job |= call.given("ValidationStatus", "ValidationStatusMessage")
    return {}


def _wanted(parameters: Mapping[str, str], **filters: str) -> dict[str, str]:
    return {key: parameters[name] for name, key in filters.items() if name in parameters}
