from tests.checks.example import Pair, single, stack

US, EU = "us-east-1", "eu-west-1"
TO_EU = {"replication_configuration": {"rule": [{"destination": [{"region": EU, "registry_id": "1"}]}]}}
REPLICA_KEY = {"aws_kms_replica_key.it": {"primary_key_arn": "${aws_kms_key.it.arn}"}}
QUEUE, DEAD = "aws_sqs_queue.it", "aws_sqs_queue.dead"
REDRIVE = {"redrive_policy": "${jsonencode({deadLetterTargetArn = aws_sqs_queue.dead.arn})}"}

PAIRS = [
    single(
        "cache-in-one-region",
        "aws_elasticache_replication_group",
        fires={"replication_group_id": "cache"},
        silent={"replication_group_id": "cache", "global_replication_group_id": "g-cache"},
    ),
    Pair(
        "cache-in-one-region",
        ["aws_elasticache_replication_group.it"],
        {"us": stack({"aws_elasticache_replication_group.it": {"replication_group_id": "cache"}})},
        {
            "us": stack(
                {
                    "aws_elasticache_replication_group.it": {"replication_group_id": "cache"},
                    "aws_elasticache_global_replication_group.g": {
                        "primary_replication_group_id": "${aws_elasticache_replication_group.it.id}"
                    },
                }
            )
        },
        about="primary of a global datastore",
    ),
    single(
        "secret-in-one-region",
        "aws_secretsmanager_secret",
        fires={"name": "hf"},
        silent={"name": "hf", "replica": [{"region": EU}]},
    ),
    Pair(
        "secret-in-one-region",
        ["aws_secretsmanager_secret.it"],
        {"us": stack({"aws_secretsmanager_secret.it": {"name": "hf"}}, region=US)},
        {
            "us": stack({"aws_secretsmanager_secret.it": {"name": "hf"}}, region=US),
            "eu": stack({"aws_secretsmanager_secret.it": {"name": "hf"}}, region=EU),
        },
        about="one in each region",
    ),
    single(
        "secret-in-one-region",
        "google_secret_manager_secret",
        fires={"replication": {"user_managed": {"replicas": [{"location": "europe-west4"}]}}},
        silent={"replication": {"auto": {}}},
    ),
    Pair(
        "images-in-one-region",
        ["aws_ecr_repository.it"],
        {"us": stack({"aws_ecr_repository.it": {"name": "vllm"}}, region=US)},
        {
            "us": stack(
                {"aws_ecr_repository.it": {"name": "vllm"}, "aws_ecr_replication_configuration.copy": TO_EU}, region=US
            ),
            "eu": stack({"aws_ecr_repository.it": {"name": "vllm"}}, region=EU),
        },
        about="ecr",
    ),
    single(
        "images-in-one-region",
        "azurerm_container_registry",
        fires={"name": "acme"},
        silent={"name": "acme", "georeplications": [{"location": "northeurope"}]},
    ),
    single(
        "images-in-one-region",
        "google_artifact_registry_repository",
        fires={"location": "europe-west4"},
        silent={"location": "europe"},
    ),
    Pair(
        "multi-region-key-alone",
        ["aws_kms_key.it"],
        {"us": stack({"aws_kms_key.it": {"multi_region": True}}, region=US)},
        {
            "us": stack({"aws_kms_key.it": {"multi_region": True}}, region=US),
            "eu": stack({"aws_kms_replica_key.it": {"primary_key_arn": "${var.primary_key}"}}, region=EU),
        },
    ),
    single(
        "replication-without-time-control",
        "aws_s3_bucket_replication_configuration",
        fires={
            "rule": [
                {"destination": {"bucket": "a", "replication_time": {"status": "Enabled"}}},
                {"destination": {"bucket": "b"}},
            ]
        },
        silent={"rule": [{"destination": {"bucket": "a", "replication_time": {"status": "Enabled"}}}]},
    ),
    Pair(
        "queue-without-dead-letters",
        [QUEUE, DEAD],
        {"us": stack({QUEUE: {"name": "requests"}, DEAD: {"name": "dead"}})},
        {"us": stack({QUEUE: {"name": "requests"} | REDRIVE, DEAD: {"name": "dead"}})},
        about="the queue itself",
    ),
    Pair(
        "queue-without-dead-letters",
        [QUEUE],
        {"us": stack({QUEUE: {"name": "requests"}})},
        {
            "us": stack(
                {
                    QUEUE: {"name": "requests"},
                    "aws_sqs_queue_redrive_policy.it": {"queue_url": "${aws_sqs_queue.it.id}"},
                }
            )
        },
        about="a resource beside it",
    ),
    Pair(
        "secret-in-one-region",
        ["aws_secretsmanager_secret.it", "aws_secretsmanager_secret.other"],
        {
            "us": stack({"aws_secretsmanager_secret.it": {"name": "hf"}}, region=US),
            "eu": stack({"aws_secretsmanager_secret.other": {"name": "openai"}}, region=EU),
        },
        {
            "us": stack({"aws_secretsmanager_secret.it": {"name": "hf"}}, region=US),
            "eu": stack({"aws_secretsmanager_secret.other": {"name": "hf"}}, region=EU),
        },
        about="another one elsewhere is none",
    ),
    single("multi-region-key-alone", "aws_kms_key", fires={"multi_region": True}, silent={"multi_region": False}),
    Pair(
        "multi-region-key-alone",
        ["aws_kms_key.other"],
        {
            "us": stack(
                {"aws_kms_key.it": {"multi_region": True}, "aws_kms_key.other": {"multi_region": True}} | REPLICA_KEY
            )
        },
        {"us": stack({"aws_kms_key.it": {"multi_region": True}, "aws_kms_key.other": {}} | REPLICA_KEY)},
        about="a replica of another key",
    ),
    single(
        "queue-without-dead-letters",
        "aws_sqs_queue",
        fires={"name": "requests"},
        silent={"name": "dead", "redrive_allow_policy": '{"redrivePermission": "allowAll"}'},
        about="what dead letters are sent to",
    ),
    Pair(
        "queue-without-dead-letters",
        [DEAD],
        {"us": stack({DEAD: {"name": "dead"}})},
        {
            "us": stack(
                {
                    DEAD: {"name": "dead"},
                    "aws_sqs_queue_redrive_allow_policy.it": {"queue_url": "${aws_sqs_queue.dead.id}"},
                }
            )
        },
        about="a resource that allows dead letters",
    ),
]
