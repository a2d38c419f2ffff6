from tests.checks.example import Pair, backend, single, stack

US, EU = "us-east-1", "eu-west-1"
WEIGHTS = {"bucket": "weights-us"}
COPY = {"bucket": "weights-us", "rule": {"destination": {"bucket": "arn:aws:s3:::weights-eu"}}}
GLOBAL = {"aws_rds_global_cluster.it": {"global_cluster_identifier": "vectors"}}


def cluster(**more: object) -> dict[str, object]:
    return {"aws_rds_cluster.it": {"cluster_identifier": "vectors", **more}}


PAIRS = [
    Pair(
        "single-region",
        ["a"],
        {"a": stack({}, region=US), "b": stack({}, region=US)},
        {"a": stack({}, region=US), "b": stack({}, region=EU)},
    ),
    Pair(
        "bucket-in-one-region",
        ["aws_s3_bucket.weights"],
        {"us": stack({"aws_s3_bucket.weights": WEIGHTS}, region=US)},
        {
            "us": stack({"aws_s3_bucket.weights": WEIGHTS}, region=US),
            "eu": stack({"aws_s3_bucket.weights": {"bucket": "weights-eu"}}, region=EU),
            "link": stack({"aws_s3_bucket_replication_configuration.copy": COPY}, region=US),
        },
        about="copied by another stack, by name",
    ),
    Pair(
        "bucket-in-one-region",
        ["aws_s3_bucket.logs"],
        {"us": stack({"aws_s3_bucket.logs": {}, "aws_lb.lb": {}})},
        {"us": stack({"aws_s3_bucket.logs": {}, "aws_lb.lb": {"access_logs": {"bucket": "${aws_s3_bucket.logs.id}"}}})},
        about="logs of the region",
    ),
    single(
        "bucket-in-one-region",
        "google_storage_bucket",
        fires={"name": "weights", "location": "EUROPE-WEST4"},
        silent={"name": "weights", "location": "EUR4"},
    ),
    single(
        "bucket-in-one-region",
        "azurerm_storage_account",
        fires={"account_replication_type": "ZRS"},
        silent={"account_replication_type": "GZRS"},
    ),
    Pair(
        "state-in-one-region",
        ["aws_s3_bucket.states"],
        {"us": stack({"aws_s3_bucket.states": {"bucket": "states"}}, terraform=backend(bucket="states"))},
        {
            "us": stack(
                {
                    "aws_s3_bucket.states": {"bucket": "states"},
                    "aws_s3_bucket_replication_configuration.copy": {"bucket": "${aws_s3_bucket.states.id}"},
                },
                terraform=backend(bucket="states"),
            )
        },
    ),
    Pair(
        "database-in-one-region",
        ["aws_rds_cluster.it"],
        {"us": stack(cluster())},
        {"us": stack(cluster(global_cluster_identifier="vectors"))},
        about="member of a global database",
    ),
    Pair(
        "database-in-one-region",
        ["aws_rds_cluster.it"],
        {"us": stack(cluster())},
        {
            "us": stack(
                cluster() | {"aws_rds_global_cluster.g": {"source_db_cluster_identifier": "${aws_rds_cluster.it.arn}"}}
            )
        },
        about="source of a global database",
    ),
    Pair(
        "database-in-one-region",
        ["aws_db_instance.it"],
        {
            "us": stack({"aws_db_instance.it": {"identifier": "orders"}}),
            "us-2": stack({"aws_db_instance.copy": {"replicate_source_db": "arn:aws:rds:us-east-1:1:db:orders"}}),
        },
        {
            "us": stack({"aws_db_instance.it": {"identifier": "orders"}}),
            "eu": stack(
                {"aws_db_instance.copy": {"replicate_source_db": "arn:aws:rds:us-east-1:1:db:orders"}}, region=EU
            ),
        },
        about="a replica in the same region is none",
    ),
    single(
        "database-in-one-region",
        "azurerm_cosmosdb_account",
        fires={"geo_location": [{"location": "westeurope"}]},
        silent={"geo_location": [{"location": "westeurope"}, {"location": "northeurope"}]},
    ),
    Pair(
        "database-in-one-region",
        ["google_sql_database_instance.it"],
        {"eu": stack({"google_sql_database_instance.it": {"name": "db", "region": "europe-west4"}})},
        {
            "eu": stack({"google_sql_database_instance.it": {"name": "db", "region": "europe-west4"}}),
            "us": stack(
                {"google_sql_database_instance.copy": {"master_instance_name": "db", "region": "us-east4"}},
                region="us-east4",
            ),
        },
        about="cloud sql",
    ),
    Pair(
        "global-database-in-one-region",
        ["aws_rds_global_cluster.it"],
        {"us": stack(GLOBAL | cluster(global_cluster_identifier="vectors"), region=US)},
        {
            "us": stack(GLOBAL | cluster(global_cluster_identifier="vectors"), region=US),
            "eu-replicas": stack(cluster(global_cluster_identifier="vectors"), region=EU),
        },
    ),
    single(
        "table-in-one-region",
        "aws_dynamodb_table",
        fires={"name": "sessions", "hash_key": "id"},
        silent={"name": "sessions", "hash_key": "id", "replica": [{"region_name": EU}]},
    ),
    single(
        "table-in-one-region",
        "aws_dynamodb_table",
        fires={"name": "locks", "hash_key": "id"},
        silent={"name": "locks", "hash_key": "LockID"},
        about="locks of states",
    ),
    Pair(
        "table-in-one-region",
        ["aws_dynamodb_table.it"],
        {"us": stack({"aws_dynamodb_table.it": {"name": "sessions"}})},
        {
            "us": stack({"aws_dynamodb_table.it": {"name": "sessions"}}),
            "eu-replicas": stack(
                {"aws_dynamodb_table_replica.it": {"global_table_arn": "arn:aws:dynamodb:us-east-1:1:table/sessions"}},
                region=EU,
            ),
        },
        about="a replica of another stack",
    ),
    Pair(
        "bucket-in-one-region",
        ["aws_s3_bucket.states"],
        {"us": stack({"aws_s3_bucket.states": {"bucket": "states"}}, terraform=backend(bucket="others"))},
        {"us": stack({"aws_s3_bucket.states": {"bucket": "states"}}, terraform=backend(bucket="states"))},
        about="states have a rule of their own",
    ),
    Pair(
        "state-in-one-region",
        ["aws_s3_bucket.states"],
        {"us": stack({"aws_s3_bucket.states": {"bucket": "states"}}, terraform=backend(bucket="states"))},
        {"us": stack({"aws_s3_bucket.states": {"bucket": "states"}}, terraform=backend(bucket="others"))},
        about="a bucket that holds none",
    ),
    single(
        "bucket-in-one-region",
        "google_storage_bucket",
        fires={"location": "europe-west4"},
        silent={
            "location": "europe-west4",
            "custom_placement_config": {"data_locations": ["EUROPE-WEST4", "EUROPE-WEST1"]},
        },
        about="two regions by choice",
    ),
    Pair(
        "bucket-in-one-region",
        ["google_storage_bucket.it"],
        {"eu": stack({"google_storage_bucket.it": {"location": "europe-west4"}}, region="europe-west4")},
        {
            "eu": stack(
                {
                    "google_storage_bucket.it": {"location": "europe-west4"},
                    "google_logging_project_sink.s": {"destination": "x/${google_storage_bucket.it.name}"},
                },
                region="europe-west4",
            )
        },
        about="logs of Google",
    ),
    *(
        Pair(
            "bucket-in-one-region",
            ["azurerm_storage_account.it"],
            {"eu": stack({"azurerm_storage_account.it": {"account_replication_type": "LRS"}}, region=None)},
            {
                "eu": stack(
                    {
                        "azurerm_storage_account.it": {"account_replication_type": "LRS"},
                        f"{type_}.of": {argument: "${azurerm_storage_account.it.id}"},
                    },
                    region=None,
                )
            },
            about=type_,
        )
        for type_, argument in (
            ("azurerm_monitor_diagnostic_setting", "storage_account_id"),
            ("azurerm_storage_object_replication", "source_storage_account_id"),
        )
    ),
    Pair(
        "database-in-one-region",
        ["aws_rds_cluster.it"],
        {"us": stack(cluster())},
        {"us": stack(cluster(replication_source_identifier="arn"))},
        about="a replica",
    ),
    single(
        "database-in-one-region",
        "google_spanner_instance",
        fires={"config": "regional-europe-west4"},
        silent={"config": "eur3"},
    ),
]
