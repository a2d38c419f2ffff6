"""What of a region is backed up, when, and where to."""

from collections.abc import Collection, Mapping

from cdktf_cdktf_provider_aws.backup_plan import (
    BackupPlan,
    BackupPlanRule,
    BackupPlanRuleCopyAction,
    BackupPlanRuleCopyActionLifecycle,
    BackupPlanRuleLifecycle,
)
from cdktf_cdktf_provider_aws.backup_selection import (
    BackupSelection,
    BackupSelectionCondition,
    BackupSelectionConditionStringEquals,
)
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.iam_role_policy_attachment import IamRolePolicyAttachment
from constructs import Construct

from backstay.aws.policy import trust
from backstay.aws.role import Role
from backstay.outputs import VaultOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.backups import BACKED_UP, RUN_HOURS, START_HOURS, BackupSpec, Kind

SERVICE = "backup.amazonaws.com"
# What AWS calls whatever it restores for a test; it carries the tags of its source.
RESTORED = "awsbackup-restore-test-*"

_MINUTES, _DAY = 60, 86_400

# Named by type: what is only tagged, AWS Backup leaves out where the account has not opted in to its type.
# Aurora shares its type with RDS and has to be opted in to nevertheless, as it is in new accounts
# (https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources-json.html).
_TYPES: Mapping[Kind, str] = {
    Kind.DATABASE: "rds:{here}:cluster:",
    Kind.TABLE: "dynamodb:{here}:table/",
    Kind.OBJECTS: "s3:::",
    Kind.CLUSTER: "eks:{here}:cluster/",
}

# AWS's own, which it extends when a type of resource asks for more
# (https://docs.aws.amazon.com/aws-backup/latest/devguide/security-iam-awsmanpol.html).
_BACKUP = "service-role/AWSBackupServiceRolePolicyForBackup"
_BACKUP_OF_OBJECTS = "AWSBackupServiceRolePolicyForS3Backup"


class Backups(Construct):
    """Back up whatever a region's data is tagged to be, and copy it to another region.

    A cluster's backup holds its Kubernetes objects and the volumes that they claim; not the machines, nor images.

    Survives: the deletion or corruption of data, in this region and in its replicas; with copies, the loss of this
    region and of its key.
    Does not survive: what was written since the last backup. A failover does not wait for backups: replicas are for
    that.
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
        copy_to: CloudRegion | None = None,
    ) -> None:
        """Make the plan, what it applies to, and as whom.

        Args:
            scope: where it belongs.
            id_: its id there.
            spec: when, and for how long.
            kinds: the kinds of data that the region holds.
            region: the region.
            names: the environment's names.
            vault: where backups are kept.
            copy_to: the region whose vault gets a copy, unless the specification says that it stays here.

        Raises:
            ValueError: when the region holds nothing that can be backed up.
        """
        super().__init__(scope, id_)
        if not kinds:
            raise ValueError(f"region {region} holds nothing that can be backed up; leave its backups out")
        self._account = DataAwsCallerIdentity(self, "account").account_id
        self._partition = DataAwsPartition(self, "partition").partition
        name = names.resource("backups", limit=50)
        self.role = Role(self, "role", name=names.role("backups", region), assume_role_policy=trust(SERVICE))
        policies = [_BACKUP, *([_BACKUP_OF_OBJECTS] if Kind.OBJECTS in kinds else [])]
        self.policies = [
            IamRolePolicyAttachment(
                self,
                f"policy-{number}",
                role=self.role.name,
                policy_arn=f"arn:{self._partition}:iam::aws:policy/{policy}",
            )
            for number, policy in enumerate(policies)
        ]
        copied = copy_to if spec.stays_in_region is None else None
        self.plan = BackupPlan(self, "plan", name=name, rule=[self._rule(spec, vault, copied)])
        tags = {**BACKED_UP, "Environment": names.environment}
        self.selection = BackupSelection(
            self,
            "selection",
            name=name,
            plan_id=self.plan.id,
            iam_role_arn=self.role.arn,
            resources=[f"{self._arn(kind, region)}*" for kind in kinds],
            not_resources=[f"{self._arn(kind, region)}{RESTORED}" for kind in kinds],
            condition=[
                BackupSelectionCondition(
                    string_equals=[
                        BackupSelectionConditionStringEquals(key=f"aws:ResourceTag/{key}", value=value)
                        for key, value in tags.items()
                    ]
                )
            ],
            depends_on=self.policies,
        )

    def _rule(self, spec: BackupSpec, vault: VaultOutputs, copy_to: CloudRegion | None) -> BackupPlanRule:
        days = spec.keep.seconds // _DAY
        # Vaults have the same name in every region, so the other one's ARN is known without looking there.
        copies = (
            [f"arn:{self._partition}:backup:{copy_to}:{self._account}:backup-vault:{vault.name}"] if copy_to else []
        )
        return BackupPlanRule(
            rule_name="backups",
            target_vault_name=vault.name,
            schedule=_schedule(spec),
            schedule_expression_timezone="Etc/UTC",
            start_window=START_HOURS * _MINUTES,
            completion_window=RUN_HOURS * _MINUTES,
            lifecycle=BackupPlanRuleLifecycle(delete_after=days),
            copy_action=[
                BackupPlanRuleCopyAction(
                    destination_vault_arn=copy, lifecycle=BackupPlanRuleCopyActionLifecycle(delete_after=days)
                )
                for copy in copies
            ]
            or None,
        )

    def _arn(self, kind: Kind, region: CloudRegion) -> str:
        return f"arn:{self._partition}:{_TYPES[kind].format(here=f'{region}:{self._account}')}"


def _schedule(spec: BackupSpec) -> str:
    hours = spec.every.seconds // 3_600
    return f"cron(0 {spec.hour % hours}/{hours} * * ? *)"
