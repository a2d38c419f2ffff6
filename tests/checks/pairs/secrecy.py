import json

from tests.checks.example import Pair, single, stack

# Put together here, so that no scanner of this repository takes it for one.
KEY = "AKIA" + "IOSFODNN7EXAMPLE"
PEM = "-----BEGIN " + "PRIVATE KEY-----\nMIIE"


def variable(name: str, **declared: object) -> dict[str, object]:
    return {"prod": stack({"aws_sqs_queue.queue": {}}, variable={name: declared})}


def containers(*variables: dict[str, object]) -> dict[str, object]:
    return {"spec": {"template": {"spec": {"container": [{"name": "vllm", "env": list(variables)}]}}}}


def reading(address: str, **body: object) -> dict[str, object]:
    return {"prod": stack({address: body})}


PAIRS = [
    single(
        "secret-literal",
        "aws_instance",
        fires={"user_data": f"#!/bin/sh\nexport AWS_ACCESS_KEY_ID={KEY}"},
        silent={"user_data": "#!/bin/sh\nexport AWS_REGION=us-east-1"},
        about="an access key within a script",
    ),
    single(
        "secret-literal",
        "aws_ssm_parameter",
        fires={"insecure_value": PEM},
        silent={"insecure_value": "info"},
        about="PEM",
    ),
    single(
        "secret-literal",
        "aws_db_instance",
        fires={"password": "hunter2"},
        silent={"password": "${var.password}", "manage_master_user_password": True},
        about="an argument that is one",
    ),
    single(
        "secret-literal",
        "aws_rds_cluster",
        fires={"master_password_wo": "hunter2"},
        silent={"master_password_wo": "${ephemeral.random_password.it.result}"},
        about="a write-only argument",
    ),
    single(
        "secret-literal",
        "kubernetes_secret_v1",
        fires={"data": {"key": "hunter2"}},
        silent={"data": {"key": "${var.key}"}},
    ),
    single(
        "secret-literal",
        "kubernetes_deployment_v1",
        fires=containers({"name": "DB_PASSWORD", "value": "hunter2"}),
        silent=containers({"name": "DB_PASSWORD", "value_from": {"secret_key_ref": {"name": "db", "key": "password"}}}),
        about="a container's variable",
    ),
    single(
        "secret-literal",
        "aws_ecs_task_definition",
        fires={"container_definitions": json.dumps([{"environment": [{"name": "API_KEY", "value": "hunter2"}]}])},
        silent={"container_definitions": json.dumps([{"environment": [{"name": "API_URL", "value": "https://x"}]}])},
        about="a container's variable in a text",
    ),
    single(
        "secret-literal",
        "aws_lambda_function",
        fires={"environment": {"variables": {"hfToken": "hunter2"}}},
        silent={"environment": {"variables": {"hfToken": "arn:aws:secretsmanager:us-east-1:1:secret:hf"}}},
    ),
    Pair(
        "secret-literal",
        ["prod"],
        variable("db_password", default="hunter2"),
        variable("db_password", sensitive=True, ephemeral=True),
        about="a variable's default",
    ),
    Pair(
        "secret-read-into-state",
        ["data.aws_secretsmanager_secret_version.it"],
        reading("data.aws_secretsmanager_secret_version.it", version_stage="AWSCURRENT"),
        reading("ephemeral.aws_secretsmanager_secret_version.it", version_stage="AWSCURRENT"),
    ),
    Pair(
        "secret-read-into-state",
        ["data.aws_ssm_parameter.it"],
        reading("data.aws_ssm_parameter.it", name="/acme/token"),
        reading("data.aws_ssm_parameter.it", name="/aws/service/ami"),
    ),
    Pair(
        "secret-read-into-state",
        ["data.azurerm_key_vault_secret.it"],
        reading("data.azurerm_key_vault_secret.it"),
        reading("ephemeral.azurerm_key_vault_secret.it"),
    ),
    single(
        "secret-kept-in-state",
        "aws_secretsmanager_secret_version",
        fires={"secret_string": "${var.secret}"},
        silent={"secret_string_wo": "${var.secret}", "secret_string_wo_version": 1},
    ),
    single(
        "secret-kept-in-state",
        "aws_ssm_parameter",
        fires={"type": "SecureString", "value": "${var.secret}"},
        silent={"type": "String", "value": "${var.level}"},
    ),
    single(
        "secret-kept-in-state",
        "azurerm_key_vault_secret",
        fires={"value": "${var.secret}"},
        silent={"value_wo": "${var.secret}"},
    ),
    single(
        "secret-kept-in-state",
        "google_secret_manager_secret_version",
        fires={"secret_data": "${var.secret}"},
        silent={"secret_data_wo": "${var.secret}"},
    ),
    Pair(
        "secret-kept-in-state",
        ["random_password.it"],
        {"prod": stack({"random_password.it": {"length": 32}})},
        {"prod": stack({"ephemeral.random_password.it": {"length": 32}})},
        about="one that is made",
    ),
    Pair(
        "secret-variable-not-ephemeral",
        ["prod"],
        variable("llm_api_key", sensitive=True),
        variable("llm_api_key", sensitive=True, ephemeral=True),
    ),
    Pair(
        "secret-literal",
        ["prod"],
        variable("db_password", default="hunter2"),
        variable("db_user", default="hunter2"),
        about="a default that is none",
    ),
    single(
        "secret-literal",
        "kubernetes_deployment_v1",
        fires=containers({"name": "DB_PASSWORD", "value": "hunter2"}),
        silent=containers({"name": "DB_PASSWORD", "value": ""}, {"name": "HASH_KEY", "value": "id"}),
        about="one that is empty",
    ),
    single(
        "secret-literal",
        "aws_dynamodb_table",
        fires={"tags": {"api_key": "hunter2"}},
        silent={"hash_key": "id", "tags": {"public_key": "ssh-ed25519 AAAA", "client_token": "retry-1"}},
        about="names that end alike",
    ),
    Pair(
        "secret-read-into-state",
        ["data.aws_ssm_parameter.it"],
        reading("data.aws_ssm_parameter.it", name="/acme/token"),
        reading("data.aws_ssm_parameter.it", name="/acme/token", with_decryption=False),
        about="read as it is stored",
    ),
    Pair(
        "secret-variable-not-ephemeral",
        ["prod"],
        variable("llm_api_key", sensitive=True),
        variable("region", default="us-east-1"),
        about="a variable that is none",
    ),
]
