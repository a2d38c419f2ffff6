"""The Python packages that a cloud's constructs are made from: each cloud's come with an extra."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from backstay import fast_jsii
from backstay.cli.examination.finding import NAMES, Finding
from backstay.topology import Cloud

if TYPE_CHECKING:
    from backstay.cli.examination.environments import Environments

PROVIDERS = {Cloud.AWS: "aws", Cloud.AZURE: "azurerm", Cloud.GOOGLE: "google"}
"""The Terraform provider of each cloud."""


def clouds_to_look_at(environments: Environments) -> list[Cloud]:
    """The clouds that are in use or could be; always AWS, for the sandbox."""
    return [cloud for cloud in Cloud if cloud is Cloud.AWS or environments.on(cloud) or _is_installed(cloud)]


def examine(cloud: Cloud, environments: Environments) -> Finding:
    """Look for a cloud's bindings; those of Kubernetes come with any."""
    subject = f"{NAMES[cloud]} bindings"
    is_for_sandbox = cloud is Cloud.AWS
    if _is_installed(cloud):
        return Finding(subject, version(_package(cloud).replace("_", "-")), is_needed=is_for_sandbox)
    users = environments.on(cloud)
    needed_by = f", needed by {', '.join(users)}" if users else ""
    return Finding(subject, f"not installed{needed_by}", f"install backstay[{cloud}]", is_needed=is_for_sandbox)


def cache() -> Finding:
    """Say whether synthesis is fast from now on."""
    cold = [package for package in fast_jsii.installed_providers() if not fast_jsii.is_warm(package)]
    if cold:
        return Finding("jsii's cache", f"cold for {', '.join(cold)}", "run `backstay warm`, or each synthesis is slow")
    return Finding("jsii's cache", "warm")


def _is_installed(cloud: Cloud) -> bool:
    return _package(cloud) in fast_jsii.installed_providers()


def _package(cloud: Cloud) -> str:
    return f"cdktf_cdktf_provider_{PROVIDERS[cloud]}"
