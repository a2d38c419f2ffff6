"""What `backstay doctor` looks at. No value of a credential is ever read into a finding, only where it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backstay.cli.examination import bindings, credentials, machine, tokens
from backstay.cli.examination.environments import Environments
from backstay.cli.examination.finding import Finding, show
from backstay.cli.examination.providers import providers
from backstay.cli.project import Project

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Finding", "examine", "providers", "show"]


def examine(provider_mirror: Path | None) -> list[Finding]:
    """Look at everything; takes a few seconds where the registry does not answer."""
    environments = Environments.of(Project())
    clouds = bindings.clouds_to_look_at(environments)
    return [
        *machine.examine(),
        *(bindings.examine(cloud, environments) for cloud in clouds),
        bindings.cache(),
        *providers(provider_mirror, clouds),
        *(credentials.examine(cloud, environments) for cloud in clouds),
        *tokens.examine(environments),
        *environments.examine(),
    ]
