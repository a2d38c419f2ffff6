"""No secret value stands in the code or in the state."""

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from backstay.checks.block import Block
from backstay.checks.rule import Case, Found, Severity, rule

_SENSITIVE = "https://developer.hashicorp.com/terraform/language/manage-sensitive-data"
_KNOWN_SECRETS = {
    "an AWS access key": r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b",
    "a private key": r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----",
    "a GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_\w{60,})",
    "a Hugging Face token": r"\bhf_[A-Za-z0-9]{30,}",
    "an OpenAI key": r"\bsk-(?:proj-)?[A-Za-z0-9_-]{32,}",
    "a Slack token": r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "a Google API key": r"\bAIza[A-Za-z0-9_-]{35}\b",
}
_KNOWN = re.compile("|".join(f"({pattern})" for pattern in _KNOWN_SECRETS.values()))
_SHORTEST = 14
# What holds a secret by its name: DB_PASSWORD, apiKey, master_password_wo.
_SECRET_NAME = re.compile(
    r"(?:^|_)(?:password|passwd|passphrase|secret|token|api_?key|access_?key|secret_?key|private_?key|auth_?token)"
    r"(?:_wo|_value)?$"
)
# Names that end like one and hold something else.
_NOT_SECRET = re.compile(r"^(?:client_token|next_token|http_put_response_token|pagination_token|hash_key|public_?key)$")
# Whatever stands there is the secret.
_SECRET_ARGUMENTS = {
    "aws_secretsmanager_secret_version": ("secret_string", "secret_binary", "secret_string_wo"),
    "azurerm_key_vault_secret": ("value", "value_wo"),
    "google_secret_manager_secret_version": ("secret_data", "secret_data_wo"),
    "kubernetes_secret": ("data", "binary_data"),
    "kubernetes_secret_v1": ("data", "binary_data", "data_wo", "binary_data_wo"),
}
# What these arguments are given is kept in the state.
_KEPT_ARGUMENTS = {
    "aws_db_instance": ("password",),
    "aws_docdb_cluster": ("master_password",),
    "aws_elasticache_replication_group": ("auth_token",),
    "aws_rds_cluster": ("master_password",),
    "aws_secretsmanager_secret_version": ("secret_string", "secret_binary"),
    "aws_ssm_parameter": ("value",),
    "azurerm_key_vault_secret": ("value",),
    "azurerm_mssql_server": ("administrator_login_password",),
    "azurerm_mysql_flexible_server": ("administrator_password",),
    "azurerm_postgresql_flexible_server": ("administrator_password",),
    "google_secret_manager_secret_version": ("secret_data",),
    "google_sql_user": ("password",),
    "kubernetes_secret": ("data", "binary_data"),
    "kubernetes_secret_v1": ("data", "binary_data"),
}
# These make a secret, and keep it there too.
_MAKERS = (
    "aws_iam_access_key",
    "azuread_application_password",
    "azurerm_storage_account_sas",
    "google_service_account_key",
    "random_password",
    "tls_private_key",
)
_READERS = (
    "aws_ecr_authorization_token",
    "aws_eks_cluster_auth",
    "aws_kms_secrets",
    "aws_secretsmanager_secret_version",
    "aws_secretsmanager_random_password",
    "azurerm_key_vault_secret",
    "azurerm_key_vault_secrets",
    "google_client_config",
    "google_secret_manager_secret_version",
    "google_secret_manager_secret_version_access",
    "kubernetes_secret",
    "kubernetes_secret_v1",
    "vault_generic_secret",
    "vault_kv_secret_v2",
)


@rule(
    "secret-literal",
    what="no secret is written out",
    fix="revoke it, store the new one in the cloud's secret store, and refer to it by name",
    source=_SENSITIVE,
)
def secret_literal(case: Case) -> Found:
    """Whoever can read the code, the plan or the build's output has it, and it stays in the history for ever."""
    for block in case.stacks.blocks:
        if place := next(_written_out(block), None):
            yield block, f"{place}; it is not shown here"
    for stack in case.stacks.all:
        for name, variable in stack.variables.items():
            if _is_secret_name(name) and _is_literal(variable.get("default")):
                yield stack, f"variable {name} has a default, which is a secret by its name; it is not shown here"


def _written_out(block: Block) -> Iterator[str]:
    for path, text in block.strings:
        if len(text) >= _SHORTEST and (known := _KNOWN.search(text)):
            kind = list(_KNOWN_SECRETS)[(known.lastindex or 1) - 1]
            yield f"{'.'.join(path)} holds {kind}"
        elif _is_literal(text) and (path[0] in _SECRET_ARGUMENTS.get(block.type, ()) or _is_secret_name(path[-1])):
            yield f"{'.'.join(path)} is written out"
    if any(path[-1] == "value" or '"value"' in text for path, text in block.strings):
        for name in _environment(block.body):
            yield f"the environment variable {name} is written out"


def _environment(value: Any) -> Iterator[str]:
    """The variables of containers, which are objects with a name and a value, that are secrets by their name."""
    if isinstance(value, dict):
        name, given = value.get("name"), value.get("value")
        if isinstance(name, str) and _is_secret_name(name) and _is_literal(given):
            yield name
        for item in value.values():
            yield from _environment(item)
    elif isinstance(value, list):
        for item in value:
            yield from _environment(item)
    elif isinstance(value, str) and value.startswith("[{") and '"value"' in value:
        # ECS takes its containers as a text of JSON.
        try:
            yield from _environment(json.loads(value))
        except (ValueError, RecursionError):
            return


@lru_cache(maxsize=4_096)
def _is_secret_name(name: str) -> bool:
    plain = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).replace("-", "_").lower()
    return bool(_SECRET_NAME.search(plain)) and not _NOT_SECRET.match(plain)


def _is_literal(value: Any) -> bool:
    return isinstance(value, str) and value.strip() != "" and "${" not in value and not value.startswith("arn:")


@rule(
    "secret-read-into-state",
    what="no data source reads a secret",
    fix="read it with an ephemeral resource of the same name, or let the workload read it itself",
    source=f"{_SENSITIVE}/ephemeral",
)
def secret_read_into_state(case: Case) -> Found:
    """What a data source reads is kept in the state as plain text, and copied with it to every region."""
    for block in case.stacks.data(*_READERS):
        yield block, f"{block.type} writes the secret into the state"
    for block in case.stacks.data("aws_ssm_parameter"):
        # Those are AWS's own, for everybody to read.
        is_public = any(text.startswith("/aws/service/") for text in block.texts("name"))
        if not is_public and block.flag("with_decryption", default=True) is not False:
            yield (
                block,
                "a parameter is read decrypted, and so a secure one goes into the state; set with_decryption = false",
            )


@rule(
    "secret-kept-in-state",
    what="no resource keeps a secret in the state",
    fix="use the write-only argument that ends in _wo, or a password that the cloud manages",
    source=f"{_SENSITIVE}/write-only",
)
def secret_kept_in_state(case: Case) -> Found:
    """The state is read by everybody who plans, and copied to every region that may have to take over."""
    for block in case.stacks.resources(*_MAKERS):
        yield block, f"{block.type} makes a secret and keeps it in the state"
    for block in case.stacks.resources(*_KEPT_ARGUMENTS):
        given = [argument for argument in _KEPT_ARGUMENTS[block.type] if block.has(argument)]
        if given and (block.type != "aws_ssm_parameter" or block.text("type") == "SecureString"):
            yield block, f"{given[0]} is kept in the state"


@rule(
    "secret-variable-not-ephemeral",
    what="a variable that holds a secret is ephemeral",
    fix="set ephemeral = true, and use it in write-only arguments only",
    source=f"{_SENSITIVE}/ephemeral",
    severity=Severity.WARNING,
)
def secret_variable_not_ephemeral(case: Case) -> Found:
    """`sensitive` hides a value from the output; it is written into every saved plan all the same."""
    for stack in case.stacks.all:
        for name, variable in stack.variables.items():
            if variable.get("sensitive") is True and variable.get("ephemeral") is not True:
                yield stack, f"variable {name} is sensitive and not ephemeral"
