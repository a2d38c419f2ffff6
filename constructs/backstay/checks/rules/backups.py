"""What was lost comes back: from a copy in another region that nobody could touch, and that was tried."""

from backstay.checks.block import Block
from backstay.checks.promise import Guarantee
from backstay.checks.rule import Case, Found, Severity, rule
from backstay.checks.rules.roles import is_lock_table

_BACKUP = "https://docs.aws.amazon.com/aws-backup/latest/devguide"
_DAYS = 7
_RETENTION = {
    "aws_db_instance": ("backup_retention_period", 0),
    "aws_docdb_cluster": ("backup_retention_period", 1),
    "aws_neptune_cluster": ("backup_retention_period", 1),
    "aws_rds_cluster": ("backup_retention_period", 1),
    "azurerm_postgresql_flexible_server": ("backup_retention_days", 7),
}
_BACKED_UP = (
    "aws_db_instance",
    "aws_docdb_cluster",
    "aws_dynamodb_table",
    "aws_efs_file_system",
    "aws_neptune_cluster",
    "aws_rds_cluster",
)


@rule(
    "backup-too-short",
    what="a database can be set back to any moment of the last week",
    fix="keep 7 days or more, and turn on recovery to a point in time",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithAutomatedBackups.html",
    needs=Guarantee.DATA,
)
def backup_too_short(case: Case) -> Found:
    """Replicas copy a mistake faithfully; what was right can be had from before it only."""
    for block in case.stacks.resources(*_RETENTION):
        argument, default = _RETENTION[block.type]
        days = block.number(argument, default)
        is_replica = block.has("replicate_source_db") or block.has("replication_source_identifier")
        if days is not None and days < _DAYS and not is_replica:
            yield block, f"{argument} is {days:g}; {_DAYS} or more are needed"
    for table in case.stacks.resources("aws_dynamodb_table"):
        if table.flag("point_in_time_recovery.enabled", default=False) is False and not is_lock_table(table):
            yield table, "point_in_time_recovery is not enabled"
    for block in case.stacks.resources("google_sql_database_instance"):
        is_backed_up = block.flag("settings.backup_configuration.enabled", default=False)
        if is_backed_up is False and not block.has("master_instance_name"):
            yield block, "settings.backup_configuration.enabled is not true"


@rule(
    "no-backup-plan",
    what="what holds data is in a backup plan",
    fix="add a plan with a schedule, and a selection by tag",
    source=f"{_BACKUP}/about-backup-plans.html",
    needs=Guarantee.DATA,
)
def no_backup_plan(case: Case) -> Found:
    """Automated backups are deleted with their database, and by whoever may delete it."""
    covered = {block.region for block in case.stacks.resources("aws_backup_selection")}
    told = set()
    for block in case.stacks.resources(*_BACKED_UP):
        is_own = not is_lock_table(block) and not block.has("replicate_source_db")
        if is_own and block.region not in covered and block.region not in told:
            told.add(block.region)
            yield block, f"nothing in {block.region or 'its region'} is selected for a backup plan"


@rule(
    "backup-in-one-region",
    what="backups are copied to another region",
    fix="add a copy_action to a vault in another region; on Google Cloud restore into another region's cluster",
    source=f"{_BACKUP}/cross-region-backup.html",
    needs=Guarantee.REGION,
)
def backup_in_one_region(case: Case) -> Found:
    """The backups are lost with what they were made of."""
    for plan in case.stacks.resources("aws_backup_plan"):
        rules = [one for one in plan.values("rule") if isinstance(one, dict)]
        if rules and not any(one.get("copy_action") for one in rules):
            yield plan, "none of its rules has a copy_action"
    for vault in case.stacks.resources("azurerm_data_protection_backup_vault"):
        if vault.text("redundancy") in ("LocallyRedundant", "ZoneRedundant"):
            yield vault, f"redundancy is {vault.text('redundancy')}"
    for vault in case.stacks.resources("azurerm_recovery_services_vault"):
        if vault.text("storage_mode_type") in ("LocallyRedundant", "ZoneRedundant"):
            yield vault, f"storage_mode_type is {vault.text('storage_mode_type')}"
    for plan in case.stacks.resources("google_gke_backup_backup_plan"):
        cluster = plan.text("cluster") or ""
        if plan.region and f"/locations/{plan.region}/" in cluster:
            yield plan, f"the backups of a cluster in {plan.region} are kept in {plan.region}"


@rule(
    "vault-unlocked",
    what="nobody can delete a backup before its time",
    fix="add a vault lock; on Azure make the vault immutable",
    source=f"{_BACKUP}/vault-lock.html",
    needs=Guarantee.DATA,
)
def vault_unlocked(case: Case) -> Found:
    """Whoever encrypts the data for a ransom deletes the backups first."""
    for vault in case.stacks.resources("aws_backup_vault"):
        if not case.stacks.concerning(vault, "aws_backup_vault_lock_configuration", "backup_vault_name"):
            yield vault, "there is no aws_backup_vault_lock_configuration for it"
    for vault in case.stacks.resources("azurerm_data_protection_backup_vault", "azurerm_recovery_services_vault"):
        if (vault.text("immutability") or "Disabled") == "Disabled":
            yield vault, "immutability is not given"


@rule(
    "restore-untested",
    what="backups are restored regularly, as a test",
    fix="add a restore-testing plan and a selection for it, in the region that would restore",
    source=f"{_BACKUP}/restore-testing.html",
    needs=Guarantee.DATA,
)
def restore_untested(case: Case) -> Found:
    """A backup that was never restored is a hope; a key, a role or a subnet is missing on the day."""
    tested = {block.region for block in case.stacks.resources("aws_backup_restore_testing_selection")}
    for plan in case.stacks.resources("aws_backup_plan"):
        if plan.region not in tested:
            yield plan, f"nothing in {plan.region or 'its region'} is selected for restore testing"
    if not any(case.stacks.resources("google_gke_backup_restore_plan")):
        for plan in case.stacks.resources("google_gke_backup_backup_plan"):
            yield plan, "there is no google_gke_backup_restore_plan"


@rule(
    "backup-failure-unheard",
    what="a backup that failed is noticed",
    fix="add aws_backup_vault_notifications to a topic that people receive, or an alarm on AWS/Backup",
    source=f"{_BACKUP}/backup-notifications.html",
    severity=Severity.WARNING,
    needs=Guarantee.DATA,
)
def backup_failure_unheard(case: Case) -> Found:
    """Backups stop silently, and that is found out when one is needed."""
    heard = {alarm.region for alarm in case.stacks.resources("aws_cloudwatch_metric_alarm") if _is_about_backup(alarm)}
    heard |= {
        event.region
        for event in case.stacks.resources("aws_cloudwatch_event_rule")
        if any("aws.backup" in text for text in event.texts("event_pattern"))
    }
    for vault in case.stacks.resources("aws_backup_vault"):
        notified = case.stacks.concerning(vault, "aws_backup_vault_notifications", "backup_vault_name")
        if vault.region not in heard and not notified:
            yield vault, "there are neither notifications nor an alarm for it"


def _is_about_backup(alarm: Block) -> bool:
    return "AWS/Backup" in (*alarm.texts("namespace"), *alarm.texts("metric_query.metric.namespace"))
