"""Backups and their tests in the embedded cloud, applied by Terraform with the real AWS provider."""

from typing import Any

import pytest
from cdktf import TerraformStack

from backstay.aws.backup_ages import BackupAges
from backstay.aws.backup_vault import BackupVault
from backstay.aws.backups import Backups
from backstay.aws.keys import Key, KeyUse
from backstay.aws.restore_test import RestoreTest
from backstay.aws.restore_validation import RestoreValidation
from backstay.aws.topics import AlarmTopic
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
    vault = BackupVault(scope, "vault", spec=SPEC, names=NAMES, key=backup_key.outputs, disposable=disposable).outputs
    Backups(scope, "backups", spec=SPEC, kinds=KINDS, vault=vault, copy_to=PEER, **here)
    test = RestoreTest(
        scope,
        "restore-test",
        spec=SPEC,
        kinds=KINDS,
        vault=vault,
        settings={Kind.DATABASE: {"dbSubnetGroupName": "vector-db"}},
        **here,
    )
    watching = {"restore_testing_plan": test.plan.arn, "vault": vault, "topic": topic, **here}
    RestoreValidation(scope, "restore-validation", **watching)
    BackupAges(scope, "backup-ages", spec=SPEC, kinds=KINDS, copied_from=[(PEER, KINDS)], **watching)


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
