"""The list of what holds data, against what providers have."""

import importlib.util

import pytest

from backstay.pipeline.holds_data import HOLDS_DATA, TIES


@pytest.mark.parametrize("kind", sorted({*HOLDS_DATA, *TIES}))
def test_every_type_is_one_that_its_provider_has(kind: str) -> None:
    provider, _, name = kind.partition("_")
    assert importlib.util.find_spec(f"cdktf_cdktf_provider_{provider}.{name}") is not None


@pytest.mark.parametrize(
    "kind",
    [
        *("aws_rds_cluster", "aws_rds_global_cluster", "aws_db_instance", "aws_dynamodb_table"),
        *("aws_cloudformation_stack", "aws_s3_bucket", "aws_efs_file_system", "aws_ebs_volume"),
        *("aws_elasticache_replication_group", "aws_sqs_queue", "aws_ecr_repository", "aws_kms_key"),
        *("aws_secretsmanager_secret", "aws_backup_vault"),
        *("azurerm_storage_account", "azurerm_key_vault", "azurerm_managed_disk", "azurerm_mssql_database"),
        *("google_storage_bucket", "google_kms_crypto_key", "google_sql_database_instance", "google_compute_disk"),
        "google_secret_manager_secret",
    ],
)
def test_what_people_would_miss_most_is_there(kind: str) -> None:
    assert HOLDS_DATA[kind]


@pytest.mark.parametrize("kind", ["aws_iam_role", "aws_route53_record", "azurerm_subnet", "google_compute_firewall"])
def test_what_can_be_made_again_is_not(kind: str) -> None:
    assert kind not in HOLDS_DATA
