"""All of a region's backups: where they are kept, what is in them, and that they are good."""

from collections.abc import Collection, Mapping

from constructs import Construct

from backstay.aws.backup.backups import Backups
from backstay.aws.backup.restore_test import TESTABLE, RestoreTest
from backstay.aws.backup.restore_validation import RestoreValidation
from backstay.aws.backup.vault import BackupVault
from backstay.aws.watch.backup_ages import BackupAges
from backstay.outputs import KeyOutputs, TopicOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.backups import BackupSpec, Kind


class RegionBackups(Construct):
    """Back up a region's data, copy it to another region, restore it from time to time, and tell when any of it fails.

    Survives: what replicas do not: a mistake, a fault or an intruder in the service, in any region.
    Does not survive: what was written since the last backup.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: BackupSpec,
        kinds: Collection[Kind],
        copy_to: CloudRegion | None,
        copied_from: Mapping[CloudRegion, Collection[Kind]],
        region: CloudRegion,
        names: Names,
        key: KeyOutputs,
        topic: TopicOutputs,
        restore_settings: Mapping[Kind, Mapping[str, str]] | None = None,
        disposable: bool = False,
    ) -> None:
        """Make all of it.

        Args:
            scope: where it belongs.
            id_: its id there.
            spec: how often, for how long, and how well locked.
            kinds: the kinds of data that the region holds; with none, it only keeps what others copy to it.
            copy_to: the region whose vault gets a copy of each backup.
            copied_from: the regions that copy their backups here, and the kinds of data that they hold.
            region: the region.
            names: the environment's names.
            key: encrypts the vault; a key for backups, and for nothing else.
            topic: who is told.
            restore_settings: what AWS Backup cannot guess when it restores, by kind.
            disposable: whether an apply may delete it all.
        """
        super().__init__(scope, id_)
        here = {"region": region, "names": names}
        copied = copied_from if spec.stays_in_region is None else {}
        self.vault = BackupVault(self, "vault", spec=spec, names=names, key=key, disposable=disposable)
        vault = self.vault.outputs
        if kinds:
            self.backups = Backups(self, "backups", spec=spec, kinds=kinds, vault=vault, copy_to=copy_to, **here)
        held = dict.fromkeys([*kinds, *(kind for some in copied.values() for kind in some)])
        is_tested = any(kind in TESTABLE for kind in held)
        if is_tested:
            self.restore_test = RestoreTest(
                self, "restore-test", spec=spec, kinds=held, vault=vault, settings=restore_settings, **here
            )
            self.restore_validation = RestoreValidation(
                self,
                "restore-validation",
                restore_testing_plan=self.restore_test.plan.arn,
                vault=vault,
                topic=topic,
                **here,
            )
        if held:
            self.ages = BackupAges(
                self,
                "ages",
                spec=spec,
                kinds=kinds,
                copied_from=copied,
                restore_testing_plan=self.restore_test.plan.arn if is_tested else None,
                vault=vault,
                topic=topic,
                **here,
            )
        self.watched = (
            *(self.restore_validation.watched if is_tested else ()),
            *(self.ages.watched if held else ()),
        )
        self.outputs = vault
