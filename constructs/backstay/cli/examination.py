"""What `backstay doctor` looks at. No value of a credential is ever read into a finding, only where it is."""

from __future__ import annotations

import importlib.util
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import URLError
from urllib.request import urlopen

from rich.table import Table

from backstay.cli import console
from backstay.cli.project import Project
from backstay.terraform import ProviderMirrorError, TerraformNotFoundError, binary, mirror, settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_REGISTRY = "https://registry.terraform.io/.well-known/terraform.json"
_REGISTRY_SECONDS = 5
_AWS_VARIABLES = ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN")
_AWS_FILES = {
    "AWS_SHARED_CREDENTIALS_FILE": Path("~/.aws/credentials"),
    "AWS_CONFIG_FILE": Path("~/.aws/config"),
}


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `advice` when something is to be done about it."""

    subject: str
    found: str
    advice: str = ""
    is_needed: bool = False
    """Whether the sandbox cannot run without it."""

    @property
    def blocks_the_sandbox(self) -> bool:
        """Say whether it is needed and not as it has to be."""
        return self.is_needed and bool(self.advice)

    def as_json(self) -> dict[str, Any]:
        """Return it for --json."""
        return {
            "subject": self.subject,
            "found": self.found,
            "advice": self.advice or None,
            "blocks_the_sandbox": self.blocks_the_sandbox,
        }


def examine(provider_mirror: Path | None) -> list[Finding]:
    """Look at everything; takes a few seconds where the registry does not answer."""
    return [
        _python(),
        _node(),
        _bindings(),
        _cache(),
        _terraform(),
        *_cli_configuration(),
        providers(provider_mirror),
        _emulator(),
        _credentials(),
        *_environments(Project()),
    ]


def show(findings: Sequence[Finding]) -> None:
    """Print the findings as a table, each with what to do about it."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        state, style = ("ok", "green") if not finding.advice else ("missing", "red")
        if finding.advice and not finding.is_needed:
            state, style = "note", "yellow"
        table.add_row(f"[{style}]{state}[/]", finding.subject, finding.found)
        if finding.advice:
            table.add_row("", "", f"[bold]{finding.advice}[/]")
    console.stdout().print(table)


def _python() -> Finding:
    found = f"{platform.python_version()}, {sys.executable}"
    is_supported = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Finding("Python", found, "" if is_supported else "use Python 3.11, 3.12 or 3.13", is_needed=True)


def _node() -> Finding:
    from backstay.node import UnsupportedNodeError, find_node

    try:
        node = find_node()
    except UnsupportedNodeError as error:
        return Finding("Node", "none that can be used", str(error), is_needed=True)
    return Finding("Node", f"{node.version} ({node.origin}), {node.path}", is_needed=True)


def _bindings() -> Finding:
    from backstay import fast_jsii

    packages = fast_jsii.installed_providers()
    if not packages:
        advice = "install the bindings of your cloud: backstay[aws]"
        return Finding("provider bindings", "none", advice, is_needed=True)
    return Finding("provider bindings", ", ".join(packages), is_needed=True)


def _cache() -> Finding:
    from backstay import fast_jsii

    cold = [package for package in fast_jsii.installed_providers() if not fast_jsii.is_warm(package)]
    if cold:
        return Finding("jsii's cache", f"cold for {', '.join(cold)}", "run `backstay warm`, or each synthesis is slow")
    return Finding("jsii's cache", "warm")


def _terraform() -> Finding:
    try:
        return Finding("Terraform", str(binary.find()), is_needed=True)
    except TerraformNotFoundError as error:
        return Finding("Terraform", "none that can be used", str(error), is_needed=True)


def _cli_configuration() -> Iterator[Finding]:
    if missing := settings.missing_cli_configuration():
        yield Finding(
            "Terraform's configuration",
            f"TF_CLI_CONFIG_FILE names {missing}, which does not exist",
            "unset TF_CLI_CONFIG_FILE or create the file; Backstay runs Terraform without it",
        )


def providers(option: Path | None) -> Finding:
    """Say where Terraform would get its providers from."""
    try:
        found = mirror.find(option)
    except ProviderMirrorError as error:
        return Finding("providers", "a mirror that cannot be used", str(error), is_needed=True)
    if found is not None:
        held = ", ".join(f"{source} {' '.join(versions)}" for source, versions in found.providers.items())
        return Finding("providers", f"mirrored in {found.directory}: {held}", is_needed=True)
    if settings.has_own_cli_configuration(os.environ):
        return Finding("providers", "from where Terraform's own configuration says", is_needed=True)
    try:
        with urlopen(_REGISTRY, timeout=_REGISTRY_SECONDS):
            return Finding("providers", "the registry answers", is_needed=True)
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        return Finding(
            "providers",
            f"the registry does not answer: {reason}",
            "check the network, or name a directory of providers with --provider-mirror DIR or "
            f"{mirror.VARIABLE}; where there is a network, `terraform providers mirror DIR` makes one",
            is_needed=True,
        )


def _emulator() -> Finding:
    if importlib.util.find_spec("moto") and importlib.util.find_spec("flask"):
        from importlib.metadata import version

        return Finding("embedded cloud", f"moto {version('moto')}", is_needed=True)
    return Finding("embedded cloud", "not installed", "install backstay[sandbox]", is_needed=True)


def _credentials() -> Finding:
    places = [name for name in _AWS_VARIABLES if os.environ.get(name)]
    for variable, usual in _AWS_FILES.items():
        path = Path(os.environ.get(variable) or usual).expanduser()
        if path.is_file():
            places.append(str(path))
    if places:
        return Finding("AWS credentials", f"named by {', '.join(places)}")
    return Finding("AWS credentials", "none", "for a real account set AWS_PROFILE or log in; the sandbox needs none")


def _environments(project: Project) -> Iterator[Finding]:
    from backstay import environment_file

    if not (project.directory / "cdktf.json").is_file():
        yield Finding(
            "project", f"no cdktf.json in {project.directory.absolute()}", "run backstay in the project's directory"
        )
    for name in environment_file.names(project.directory):
        try:
            environment = environment_file.load(environment_file.find(name, project.directory))
        except environment_file.EnvironmentFileError as error:
            yield Finding(f"environment {name}", f"{len(error.problems)} problem(s)", f"see `backstay check {name}`")
        else:
            regions = ", ".join(region.region for region in environment.regions.values())
            yield Finding(f"environment {name}", f"{environment.mode}: {regions}")
