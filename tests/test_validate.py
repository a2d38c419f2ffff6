"""Terraform itself, with the real providers, accepts every stack of every environment."""

import json
import os
import subprocess
from functools import cache
from pathlib import Path

import pytest

from backstay.terraform import ProviderMirrorError, TerraformNotFoundError, binary, mirror, settings
from tests.conftest import require
from tests.synthesis import ENVIRONMENTS, documents

STACKS = [(name, stack) for name in ENVIRONMENTS for stack in documents(name)]


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
        others = set(document["terraform"]["required_providers"]) - {"aws"}
        # Only AWS's provider is asked for in CI: the others need a registry, which not every machine reaches.
        require(others, f"no AWS provider at hand: {begun.stderr}")
        pytest.skip(f"no provider at hand for {', '.join(sorted(others))}: not validated by Terraform here")
    done = terraform("validate", "-json", "-no-color")
    report = json.loads(done.stdout)
    assert report["valid"], json.dumps(report["diagnostics"], indent=2)
    assert [problem for problem in report["diagnostics"] if problem["severity"] == "error"] == []
