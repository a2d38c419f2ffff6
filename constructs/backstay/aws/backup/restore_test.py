"""Proof that a region's backups can be restored."""

from collections.abc import Collection, Mapping

from cdktf_cdktf_provider_aws.backup_restore_testing_plan import (
    BackupRestoreTestingPlan,
    BackupRestoreTestingPlanRecoveryPointSelection,
)
from cdktf_cdktf_provider_aws.backup_restore_testing_selection import BackupRestoreTestingSelection
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from backstay.aws.backup.backups import SERVICE
from backstay.aws.policy import trust
from backstay.aws.role import Role
from backstay.outputs import VaultOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.backups import BackupSpec, Kind

# In the morning after a night's backup, in UTC.
_SCHEDULES = {
    "daily": "cron(0 9 * * ? *)",
    "weekly": "cron(0 9 ? * MON *)",
    "monthly": "cron(0 9 1 * ? *)",
}
_START_WINDOW_HOURS = 4
# What has been restored stays for as long, and is then deleted by AWS Backup.
_VALIDATION_HOURS = 4

TESTABLE = (Kind.DATABASE, Kind.TABLE, Kind.OBJECTS)
"""The kinds that AWS restores for a test; it does not do so with clusters
(https://docs.aws.amazon.com/aws-backup/latest/devguide/API_RestoreTestingSelectionForCreate.html)."""

_RESTORE = "service-role/AWSBackupServiceRolePolicyForRestores"
_RESTORE_OF_OBJECTS = "AWSBackupServiceRolePolicyForS3Restore"


class RestoreTest(Construct):
    """Restore the newest backup of everything in a region's vault from time to time, also those copied from elsewhere.

    `RestoreValidation` looks at what was restored and passes judgement; AWS Backup then deletes it.

    Survives: the loss of every other region: what they copied here is still tested here.
    Does not survive: the loss of its region. A cluster's backup is not restored, since AWS offers no test of those.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: BackupSpec,
        kinds: Collection[Kind],
        region: CloudRegion,
        names: Names,
        vault: VaultOutputs,
        settings: Mapping[Kind, Mapping[str, str]] | None = None,
    ) -> None:
        """Make the plan, what it restores, and as whom.

        Args:
            scope: where it belongs.
            id_: its id there.
            spec: how often.
            kinds: the kinds of data that there are backups of in the vault.
            region: the region.
            names: the environment's names.
            vault: where backups are kept.
            settings: what AWS Backup cannot guess, by kind: a database asks for `dbSubnetGroupName` where the account
                has no default network
                (https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing-inferred-metadata.html).

        Raises:
            ValueError: when none of the kinds can be tested.
        """
        super().__init__(scope, id_)
        tested = [kind for kind in TESTABLE if kind in kinds]
        if not tested:
            raise ValueError(
                f"restoring cannot be tested in {region}: it has {', '.join(kinds) or 'no backups'}, and AWS Backup "
                f"tests {', '.join(TESTABLE)}; leave the test out"
            )
        partition = DataAwsPartition(self, "partition").partition
        self.role = Role(self, "role", name=names.role("restore-test", region), assume_role_policy=trust(SERVICE))
        policies = [_RESTORE, *([_RESTORE_OF_OBJECTS] if Kind.OBJECTS in tested else [])]
        self.policies = [
            IamRolePolicyAttachment(
                self,
                f"policy-{number}",
                role=self.role.name,
                policy_arn=f"arn:{partition}:iam::aws:policy/{policy}",
            )
            for number, policy in enumerate(policies)
        ]
        self.plan = BackupRestoreTestingPlan(
            self,
            "plan",
            # AWS allows no hyphens here.
            name=names.resource("restores", limit=50).replace("-", "_"),
            schedule_expression=_SCHEDULES[spec.restore_test],
            schedule_expression_timezone="Etc/UTC",
            start_window_hours=_START_WINDOW_HOURS,
            recovery_point_selection=[
                BackupRestoreTestingPlanRecoveryPointSelection(
                    algorithm="LATEST_WITHIN_WINDOW",
                    include_vaults=[vault.id],
                    recovery_point_types=["SNAPSHOT"],
                    selection_window_days=-(-spec.overdue.seconds // 86_400),
                )
            ],
        )
        self.selections = [
            BackupRestoreTestingSelection(
                self,
                kind.name.lower(),
                name=kind.name.lower(),
                restore_testing_plan_name=self.plan.name,
                protected_resource_type=kind,
                # Everything in the vault, which holds backups of this environment only.
                protected_resource_arns=["*"],
                iam_role_arn=self.role.arn,
                restore_metadata_overrides=dict(settings[kind]) if settings and kind in settings else None,
                validation_window_hours=_VALIDATION_HOURS,
                depends_on=self.policies,
            )
            for kind in tested
        ]
