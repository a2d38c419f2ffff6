"""The commands by which Terraform gets tokens for the clusters' Kubernetes API."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

from backstay.cli.examination import credentials
from backstay.cli.examination.finding import Finding
from backstay.topology import Cloud

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backstay.cli.examination.environments import Environments

_KUBELOGIN = "install it with `az aks install-cli`, or from https://azure.github.io/kubelogin"
_GKE_PLUGIN = "install it with `gcloud components install gke-gcloud-auth-plugin`"
_AWS_CLI = "install version 2 of the AWS CLI"


def examine(environments: Environments) -> Iterator[Finding]:
    """Look for those that the environments' clusters need."""
    # Elsewhere the AWS provider gets the token by itself.
    old = [name for name, found in environments.with_cluster_on(Cloud.AWS).items() if found.secrets_through_state]
    if old:
        yield _command("aws", f"tokens for EKS in {', '.join(old)}", _AWS_CLI)
    if azure := environments.with_cluster_on(Cloud.AZURE):
        found = _command("kubelogin", f"tokens for AKS in {', '.join(azure)}", _KUBELOGIN)
        yield found
        if not found.advice and not os.environ.get("AAD_LOGIN_METHOD"):
            yield _command("az", "the login that kubelogin takes", "install the Azure CLI, or set AAD_LOGIN_METHOD")
    if google := environments.with_cluster_on(Cloud.GOOGLE):
        found = _command("gke-gcloud-auth-plugin", f"tokens for GKE in {', '.join(google)}", _GKE_PLUGIN)
        yield found
        if not found.advice and credentials.are_unknown_to_gcloud():
            yield Finding(
                "tokens for GKE",
                "gke-gcloud-auth-plugin finds no application default credentials, which are all that it takes",
                "run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS to a file",
            )


def _command(name: str, purpose: str, how_to_get_it: str) -> Finding:
    if path := shutil.which(name):
        return Finding(f"command {name}", f"{path}, for {purpose}")
    return Finding(f"command {name}", f"not on PATH, for {purpose}", how_to_get_it)
