"""Where a region's backups are kept."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.backup_vault import BackupVault as AwsBackupVault
from cdktf_cdktf_provider_aws.backup_vault_lock_configuration import BackupVaultLockConfiguration
from constructs import Construct

from backstay.outputs import KeyOutputs, VaultOutputs
from backstay.topology import Names
from backstay.topology.backups import BackupSpec

# The least that AWS Backup allows; within these days a lock for compliance can still be taken off
# (https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html).
_COOLING_OFF_DAYS = 3
# The least that a backup may be kept for, whatever `keep` says: an intruder's plan of its own is refused, too.
_LEAST_DAYS = 7


class BackupVault(Construct):
    """Keep a region's backups, and those that other regions copy to it, where nobody deletes them before their time.

    Survives: the deletion of what was backed up; with `lock: compliance` whoever holds the account.
    Does not survive: the loss of its region, nor of its key; copies in another region's vault have that one's key.
    """

    def __init__(
        self, scope: Construct, id_: str, *, spec: BackupSpec, names: Names, key: KeyOutputs, disposable: bool = False
    ) -> None:
        """Make the vault and lock it.

        Args:
            scope: where it belongs.
            id_: its id there.
            spec: how it is locked.
            names: the environment's names.
            key: encrypts what is in it; a key for backups, and for nothing else.
            disposable: whether an apply may delete it with all that is in it; it is not locked then.
        """
        super().__init__(scope, id_)
        name = names.backup_vault()
        self.vault = AwsBackupVault(
            self,
            "vault",
            name=name,
            kms_key_arn=key.id,
            force_destroy=disposable,
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        if not disposable:
            self.lock = BackupVaultLockConfiguration(
                self,
                "lock",
                backup_vault_name=self.vault.name,
                min_retention_days=_LEAST_DAYS,
                changeable_for_days=_COOLING_OFF_DAYS if spec.lock == "compliance" else None,
            )
        self.outputs = VaultOutputs(name=name, id=self.vault.arn)
