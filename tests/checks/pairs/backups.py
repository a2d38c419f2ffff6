from tests.checks.example import Pair, single, stack

VAULT, NAMED = "aws_backup_vault.it", {"backup_vault_name": "${aws_backup_vault.it.name}"}
PLAN = "aws_backup_plan.it"
GKE = "projects/p/locations/europe-west4/clusters/ai"

PAIRS = [
    single("backup-too-short", "aws_db_instance", fires={}, silent={"backup_retention_period": 7}),
    single("backup-too-short", "aws_rds_cluster", fires={}, silent={"replication_source_identifier": "arn"}),
    single(
        "backup-too-short",
        "aws_dynamodb_table",
        fires={"hash_key": "id"},
        silent={"hash_key": "id", "point_in_time_recovery": {"enabled": True}},
    ),
    single(
        "backup-too-short",
        "google_sql_database_instance",
        fires={"settings": {"tier": "db-custom-2-7680"}},
        silent={"settings": {"backup_configuration": {"enabled": True}}},
    ),
    single(
        "backup-too-short",
        "azurerm_postgresql_flexible_server",
        fires={"backup_retention_days": 3},
        silent={"backup_retention_days": 14},
    ),
    Pair(
        "no-backup-plan",
        ["aws_rds_cluster.it"],
        {"us": stack({"aws_rds_cluster.it": {}}), "eu": stack({"aws_backup_selection.s": {}}, region="eu-west-1")},
        {"us": stack({"aws_rds_cluster.it": {}, "aws_backup_selection.s": {}})},
    ),
    single(
        "backup-in-one-region",
        "aws_backup_plan",
        fires={"rule": [{"rule_name": "daily", "target_vault_name": "backups"}]},
        silent={"rule": [{"rule_name": "daily", "copy_action": [{"destination_vault_arn": "arn"}]}]},
    ),
    single(
        "backup-in-one-region",
        "azurerm_data_protection_backup_vault",
        fires={"redundancy": "LocallyRedundant"},
        silent={"redundancy": "GeoRedundant"},
    ),
    single(
        "backup-in-one-region",
        "azurerm_recovery_services_vault",
        fires={"storage_mode_type": "ZoneRedundant"},
        silent={"storage_mode_type": "GeoRedundant"},
    ),
    single(
        "backup-in-one-region",
        "google_gke_backup_backup_plan",
        fires={"location": "europe-west4", "cluster": GKE},
        silent={"location": "europe-west1", "cluster": GKE},
    ),
    Pair(
        "vault-unlocked",
        [VAULT],
        {"us": stack({VAULT: {"name": "backups"}})},
        {"us": stack({VAULT: {"name": "backups"}, "aws_backup_vault_lock_configuration.lock": NAMED})},
        about="aws",
    ),
    single(
        "vault-unlocked",
        "azurerm_data_protection_backup_vault",
        fires={"immutability": "Disabled"},
        silent={"immutability": "Locked"},
    ),
    Pair(
        "restore-untested",
        [PLAN],
        {"us": stack({PLAN: {"name": "daily"}, "aws_backup_restore_testing_plan.t": {"name": "weekly"}})},
        {"us": stack({PLAN: {"name": "daily"}, "aws_backup_restore_testing_selection.s": {"name": "databases"}})},
        about="aws",
    ),
    Pair(
        "restore-untested",
        ["google_gke_backup_backup_plan.it"],
        {"eu": stack({"google_gke_backup_backup_plan.it": {"cluster": GKE}})},
        {"eu": stack({"google_gke_backup_backup_plan.it": {}, "google_gke_backup_restore_plan.r": {}})},
        about="gke",
    ),
    Pair(
        "backup-failure-unheard",
        [VAULT],
        {"us": stack({VAULT: {"name": "backups"}})},
        {"us": stack({VAULT: {"name": "backups"}, "aws_backup_vault_notifications.n": NAMED})},
        about="notifications",
    ),
    Pair(
        "backup-failure-unheard",
        [VAULT],
        {"us": stack({VAULT: {}, "aws_cloudwatch_metric_alarm.a": {"namespace": "AWS/RDS"}})},
        {"us": stack({VAULT: {}, "aws_cloudwatch_metric_alarm.a": {"namespace": "AWS/Backup"}})},
        about="an alarm",
    ),
    single(
        "backup-too-short", "aws_db_instance", fires={}, silent={"replicate_source_db": "orders"}, about="a replica"
    ),
    single(
        "backup-too-short",
        "aws_dynamodb_table",
        fires={"hash_key": "id"},
        silent={"hash_key": "LockID"},
        about="locks of states",
    ),
    single(
        "backup-too-short",
        "google_sql_database_instance",
        fires={"database_version": "POSTGRES_17"},
        silent={"master_instance_name": "primary"},
        about="a replica of Google's",
    ),
    Pair(
        "no-backup-plan",
        ["aws_rds_cluster.it"],
        {"us": stack({"aws_rds_cluster.it": {}, "aws_rds_cluster.other": {}})},
        {"us": stack({"aws_rds_cluster.it": {"cluster_identifier": "a"}, "aws_backup_selection.s": {}})},
        about="told once for a region",
    ),
    single("no-backup-plan", "aws_dynamodb_table", fires={"hash_key": "id"}, silent={"hash_key": "LockID"}),
    single("no-backup-plan", "aws_db_instance", fires={}, silent={"replicate_source_db": "orders"}),
]
