"""How Terraform, its state backend and any AWS SDK are pointed at the sandbox, and at nothing else."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from backstay.sandbox import left_out
from backstay.sandbox.accounts import DEFAULT_ACCOUNT, access_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

OVERRIDE_FILE = "sandbox_override.tf.json"

# What could lead the provider or the backend past the environment, to a real account or endpoint.
_ESCAPES = frozenset(
    {
        "access_key",
        "endpoint",
        "endpoints",
        "http_proxy",
        "https_proxy",
        "profile",
        "secret_key",
        "shared_config_files",
        "shared_credentials_file",
        "shared_credentials_files",
        "token",
    }
)

# The variables by which the clouds' providers and backends find accounts and credentials.
_OF_ACCOUNTS = ("AWS_", "ARM_", "GOOGLE_")

# Enough for a connection that a busy machine drops.
_RETRIES = 2

_LOOPBACK_HOSTS = ("127.0.0.1", "localhost")


def environment(
    endpoint: str, *, account: str = DEFAULT_ACCOUNT, base: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The whole environment for a command that is to reach the sandbox at `endpoint` and no real account.

    It is `base` (by default this process's environment) without anything that names a real account,
    endpoint or credential, and with the sandbox's own.

    Raises ValueError when `account` is not 12 digits.
    """
    given = os.environ if base is None else base
    kept = {name: value for name, value in given.items() if not name.startswith(_OF_ACCOUNTS)}
    no_proxy = ",".join(filter(None, (kept.get("NO_PROXY") or kept.get("no_proxy"), *_LOOPBACK_HOSTS)))
    return kept | {
        # Every service of the provider, the s3 backend and remote state alike.
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_ACCESS_KEY_ID": access_key(account),
        "AWS_SECRET_ACCESS_KEY": "sandbox",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CHECKPOINT_DISABLE": "1",
        "NO_PROXY": no_proxy,
        "no_proxy": no_proxy,
    }


def write_override(stack_directory: Path, *, local_state: Path) -> Path | None:
    """Write beside a stack's `cdk.tf.json` what keeps it in the sandbox; None when nothing is needed.

    `environment` is enough for a provider and an s3 backend that name no credentials or endpoints of their
    own. Those that do lose them here; a backend that the emulator does not have becomes a file under
    `local_state`. The provider also gives up early, since its 25 tries make a lost region look like a
    command that hangs. What the emulator does not have at all is left out (see `left_out`).
    """
    stack = json.loads((stack_directory / "cdk.tf.json").read_text())
    override: dict[str, Any] = {}
    if providers := [_contained(provider) for provider in _aws_providers(stack)]:
        override["provider"] = {"aws": providers}
    if backend := _backend(stack.get("terraform", {}), local_state / f"{stack_directory.name}.tfstate"):
        override["terraform"] = {"backend": backend}
    if absent := left_out.override(stack):
        override["resource"] = absent
    path = stack_directory / OVERRIDE_FILE
    if not override:
        path.unlink(missing_ok=True)
        return None
    path.write_text(json.dumps(override, indent=2) + "\n")
    return path


def _aws_providers(stack: dict[str, Any]) -> list[dict[str, Any]]:
    providers = stack.get("provider", {}).get("aws", [])
    return providers if isinstance(providers, list) else [providers]


def _contained(provider: dict[str, Any]) -> dict[str, Any]:
    """The provider block that, laid over `provider`, takes away what it must not use."""
    named = {"alias": provider["alias"]} if "alias" in provider else {}
    # A null takes an argument away; a block only gives way to another of its kind.
    taken = {key: [{}] if key == "endpoints" else None for key in sorted(_ESCAPES & provider.keys())}
    return named | {"max_retries": _RETRIES} | taken


def _backend(terraform: dict[str, Any], local_state: Path) -> dict[str, Any] | None:
    """The backend to lay over the stack's; an override replaces the whole block, so it is complete."""
    settings = terraform.get("backend", {}).get("s3")
    if settings is None:
        is_elsewhere = "cloud" in terraform or terraform.get("backend", {}).keys() - {"local"}
        return {"local": {"path": str(local_state)}} if is_elsewhere else None
    if not _ESCAPES & settings.keys():
        return None
    return {"s3": {key: value for key, value in settings.items() if key not in _ESCAPES}}
