"""Where Terraform would get its providers from."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import urlopen

from backstay.cli.examination.bindings import PROVIDERS
from backstay.cli.examination.finding import Finding
from backstay.terraform import ProviderMirrorError, mirror, settings
from backstay.topology import Cloud

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_REGISTRY = "https://registry.terraform.io/.well-known/terraform.json"
_REGISTRY_SECONDS = 5
_NAMESPACE = "registry.terraform.io/hashicorp"
_FOR_SANDBOX = PROVIDERS[Cloud.AWS]


def providers(option: Path | None, clouds: Sequence[Cloud] = (Cloud.AWS,)) -> list[Finding]:
    """Say where the provider of each cloud would come from, and that of Kubernetes; the sandbox needs that of AWS."""
    try:
        found = mirror.find(option)
    except ProviderMirrorError as error:
        return [Finding("providers", "a mirror that cannot be used", str(error), is_needed=True)]
    findings: list[Finding] = []
    elsewhere: list[str] = []
    for name in (*(PROVIDERS[cloud] for cloud in clouds), "kubernetes"):
        versions = found.providers.get(f"{_NAMESPACE}/{name}") if found else None
        if found and versions:
            where = f"{', '.join(versions)}, mirrored in {found.directory}"
            findings.append(Finding(f"provider {name}", where, is_needed=name == _FOR_SANDBOX))
        else:
            elsewhere.append(name)
    if elsewhere:
        where, advice = _origin(has_mirror=found is not None)
        # Apart from the others, because the sandbox needs it.
        for is_needed in (True, False):
            if names := [name for name in elsewhere if (name == _FOR_SANDBOX) is is_needed]:
                findings.append(Finding(f"provider {', '.join(names)}", where, advice, is_needed=is_needed))
    return findings


def _origin(*, has_mirror: bool) -> tuple[str, str]:
    """Say where providers come from that are not mirrored, and what to do if that is nowhere."""
    if not has_mirror and settings.has_own_cli_configuration(os.environ):
        return "from where Terraform's own configuration says", ""
    try:
        with urlopen(_REGISTRY, timeout=_REGISTRY_SECONDS):
            return "from the registry, which answers", ""
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        return (
            f"from the registry, which does not answer: {reason}",
            "check the network, or name a directory that holds what is missing with --provider-mirror DIR or "
            f"{mirror.VARIABLE}; where there is a network, `terraform providers mirror DIR` makes one",
        )
