"""What the machine has, whichever cloud is meant."""

from __future__ import annotations

import importlib.util
import platform
import sys
from importlib.metadata import version
from typing import TYPE_CHECKING

from backstay.cli.examination.finding import Finding
from backstay.node import UnsupportedNodeError, find_node
from backstay.terraform import TerraformNotFoundError, binary, settings

if TYPE_CHECKING:
    from collections.abc import Iterator


def examine() -> Iterator[Finding]:
    """Look at Python, Node, Terraform and the emulator."""
    yield _python()
    yield _node()
    yield _terraform()
    yield from _cli_configuration()
    yield _emulator()


def _python() -> Finding:
    found = f"{platform.python_version()}, {sys.executable}"
    is_supported = (3, 11) <= sys.version_info[:2] <= (3, 13)
    return Finding("Python", found, "" if is_supported else "use Python 3.11, 3.12 or 3.13", is_needed=True)


def _node() -> Finding:
    try:
        node = find_node()
    except UnsupportedNodeError as error:
        return Finding("Node", "none that can be used", str(error), is_needed=True)
    return Finding("Node", f"{node.version} ({node.origin}), {node.path}", is_needed=True)


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


def _emulator() -> Finding:
    if importlib.util.find_spec("moto") and importlib.util.find_spec("flask"):
        return Finding("embedded cloud", f"moto {version('moto')}, which emulates AWS only", is_needed=True)
    return Finding("embedded cloud", "not installed", "install backstay[sandbox]", is_needed=True)
