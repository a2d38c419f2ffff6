"""How old the newest backup is from which something can be restored."""

from collections.abc import Collection, Mapping, Sequence

from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from constructs import Construct

from backstay.aws.policy import allow
from backstay.aws.triggered_steps import TriggeredSteps
from backstay.aws.watch.alarm import Condition, Metric, alarm
from backstay.aws.watch.backup_age_steps import AGE, RESTORE_TEST_AGE, Source, dimensions, steps
from backstay.aws.watch.own_metrics import METRICS, NAMESPACE
from backstay.outputs import TopicOutputs, VaultOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.backups import BackupSpec, Kind

_HOUR = 3_600


class BackupAges(Construct):
    """Measure each hour how old the newest backups in a region's vault are, and tell people when one is missing.

    It looks into the vault instead of counting jobs, so that it knows of the copies from other regions, too, when the
    regions that made them are gone: their age is what a restore would lose. A kind that is not backed up at all, for
    want of a tag or of an opt-in, is as old as a missing one. Nothing older is looked for. So a new environment has
    its alarms on until the first backups are made, and the first one was restored.

    Survives: the loss of every other region. A measurement that fails is told as a missing backup.
    Does not survive: the loss of its region.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: BackupSpec,
        kinds: Collection[Kind],
        copied_from: Mapping[CloudRegion, Collection[Kind]],
        restore_testing_plan: str | None,
        region: CloudRegion,
        names: Names,
        vault: VaultOutputs,
        topic: TopicOutputs,
    ) -> None:
        """Make what measures, and the alarms.

        Args:
            scope: where it belongs.
            id_: its id there.
            spec: how old a backup may be.
            kinds: the kinds of data that the region holds.
            copied_from: the regions that copy their backups here, and the kinds of data that they hold.
            restore_testing_plan: the ARN of the plan by which restoring is tested; None where it cannot be.
            region: the region.
            names: the environment's names.
            vault: where backups are kept.
            topic: who is told.
        """
        super().__init__(scope, id_)
        account = DataAwsCallerIdentity(self, "account").account_id
        partition = DataAwsPartition(self, "partition").partition
        self._vault, self._spec = vault, spec
        copied = {
            source: f"arn:{partition}:backup:{source}:{account}:backup-vault:{vault.name}" for source in copied_from
        }
        held = {region: kinds, **copied_from}
        sources = [Source(kind, place, copied.get(place)) for place, some in held.items() for kind in some]
        self.measurement = TriggeredSteps(
            self,
            "measurement",
            purpose="backup-ages",
            steps=steps(
                vault=vault.name,
                sources=sources,
                overdue=spec.overdue,
                plan=restore_testing_plan,
                test_overdue=spec.restore_test_overdue,
            ),
            rights=[
                allow(["backup:ListRecoveryPointsByBackupVault"], [vault.id]),
                # It has no resources to name.
                allow(["backup:ListRestoreJobs"], ["*"]),
                METRICS,
            ],
            region=region,
            names=names,
            schedule="rate(1 hour)",
        )
        self.watched: Sequence[Condition] = (
            *(self._missing(source) for source in sources),
            *([self._untested()] if restore_testing_plan else []),
        )
        self.alarms = [alarm(self, condition, names=names, topic=topic) for condition in self.watched]

    def _missing(self, source: Source) -> Condition:
        what, kind = ("copy" if source.vault else "backup"), source.kind
        name = f"{what}-{source.region}" if source.vault else what
        return Condition(
            purpose=f"{name}-{kind.name.lower()}-missing",
            says=f"no {what} of {kind} in {source.region} is younger than {self._spec.overdue}, or nobody could look",
            metrics={"age": Metric(NAMESPACE, AGE, dimensions(self._vault.name, kind, source.region), "Minimum")},
            comparison=">=",
            threshold=self._spec.overdue.seconds,
            seconds=_HOUR,
            periods=2,
            missing="breaching",
        )

    def _untested(self) -> Condition:
        return Condition(
            purpose="restore-untested",
            says=f"no restored backup was found good within {self._spec.restore_test_overdue}, or nobody could look",
            metrics={"age": Metric(NAMESPACE, RESTORE_TEST_AGE, {"Vault": self._vault.name}, "Minimum")},
            comparison=">=",
            threshold=self._spec.restore_test_overdue.seconds,
            seconds=_HOUR,
            periods=2,
            missing="breaching",
        )
