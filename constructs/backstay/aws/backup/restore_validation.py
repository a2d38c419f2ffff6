"""Who looks at a restored backup and says whether it is good."""

from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from constructs import Construct

from backstay.aws.backup.backups import RESTORED
from backstay.aws.backup.restore_validation_steps import FAILED, steps
from backstay.aws.policy import allow
from backstay.aws.triggered_steps import TriggeredSteps
from backstay.aws.watch.alarm import Condition, Metric, alarm
from backstay.aws.watch.own_metrics import METRICS, NAMESPACE
from backstay.outputs import TopicOutputs, VaultOutputs
from backstay.topology import CloudRegion, Names


class RestoreValidation(Construct):
    """Look at each backup that a test has restored, judge it, and tell people when it is not good.

    A database has to be available and encrypted, a table and a bucket have to hold something. So an empty one is taken
    for a failure, and what is in them is not compared with anything: add checks of the service's own for that, which
    can judge the same restore through `backup:PutRestoreValidationResult` before it is deleted.

    Survives: the loss of every other region.
    Does not survive: the loss of its region.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        restore_testing_plan: str,
        region: CloudRegion,
        names: Names,
        vault: VaultOutputs,
        topic: TopicOutputs,
    ) -> None:
        """Make what looks, and the alarm.

        Args:
            scope: where it belongs.
            id_: its id there.
            restore_testing_plan: the ARN of the plan by which restoring is tested.
            region: the region.
            names: the environment's names.
            vault: where the backups are kept.
            topic: who is told.
        """
        super().__init__(scope, id_)
        account = DataAwsCallerIdentity(self, "account").account_id
        partition = DataAwsPartition(self, "partition").partition
        here = f"{region}:{account}"
        self.judgement = TriggeredSteps(
            self,
            "judgement",
            purpose="restore-validation",
            steps=steps(vault.name),
            rights=[
                allow(["rds:DescribeDBClusters"], [f"arn:{partition}:rds:{here}:cluster:{RESTORED}"]),
                allow(["dynamodb:Scan"], [f"arn:{partition}:dynamodb:{here}:table/{RESTORED}"]),
                allow(["s3:ListBucket"], [f"arn:{partition}:s3:::{RESTORED}"]),
                # It has no resources to name.
                allow(["backup:PutRestoreValidationResult"], ["*"]),
                METRICS,
            ],
            region=region,
            names=names,
            events={
                "source": ["aws.backup"],
                "detail-type": ["Restore Job State Change"],
                "detail": {
                    "restoreTestingPlanArn": [restore_testing_plan],
                    "status": ["ABORTED", "COMPLETED", "FAILED"],
                },
            },
        )
        self.watched = (
            Condition(
                purpose="restore-failed",
                says="a backup could not be restored, or what came of it was not good",
                metrics={"failed": Metric(NAMESPACE, FAILED, {"Vault": vault.name}, "Maximum")},
                comparison=">",
                threshold=0,
                seconds=3_600,
                periods=1,
                missing="ignore",
            ),
        )
        self.alarms = [alarm(self, condition, names=names, topic=topic) for condition in self.watched]
