from tests.checks.example import Pair, single, stack

KEPT = {"lifecycle": {"prevent_destroy": True}}
BUCKET, SIBLING = "aws_s3_bucket.it", {"bucket": "${aws_s3_bucket.it.id}"}
AZURE_LOGS = {"azurerm_network_watcher_flow_log.f": {"storage_account_id": "${azurerm_storage_account.it.id}"}}
GOOGLE_LOGS = {
    "google_logging_project_sink.s": {"destination": "storage.googleapis.com/${google_storage_bucket.it.name}"}
}
SWITCHES = dict.fromkeys(
    ("block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"), True
)

PAIRS = [
    *(
        single("store-deletable", type_, fires={}, silent={switch: True})
        for type_, switch in {
            "aws_db_instance": "deletion_protection",
            "aws_dynamodb_table": "deletion_protection_enabled",
            "aws_lb": "enable_deletion_protection",
            "aws_rds_cluster": "deletion_protection",
        }.items()
    ),
    single("store-deletable", "aws_eks_cluster", fires={}, silent=KEPT),
    single(
        "store-deletable",
        "aws_rds_cluster",
        fires={"deletion_protection": False} | KEPT,
        silent={"deletion_protection": "${var.is_production}"},
        about="what is not known before a plan",
    ),
    single("store-deletable", "google_container_cluster", fires={"deletion_protection": False}, silent={}),
    single("store-deletable", "azurerm_postgresql_flexible_server", fires={}, silent=KEPT),
    Pair(
        "store-deletable",
        ["azurerm_storage_account.it"],
        {"eu": stack({"azurerm_storage_account.it": {"name": "acme"}}, region=None)},
        {
            "eu": stack(
                {
                    "azurerm_storage_account.it": {"name": "acme"},
                    "azurerm_management_lock.it": {"scope": "${azurerm_storage_account.it.id}"},
                },
                region=None,
            )
        },
        about="a lock of Azure",
    ),
    single(
        "destroy-takes-content-along", "aws_s3_bucket", fires={"force_destroy": True}, silent={"force_destroy": False}
    ),
    single("destroy-takes-content-along", "google_storage_bucket", fires={"force_destroy": True}, silent={}),
    single("no-final-snapshot", "aws_rds_cluster", fires={"skip_final_snapshot": True}, silent={}),
    single(
        "no-final-snapshot",
        "aws_db_instance",
        fires={"skip_final_snapshot": True},
        silent={"skip_final_snapshot": True, "replicate_source_db": "orders"},
    ),
    Pair(
        "bucket-unversioned",
        [BUCKET],
        {
            "us": stack(
                {
                    BUCKET: {},
                    "aws_s3_bucket_versioning.v": SIBLING | {"versioning_configuration": {"status": "Suspended"}},
                }
            )
        },
        {
            "us": stack(
                {
                    BUCKET: {},
                    "aws_s3_bucket_versioning.v": SIBLING | {"versioning_configuration": {"status": "Enabled"}},
                }
            )
        },
        about="s3",
    ),
    single("bucket-unversioned", "google_storage_bucket", fires={}, silent={"versioning": {"enabled": True}}),
    single(
        "bucket-unversioned",
        "azurerm_storage_account",
        fires={"blob_properties": {"versioning_enabled": False}},
        silent={"blob_properties": {"versioning_enabled": True}},
    ),
    Pair(
        "store-public",
        [BUCKET],
        {
            "us": stack(
                {BUCKET: {}, "aws_s3_bucket_public_access_block.b": SIBLING | SWITCHES | {"block_public_acls": False}}
            )
        },
        {"us": stack({BUCKET: {}, "aws_s3_bucket_public_access_block.b": SIBLING | SWITCHES})},
        about="s3",
    ),
    single("store-public", "aws_db_instance", fires={"publicly_accessible": True}, silent={}),
    single("store-public", "google_storage_bucket", fires={}, silent={"public_access_prevention": "enforced"}),
    single(
        "store-public",
        "google_sql_database_instance",
        fires={"settings": {"ip_configuration": {"authorized_networks": [{"value": "0.0.0.0/0"}]}}},
        silent={"settings": {"ip_configuration": {"authorized_networks": [{"value": "10.0.0.0/8"}]}}},
    ),
    single("store-public", "azurerm_storage_account", fires={}, silent={"allow_nested_items_to_be_public": False}),
    single("key-lost-for-good", "aws_kms_key", fires={"deletion_window_in_days": 7}, silent={}),
    single("key-lost-for-good", "azurerm_key_vault", fires={}, silent={"purge_protection_enabled": True}),
    single("key-lost-for-good", "google_kms_crypto_key", fires={}, silent=KEPT),
    single(
        "store-deletable",
        "google_sql_database_instance",
        fires={"deletion_protection": False, "settings": {"deletion_protection_enabled": True}},
        silent={"deletion_protection": False, "settings": {"deletion_protection_enabled": True}} | KEPT,
    ),
    Pair(
        "store-deletable",
        ["azurerm_storage_account.it"],
        {"eu": stack({"azurerm_storage_account.it": {"name": "acme"}}, region=None)},
        {"eu": stack({"azurerm_storage_account.it": {"name": "acme"}} | AZURE_LOGS, region=None)},
        about="logs",
    ),
    single(
        "no-final-snapshot",
        "aws_rds_cluster",
        fires={"skip_final_snapshot": True},
        silent={"skip_final_snapshot": True, "replication_source_identifier": "arn"},
        about="a replica",
    ),
    Pair(
        "bucket-unversioned",
        [BUCKET],
        {"us": stack({BUCKET: {}})},
        {
            "us": stack(
                {
                    BUCKET: {},
                    "aws_s3_bucket_versioning.v": SIBLING | {"versioning_configuration": {"status": "${var.v}"}},
                }
            )
        },
        about="what is not known before a plan",
    ),
    Pair(
        "bucket-unversioned",
        [BUCKET],
        {"us": stack({BUCKET: {}, "aws_lb.lb": {"access_logs": {"bucket": "another"}}})},
        {"us": stack({BUCKET: {}, "aws_lb.lb": {"access_logs": {"bucket": "${aws_s3_bucket.it.id}"}}})},
        about="logs",
    ),
    Pair(
        "bucket-unversioned",
        ["google_storage_bucket.it"],
        {"eu": stack({"google_storage_bucket.it": {"name": "logs"}}, region="europe-west4")},
        {"eu": stack({"google_storage_bucket.it": {"name": "logs"}} | GOOGLE_LOGS, region="europe-west4")},
        about="logs of Google",
    ),
    Pair(
        "bucket-unversioned",
        ["azurerm_storage_account.it"],
        {"eu": stack({"azurerm_storage_account.it": {"name": "acme"}}, region=None)},
        {"eu": stack({"azurerm_storage_account.it": {"name": "acme"}} | AZURE_LOGS, region=None)},
        about="logs of Azure",
    ),
]
