"""Where a region's backups are kept."""

import pytest

from backstay.aws.backup.vault import BackupVault
from backstay.testing import Synthesized
from backstay.topology.backups import BackupSpec
from tests.aws.surroundings import KEY, NAMES, in_region


def vault(spec: BackupSpec | None = None, *, disposable: bool = False) -> Synthesized:
    return in_region(
        lambda scope: BackupVault(
            scope, "vault", spec=spec or BackupSpec(), names=NAMES, key=KEY, disposable=disposable
        )
    )


@pytest.fixture(scope="module")
def kept() -> Synthesized:
    return vault()


def test_it_has_the_name_by_which_other_regions_copy_to_it(kept: Synthesized) -> None:
    assert kept.only("aws_backup_vault")["name"] == NAMES.backup_vault() == kept.construct.outputs.name


def test_it_is_encrypted_with_a_key_of_its_own(kept: Synthesized) -> None:
    assert kept.only("aws_backup_vault")["kms_key_arn"] == KEY.id


def test_an_apply_cannot_delete_it(kept: Synthesized) -> None:
    made = kept.only("aws_backup_vault")
    assert made["lifecycle"] == {"prevent_destroy": True}
    assert made["force_destroy"] is False


def test_a_lock_for_governance_can_be_taken_off(kept: Synthesized) -> None:
    lock = kept.only("aws_backup_vault_lock_configuration")
    assert lock["min_retention_days"] == 7
    assert "changeable_for_days" not in lock


def test_a_lock_for_compliance_cannot_be_taken_off_after_three_days() -> None:
    lock = vault(BackupSpec(lock="compliance")).only("aws_backup_vault_lock_configuration")
    assert lock["changeable_for_days"] == 3


def test_a_disposable_one_goes_with_all_that_is_in_it() -> None:
    made = vault(disposable=True)
    assert made.all("aws_backup_vault_lock_configuration") == {}
    assert made.only("aws_backup_vault")["force_destroy"] is True
    assert "lifecycle" not in made.only("aws_backup_vault")
