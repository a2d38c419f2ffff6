"""What measures backups and judges restores, run by the embedded cloud's Step Functions."""

import importlib.util
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from backstay.aws.backup import restore_validation_steps
from backstay.aws.watch import backup_age_steps
from backstay.aws.watch.backup_age_steps import AGE, RESTORE_TEST_AGE, Source, dimensions
from backstay.aws.watch.own_metrics import NAMESPACE
from backstay.sandbox import Sandbox
from backstay.sandbox.accounts import access_key
from backstay.topology import Duration, aws_region
from backstay.topology.backups import Kind
from tests.conftest import require

HERE, PEER = aws_region("us-east-1"), aws_region("eu-west-1")
ACCOUNT, VAULT = "123456789012", "v"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/r"
TABLE = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/t"
PEERS_VAULT = f"arn:aws:backup:eu-west-1:{ACCOUNT}:backup-vault:{VAULT}"
OVERDUE, TEST_OVERDUE = Duration.parse("36h"), Duration.parse("8d")


def at_once(steps: Any) -> Any:
    """The steps without their retries: what fails here does not get better by waiting."""
    if isinstance(steps, Mapping):
        return {key: at_once(value) for key, value in steps.items() if key != "Retry"}
    return [at_once(value) for value in steps] if isinstance(steps, list) else steps


@dataclass(frozen=True)
class Account:
    """An account of the embedded cloud, with a vault in each of two regions."""

    sandbox: Sandbox
    began: datetime = field(default_factory=lambda: datetime.now(UTC))

    def client(self, service: str, region: str = HERE.name) -> Any:
        return boto3.client(
            service,
            region_name=region,
            endpoint_url=self.sandbox.endpoint,
            aws_access_key_id=access_key(ACCOUNT),
            aws_secret_access_key="sandbox",  # noqa: S106 - the emulator takes any
        )

    def run(self, steps: Mapping[str, Any], given: Mapping[str, Any]) -> None:
        """Have the steps done."""
        states = self.client("stepfunctions")
        definition = json.dumps(at_once(steps))
        machine = states.create_state_machine(name="m", roleArn=ROLE, definition=definition)
        run = states.start_execution(stateMachineArn=machine["stateMachineArn"], input=json.dumps(given))
        for _ in range(100):
            time.sleep(0.1)
            if states.describe_execution(executionArn=run["executionArn"])["status"] != "RUNNING":
                break
        history = states.get_execution_history(executionArn=run["executionArn"])["events"]
        assert history[-1]["type"] == "ExecutionSucceeded", [
            str(event) for event in history if "Failed" in event["type"]
        ]

    def metric(self, name: str, of: Mapping[str, str]) -> float:
        """The largest value that was told."""
        found = self.client("cloudwatch").get_metric_statistics(
            Namespace=NAMESPACE,
            MetricName=name,
            Dimensions=[{"Name": key, "Value": value} for key, value in of.items()],
            StartTime=self.began - timedelta(minutes=5),
            EndTime=self.began + timedelta(minutes=5),
            Period=600,
            Statistics=["Maximum"],
        )
        (point,) = found["Datapoints"]
        return point["Maximum"]


@pytest.fixture
def account(emulated_cloud: Sandbox) -> Account:
    require(importlib.util.find_spec("jsonata") is not None, "jsonata-python is not installed")
    emulated_cloud.reset()
    made = Account(emulated_cloud)
    for region in (HERE, PEER):
        made.client("backup", region.name).create_backup_vault(BackupVaultName=VAULT)
    return made


SOURCES = [Source(Kind.TABLE, HERE, None), Source(Kind.TABLE, PEER, PEERS_VAULT), Source(Kind.DATABASE, HERE, None)]


def measure(account: Account) -> None:
    steps = backup_age_steps.steps(
        vault=VAULT, sources=SOURCES, overdue=OVERDUE, plan="arn:plan", test_overdue=TEST_OVERDUE
    )
    account.run(steps, {})


def age(account: Account, kind: Kind, source: Any) -> float:
    return account.metric(AGE, dimensions(VAULT, kind, source))


def test_the_newest_backup_of_each_kind_is_found_and_its_age_told(account: Account) -> None:
    account.client("backup").start_backup_job(BackupVaultName=VAULT, ResourceArn=TABLE, IamRoleArn=ROLE)
    measure(account)
    assert 0 <= age(account, Kind.TABLE, HERE) < 60


def test_what_is_not_backed_up_is_as_old_as_what_is_missing(account: Account) -> None:
    account.client("backup").start_backup_job(BackupVaultName=VAULT, ResourceArn=TABLE, IamRoleArn=ROLE)
    measure(account)
    assert age(account, Kind.DATABASE, HERE) == OVERDUE.seconds
    assert age(account, Kind.TABLE, PEER) == OVERDUE.seconds


def test_a_copy_from_another_region_is_not_taken_for_a_backup_of_this_one(account: Account) -> None:
    there = account.client("backup", PEER.name)
    job = there.start_backup_job(
        BackupVaultName=VAULT, ResourceArn=TABLE.replace("us-east-1", "eu-west-1"), IamRoleArn=ROLE
    )
    there.start_copy_job(
        RecoveryPointArn=job["RecoveryPointArn"],
        SourceBackupVaultName=VAULT,
        DestinationBackupVaultArn=PEERS_VAULT.replace("eu-west-1", "us-east-1"),
        IamRoleArn=ROLE,
    )
    measure(account)
    assert 0 <= age(account, Kind.TABLE, PEER) < 60
    assert age(account, Kind.TABLE, HERE) == OVERDUE.seconds


def test_no_restore_that_was_found_good_is_as_old_as_a_missing_one(account: Account) -> None:
    measure(account)
    assert account.metric(RESTORE_TEST_AGE, {"Vault": VAULT}) == TEST_OVERDUE.seconds


def judge(account: Account, kind: str, arn: str, status: str = "COMPLETED") -> tuple[str | None, float]:
    """What AWS Backup and people are told of a restore."""
    backup = account.client("backup")
    point = backup.start_backup_job(BackupVaultName=VAULT, ResourceArn=arn, IamRoleArn=ROLE)["RecoveryPointArn"]
    job = backup.start_restore_job(RecoveryPointArn=point, Metadata={}, IamRoleArn=ROLE)["RestoreJobId"]
    detail = {"restoreJobId": job, "resourceType": kind, "status": status, "createdResourceArn": arn}
    account.run(restore_validation_steps.steps(VAULT), {"detail": detail})
    judged = backup.describe_restore_job(RestoreJobId=job).get("ValidationStatus")
    return judged, account.metric(restore_validation_steps.FAILED, {"Vault": VAULT})


def make_table(account: Account, *, holds: int) -> str:
    tables = account.client("dynamodb")
    made = tables.create_table(
        TableName="awsbackup-restore-test-1",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for number in range(holds):
        tables.put_item(TableName="awsbackup-restore-test-1", Item={"id": {"S": str(number)}})
    return made["TableDescription"]["TableArn"]


def test_a_restored_table_that_holds_something_is_good(account: Account) -> None:
    assert judge(account, "DynamoDB", make_table(account, holds=2)) == ("SUCCESSFUL", 0)


def test_a_restored_table_that_is_empty_is_not_good(account: Account) -> None:
    assert judge(account, "DynamoDB", make_table(account, holds=0)) == ("FAILED", 1)


def test_a_restored_bucket_that_holds_something_is_good(account: Account) -> None:
    account.client("s3").create_bucket(Bucket="awsbackup-restore-test-1")
    account.client("s3").put_object(Bucket="awsbackup-restore-test-1", Key="weights", Body=b"1")
    assert judge(account, "S3", "arn:aws:s3:::awsbackup-restore-test-1") == ("SUCCESSFUL", 0)


@pytest.mark.parametrize(("encrypted", "verdict"), [(True, ("SUCCESSFUL", 0)), (False, ("FAILED", 1))])
def test_a_restored_database_has_to_be_encrypted(account: Account, encrypted: bool, verdict: tuple[str, float]) -> None:
    made = account.client("rds").create_db_cluster(
        DBClusterIdentifier="awsbackup-restore-test-1",
        Engine="aurora-postgresql",
        MasterUsername="root",
        ManageMasterUserPassword=True,
        StorageEncrypted=encrypted,
    )
    assert judge(account, "Aurora", made["DBCluster"]["DBClusterArn"]) == verdict


def test_what_cannot_be_looked_at_is_not_good(account: Account) -> None:
    assert judge(account, "S3", "arn:aws:s3:::awsbackup-restore-test-gone") == ("FAILED", 1)


def test_a_restore_that_failed_is_told_without_looking(account: Account) -> None:
    assert judge(account, "DynamoDB", TABLE, status="FAILED") == (None, 1)
