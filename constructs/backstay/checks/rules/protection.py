"""What is kept cannot be lost by one mistake."""

from backstay.checks.block import Block
from backstay.checks.promise import Guarantee
from backstay.checks.rule import Case, Found, Severity, rule
from backstay.checks.rules.roles import receives_logs

_S3 = "https://docs.aws.amazon.com/AmazonS3/latest/userguide"
# Each type's switch against deletion, and whether Terraform's own refusal will do as well.
_DELETION = {
    "aws_db_instance": ("deletion_protection", False),
    "aws_docdb_cluster": ("deletion_protection", False),
    "aws_dynamodb_table": ("deletion_protection_enabled", False),
    "aws_eks_cluster": ("deletion_protection", True),
    "aws_lb": ("enable_deletion_protection", False),
    "aws_neptune_cluster": ("deletion_protection", False),
    "aws_rds_cluster": ("deletion_protection", False),
    "aws_rds_global_cluster": ("deletion_protection", False),
    "google_sql_database_instance": ("settings.deletion_protection_enabled", True),
}
# On Google Cloud the provider refuses to delete these, unless it is told not to.
_PROTECTED_UNLESS_SAID = (
    "google_alloydb_cluster",
    "google_bigtable_instance",
    "google_container_cluster",
    "google_spanner_database",
    "google_sql_database_instance",
)
# Azure has no such switch: a lock on the resource does it, or Terraform's refusal.
_LOCKED = (
    "azurerm_cosmosdb_account",
    "azurerm_kubernetes_cluster",
    "azurerm_mssql_database",
    "azurerm_postgresql_flexible_server",
    "azurerm_storage_account",
)
_FORCED = {
    "aws_backup_vault": "force_destroy",
    "aws_ecr_repository": "force_delete",
    "aws_rds_global_cluster": "force_destroy",
    "aws_s3_bucket": "force_destroy",
    "google_storage_bucket": "force_destroy",
}
_SNAPSHOT = ("aws_db_instance", "aws_docdb_cluster", "aws_neptune_cluster", "aws_rds_cluster")
_KMS_DAYS = 30


@rule(
    "store-deletable",
    what="what holds data, or serves, cannot be deleted by one call",
    fix="turn on deletion protection; on Azure lifecycle.prevent_destroy or a management lock",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
    needs=Guarantee.DATA,
)
def store_deletable(case: Case) -> Found:
    """One wrong call, or one wrong apply, takes away what a region was meant to keep."""
    for block in case.stacks.resources(*_DELETION):
        switch, refusal_will_do = _DELETION[block.type]
        if block.flag(switch, default=False) is False and not (refusal_will_do and block.is_kept):
            yield block, f"{switch} is not on"
    for block in case.stacks.resources(*_PROTECTED_UNLESS_SAID):
        if block.flag("deletion_protection", default=True) is False and not block.is_kept:
            yield block, "deletion_protection is off"
    for block in case.stacks.resources(*_LOCKED):
        locks = case.stacks.concerning(block, "azurerm_management_lock", "scope")
        if not block.is_kept and not locks and not receives_logs(block, case.stacks):
            yield block, "there is neither prevent_destroy nor a management lock"


@rule(
    "destroy-takes-content-along",
    what="a store that still holds something is not destroyed",
    fix="drop the argument, and empty the store by hand when that is meant",
    source="https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/s3_bucket",
    needs=Guarantee.DATA,
)
def destroy_takes_content_along(case: Case) -> Found:
    """Otherwise an apply that replaces the store empties it without a question."""
    for block in case.stacks.resources(*_FORCED):
        if block.flag(_FORCED[block.type], default=False):
            yield block, f"{_FORCED[block.type]} is true"


@rule(
    "no-final-snapshot",
    what="a database that is destroyed leaves a snapshot",
    fix="set skip_final_snapshot = false and give final_snapshot_identifier",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_DeleteInstance.html",
    needs=Guarantee.DATA,
)
def no_final_snapshot(case: Case) -> Found:
    """Automated backups go with the database, so that nothing is left to come back from."""
    for block in case.stacks.resources(*_SNAPSHOT):
        is_replica = block.has("replicate_source_db") or block.has("replication_source_identifier")
        if block.flag("skip_final_snapshot", default=False) and not is_replica:
            yield block, "skip_final_snapshot is true"


@rule(
    "bucket-unversioned",
    what="a bucket keeps former versions of its objects",
    fix="turn on versioning, and let old versions expire by a lifecycle rule",
    source=f"{_S3}/Versioning.html",
    needs=Guarantee.DATA,
)
def bucket_unversioned(case: Case) -> Found:
    """A bad write or deletion reaches the copy in the other region within seconds; only versions bring it back."""
    for bucket in case.stacks.resources("aws_s3_bucket"):
        versionings = case.stacks.concerning(bucket, "aws_s3_bucket_versioning", "bucket")
        statuses = [text for each in versionings for text in each.texts("versioning_configuration.status")]
        is_on = any(text == "Enabled" or "${" in text for text in statuses) or bucket.flag(
            "versioning.enabled", default=False
        )
        if not is_on and not receives_logs(bucket, case.stacks):
            yield bucket, "versioning is not enabled"
    for bucket in case.stacks.resources("google_storage_bucket"):
        if bucket.flag("versioning.enabled", default=False) is False and not receives_logs(bucket, case.stacks):
            yield bucket, "versioning is not enabled"
    for account in case.stacks.resources("azurerm_storage_account"):
        is_on = account.flag("blob_properties.versioning_enabled", default=False)
        if is_on is False and not receives_logs(account, case.stacks):
            yield account, "blob_properties.versioning_enabled is not true"


@rule(
    "store-public",
    what="what holds data is not reachable for everybody",
    fix="block public access, and reach it from within the network",
    source=f"{_S3}/access-control-block-public-access.html",
)
def store_public(case: Case) -> Found:
    """One careless policy is then enough to give away, or to lose, what the region keeps."""
    for bucket in case.stacks.resources("aws_s3_bucket"):
        blocks = case.stacks.concerning(bucket, "aws_s3_bucket_public_access_block", "bucket")
        if missing := [switch for switch in _PUBLIC_SWITCHES if not any(_is_on(block, switch) for block in blocks)]:
            yield bucket, f"public access is not blocked: {', '.join(missing)}"
    for block in case.stacks.resources("aws_db_instance", "aws_rds_cluster_instance", "aws_docdb_cluster_instance"):
        if block.flag("publicly_accessible", default=False):
            yield block, "publicly_accessible is true"
    for bucket in case.stacks.resources("google_storage_bucket"):
        if (given := bucket.text("public_access_prevention") or "inherited") != "enforced":
            yield bucket, f"public_access_prevention is {given}"
    for block in case.stacks.resources("google_sql_database_instance"):
        if "0.0.0.0/0" in block.texts("settings.ip_configuration.authorized_networks.value"):
            yield block, "0.0.0.0/0 is an authorized network"
    for account in case.stacks.resources("azurerm_storage_account"):
        if account.flag("allow_nested_items_to_be_public", default=True):
            yield account, "allow_nested_items_to_be_public is not false"


_PUBLIC_SWITCHES = ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets")


def _is_on(block: Block, switch: str) -> bool:
    return block.flag(switch, default=False) is not False


@rule(
    "key-lost-for-good",
    what="a deleted key can be had back",
    fix="keep the longest deletion window; on Azure turn on purge protection; on Google Cloud prevent_destroy",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
    severity=Severity.WARNING,
    needs=Guarantee.DATA,
)
def key_lost_for_good(case: Case) -> Found:
    """Everything that was encrypted with a key is lost with it, the backups included."""
    for key in case.stacks.resources("aws_kms_key", "aws_kms_replica_key"):
        days = key.number("deletion_window_in_days", _KMS_DAYS)
        if days is not None and days < _KMS_DAYS:
            yield key, f"deletion_window_in_days is {days:g}; up to {_KMS_DAYS} are allowed"
    for vault in case.stacks.resources("azurerm_key_vault"):
        if vault.flag("purge_protection_enabled", default=False) is False:
            yield vault, "purge_protection_enabled is not true"
    for key in case.stacks.resources("google_kms_crypto_key"):
        if not key.is_kept:
            yield key, "there is no prevent_destroy"
