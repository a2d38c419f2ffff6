"""Terraform itself, with the real providers, accepts the stacks of every environment, one of each shape.

Providers come from the mirror that BACKSTAY_PROVIDER_MIRROR names, or from the registry. A stack whose providers are
not all at hand is skipped, and those that are missing are named. Only AWS's has to be there in CI: the others may need
a registry that not every machine reaches.
"""

import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from backstay.terraform import ProviderMirrorError, TerraformNotFoundError, binary, mirror, settings
from tests.conftest import require
from tests.synthesis import ENVIRONMENTS, documents

INDISPENSABLE = "aws"


def shape(value: Any) -> Any:
    """What a stack is made of, without the texts and numbers in which regions differ."""
    if isinstance(value, Mapping):
        return tuple((key, shape(part)) for key, part in sorted(value.items()))
    if isinstance(value, list):
        return tuple(sorted({shape(part) for part in value}, key=repr))
    return type(value).__name__


def of_every_shape() -> list[tuple[str, str]]:
    """A stack of each shape, by its environment: Terraform says of those of the same shape the same."""
    found: dict[Any, tuple[str, str]] = {}
    for name in ENVIRONMENTS:
        for stack, document in documents(name).items():
            found.setdefault(shape({part: document[part] for part in document if part != "//"}), (name, stack))
    return list(found.values())


STACKS = of_every_shape()


@cache
def workshop(folder: Path) -> tuple[list[str], dict[str, str]]:
    """Terraform's command, and the environment in which it finds providers."""
    try:
        terraform = binary.find(os.environ)
        variables = settings.child_environment(folder=folder / "terraform", mirror=mirror.find(None))
    except (TerraformNotFoundError, ProviderMirrorError) as error:
        require(present=False, reason=str(error))
        raise
    return list(terraform.command), variables


def missing(error: str, required: Iterable[str]) -> list[str]:
    """The providers that Terraform could not install, by what it says."""
    return sorted(name for name in required if f"hashicorp/{name}" in error)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("validate")


@pytest.mark.sandbox
@pytest.mark.parametrize(("name", "stack"), STACKS, ids=[stack for _, stack in STACKS])
def test_terraform_accepts_the_stack(name: str, stack: str, folder: Path) -> None:
    command, variables = workshop(folder)
    document = documents(name)[stack]
    place = folder / stack
    place.mkdir()
    (place / "cdk.tf.json").write_text(json.dumps(document))

    def terraform(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, f"-chdir={place}", *arguments], env=variables, capture_output=True, text=True, check=False
        )

    begun = terraform("init", "-backend=false", "-input=false", "-no-color")
    if begun.returncode:
        required = document["terraform"]["required_providers"]
        absent = missing(begun.stderr, required)
        assert absent, begun.stderr
        wanted = ", ".join(f"{name} {required[name]['version']}" for name in absent)
        reason = f"not validated, since there is no provider {wanted} at hand"
        require(INDISPENSABLE not in absent, reason)
        pytest.skip(reason)
    done = terraform("validate", "-json", "-no-color")
    report = json.loads(done.stdout)
    assert report["valid"], json.dumps(report["diagnostics"], indent=2)


def test_providers_that_are_missing_are_told_by_what_terraform_says() -> None:
    said = (
        "Could not retrieve the list of available versions for provider\n"
        "hashicorp/kubernetes: provider registry.terraform.io/hashicorp/kubernetes was\nnot found\n"
    )
    assert missing(said, ["azurerm", "kubernetes"]) == ["kubernetes"]
    assert missing("Error: Unsupported Terraform Core version", ["azurerm", "kubernetes"]) == []
