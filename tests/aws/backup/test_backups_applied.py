"""Backups and their tests in the embedded cloud, applied by Terraform with the real AWS provider."""

from typing import Any

import pytest
from cdktf import TerraformStack

from backstay.aws.backup.region_backups import RegionBackups
from backstay.aws.keys import Key, KeyUse
from backstay.aws.watch.topics import AlarmTopic
from backstay.terraform import Action, Outcome
from backstay.topology import aws_region
from backstay.topology.backups import BackupSpec, Kind
from backstay.topology.monitoring import MonitoringSpec
from tests.aws.deployment import Deployment
from tests.aws.surroundings import NAMES, REGION

PEER = aws_region("eu-west-1")
KINDS = (Kind.DATABASE, Kind.TABLE, Kind.OBJECTS, Kind.CLUSTER)
SPEC = BackupSpec()


def build(scope: TerraformStack, *, disposable: bool = True) -> None:
    here: dict[str, Any] = {"region": REGION, "names": NAMES}
    backup_key, alarm_key = (
        Key(scope, f"{use}-key", purpose=use, uses={use}, disposable=disposable, **here)
        for use in (KeyUse.BACKUPS, KeyUse.ALARMS)
    )
    told = MonitoringSpec(emails=("oncall@example.com",))
    topic = AlarmTopic(scope, "topic", spec=told, key=alarm_key.outputs, **here).outputs
    RegionBackups(
        scope,
        "backups",
        spec=SPEC,
        kinds=KINDS,
        copy_to=PEER,
        copied_from={PEER: KINDS},
        key=backup_key.outputs,
        topic=topic,
        restore_settings={Kind.DATABASE: {"dbSubnetGroupName": "vector-db"}},
        disposable=disposable,
        **here,
    )


@pytest.mark.sandbox
def test_backups_are_planned_tested_and_watched(deployment: Deployment) -> None:
    deployment.synthesize(build)
    assert deployment.run(Action.APPLY).outcome is Outcome.CHANGED
    assert deployment.run(Action.PLAN).outcome is Outcome.UNCHANGED

    backup = deployment.client("backup")
    (plan,) = backup.list_backup_plans()["BackupPlansList"]
    (rule,) = backup.get_backup_plan(BackupPlanId=plan["BackupPlanId"])["BackupPlan"]["Rules"]
    (copy,) = rule["CopyActions"]
    assert copy["DestinationBackupVaultArn"].split(":")[3] == PEER.name
    names = {alarm["AlarmName"] for alarm in deployment.client("cloudwatch").describe_alarms()["MetricAlarms"]}
    assert NAMES.alarm("backup-database-missing") in names
    assert NAMES.alarm("copy-eu-west-1-cluster-missing") in names

    assert deployment.run(Action.DESTROY).outcome is Outcome.CHANGED
    assert backup.list_backup_vaults()["BackupVaultList"] == []


@pytest.mark.sandbox
def test_a_vault_that_is_kept_is_locked(deployment: Deployment) -> None:
    deployment.synthesize(lambda scope: build(scope, disposable=False))
    assert deployment.run(Action.APPLY).outcome is Outcome.CHANGED
    assert deployment.run(Action.PLAN).outcome is Outcome.UNCHANGED
    (vault,) = deployment.client("backup").list_backup_vaults()["BackupVaultList"]
    assert vault["Locked"] is True
