"""Which types of resources hold what cannot be made again: data, copies of it, and the keys that it is read with.

A type is here when deleting one of its resources deletes what people have put into it, or ends a copy of that, by the
provider's documentation at PAGES. A cluster's node or a database's instance counts as a copy.
"""

from types import MappingProxyType

PAGES = "https://registry.terraform.io/providers/hashicorp/{provider}/latest/docs/resources/{name}"

_AWS = {
    "backup_logically_air_gapped_vault": "backups",
    "backup_vault": "backups",
    # The table of sessions, which CloudFormation makes for want of a resource of its own.
    "cloudformation_stack": "what CloudFormation has made, such as a table",
    "db_instance": "a database",
    "db_instance_automated_backups_replication": "a copy of backups",
    "db_snapshot": "a backup",
    "docdb_cluster": "a database",
    "docdb_global_cluster": "a database in several regions",
    "dynamodb_global_table": "a table in several regions",
    "dynamodb_table": "a table",
    "dynamodb_table_replica": "a copy of a table",
    "ebs_snapshot": "a backup",
    "ebs_volume": "a disk",
    "ecr_replication_configuration": "the copying of container images",
    "ecr_repository": "container images",
    "efs_file_system": "a file system",
    "efs_replication_configuration": "a copy of a file system",
    "elasticache_cluster": "a cache",
    "elasticache_global_replication_group": "a cache in several regions",
    "elasticache_replication_group": "a cache",
    "elasticache_serverless_cache": "a cache",
    "fsx_lustre_file_system": "a file system",
    "fsx_ontap_file_system": "a file system",
    "fsx_openzfs_file_system": "a file system",
    "fsx_windows_file_system": "a file system",
    "keyspaces_table": "a table",
    "kinesis_stream": "messages",
    "kms_key": "a key that data is encrypted with",
    "kms_replica_key": "a copy of a key that data is encrypted with",
    "memorydb_cluster": "a database",
    "mq_broker": "messages",
    "msk_cluster": "messages",
    "msk_serverless_cluster": "messages",
    "neptune_cluster": "a database",
    "opensearch_domain": "an index",
    "opensearchserverless_collection": "an index",
    "rds_cluster": "a database",
    "rds_cluster_instance": "an instance of a database",
    "rds_global_cluster": "a database in several regions",
    "redshift_cluster": "a database",
    "s3_bucket": "objects",
    "s3_bucket_replication_configuration": "the copying of objects",
    "s3_directory_bucket": "objects",
    "secretsmanager_secret": "a secret",
    "sqs_queue": "messages",
}
_AZURE = {
    "container_registry": "container images",
    "cosmosdb_account": "a database",
    "cosmosdb_postgresql_cluster": "a database",
    "cosmosdb_sql_container": "a table",
    "cosmosdb_sql_database": "a database",
    "data_protection_backup_vault": "backups",
    "key_vault": "keys and secrets",
    "key_vault_key": "a key that data is encrypted with",
    "key_vault_managed_hardware_security_module": "keys that data is encrypted with",
    "key_vault_secret": "a secret",
    "managed_disk": "a disk",
    "managed_redis": "a cache",
    "mssql_database": "a database",
    "mssql_managed_instance": "a database",
    "mssql_server": "databases",
    "mysql_flexible_server": "a database",
    "netapp_volume": "a file system",
    "postgresql_flexible_server": "a database",
    "recovery_services_vault": "backups",
    "redis_cache": "a cache",
    # All that it holds is deleted with it.
    "resource_group": "all that is in a resource group",
    "search_service": "an index",
    "servicebus_queue": "messages",
    "storage_account": "objects, files or Terraform's state",
    "storage_blob": "an object",
    "storage_container": "objects or Terraform's state",
    "storage_object_replication": "the copying of objects",
    "storage_share": "a file system",
}
_GOOGLE = {
    "alloydb_cluster": "a database",
    "artifact_registry_repository": "container images",
    "backup_dr_backup_vault": "backups",
    "bigquery_dataset": "tables",
    "bigquery_table": "a table",
    "bigtable_instance": "a database",
    "bigtable_table": "a table",
    "compute_disk": "a disk",
    "compute_disk_async_replication": "the copying of a disk",
    "compute_region_disk": "a disk",
    "compute_snapshot": "a backup",
    "filestore_instance": "a file system",
    "firestore_database": "a database",
    "gke_backup_backup_plan": "backups",
    "kms_crypto_key": "a key that data is encrypted with",
    "kms_crypto_key_version": "a key that data is encrypted with",
    "memorystore_instance": "a cache",
    "pubsub_subscription": "messages",
    "redis_cluster": "a cache",
    "redis_instance": "a cache",
    "secret_manager_regional_secret": "a secret",
    "secret_manager_secret": "a secret",
    "secret_manager_secret_version": "a secret",
    "spanner_database": "a database",
    "spanner_instance": "a database",
    "sql_database": "a database",
    "sql_database_instance": "a database",
    "storage_bucket": "objects or Terraform's state",
}
_PREFIXES = {"aws": _AWS, "azurerm": _AZURE, "google": _GOOGLE}

HOLDS_DATA = MappingProxyType(
    {f"{provider}_{name}": what for provider, types in _PREFIXES.items() for name, what in types.items()}
)
"""What a resource of each type holds, for people."""

TIES = MappingProxyType(
    {
        "aws_db_instance": frozenset({"replicate_source_db"}),
        "aws_dynamodb_table": frozenset({"replica"}),
        "aws_elasticache_replication_group": frozenset({"global_replication_group_id"}),
        "aws_rds_cluster": frozenset({"global_cluster_identifier", "replication_source_identifier"}),
        "aws_s3_bucket_replication_configuration": frozenset({"rule"}),
        "aws_secretsmanager_secret": frozenset({"replica"}),
        "azurerm_container_registry": frozenset({"georeplications"}),
        "azurerm_cosmosdb_account": frozenset({"geo_location"}),
        "azurerm_storage_account": frozenset({"account_replication_type"}),
    }
)
"""The arguments that say where copies are: what is taken out of them, an update detaches or deletes in place."""
