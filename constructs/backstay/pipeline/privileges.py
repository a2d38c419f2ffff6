"""What can be planned by somebody who may read how things are set up and nothing else: no secret, and no cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backstay.terraform import Action

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

IN_CLUSTER = "what runs in its cluster is compared with the state, since whoever only plans may not enter the cluster"
"""What a plan of such a stack does not see."""

_TELLS_NO_SECRET = frozenset({"aws_eks_cluster_auth", "aws_secretsmanager_random_password", "random_password"})
"""Ephemeral resources that are opened with nobody's secret: what is made up on the spot, or by the planner's rights."""

_STORED_SECRETS = frozenset(
    {
        "aws_secretsmanager_secret_version",
        "azurerm_key_vault_secret",
        "google_secret_manager_secret_version",
        "google_secret_manager_secret_version_access",
    }
)
_ASKS_TO_PLAN = "kubernetes_manifest"
_BY_APPLY = "the apply plans and examines it"


def why_not(configuration: Mapping[str, Any], action: Action, *, reads_secrets: bool) -> str:
    """Why a stack is neither planned nor looked at; empty where it is.

    Args:
        configuration: the stack's Terraform JSON.
        action: a plan, or a look for drift.
        reads_secrets: whether whoever plans may read what the stack reads, as the environment file allows.
    """
    if not reads_secrets and (secrets := list(_secrets(configuration))):
        more = f" and {len(secrets) - 1} more" if len(secrets) > 1 else ""
        return f"Terraform reads {secrets[0]}{more} while it plans, and whoever only plans reads no secret; {_BY_APPLY}"
    if not is_in_cluster(configuration):
        return ""
    if action is Action.DRIFT:
        return "only its cluster can tell what runs in it, and whoever only plans may not enter the cluster"
    if manifests := configuration.get("resource", {}).get(_ASKS_TO_PLAN):
        named = f"{_ASKS_TO_PLAN}.{next(iter(manifests))}"
        return (
            f"its cluster is asked about {named} while it is planned, and whoever only plans may not ask; {_BY_APPLY}"
        )
    return ""


def is_in_cluster(configuration: Mapping[str, Any]) -> bool:
    """Whether the stack is of what runs in a cluster, which only the cluster can tell."""
    return "kubernetes" in configuration.get("provider", {})


def _secrets(configuration: Mapping[str, Any]) -> Iterator[str]:
    for kind, named in configuration.get("ephemeral", {}).items():
        if kind not in _TELLS_NO_SECRET:
            yield from (f"ephemeral.{kind}.{name}" for name in named)
    for kind, named in configuration.get("data", {}).items():
        if kind in _STORED_SECRETS:
            yield from (f"data.{kind}.{name}" for name in named)
