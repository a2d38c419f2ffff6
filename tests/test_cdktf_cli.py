"""The stock CLI of CDK for Terraform synthesizes, deploys and destroys an environment as a user would."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from backstay import sandbox
from backstay.sandbox.accounts import DEFAULT_ACCOUNT
from backstay.terraform import mirror, settings
from tests.conftest import require

PROJECT = Path(__file__).parents[1]
CLI = PROJECT / ".tools/cdktf/node_modules/.bin/cdktf"
NODE = PROJECT / ".tools/node/bin"
STATE, REGION = "development-state-us-east-1", "development-us-east-1"


@dataclass(frozen=True)
class Checkout:
    """The project as somebody has it, with the embedded cloud in place of AWS."""

    folder: Path
    variables: dict[str, str]

    def run(self, *command: str | Path) -> str:
        done = subprocess.run(
            command, cwd=self.folder, env=self.variables, capture_output=True, text=True, check=False, timeout=600
        )
        assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-6000:]
        return done.stdout

    def cdktf(self, *arguments: str) -> str:
        return self.run(CLI, *arguments)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    require(CLI.exists(), "the CLI of CDK for Terraform is not installed: make .tools/cdktf/node_modules")
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("main.py", "stacks", "constructs", ".venv"):
        (folder / name).symlink_to(PROJECT / name)
    # Only Backstay's own commands leave out what the embedded cloud does not have.
    environment = (PROJECT / "environments/development.yaml").read_text()
    assert "    cache: active\n" in environment
    (folder / "environments").mkdir()
    (folder / "environments/development.yaml").write_text(environment.replace("    cache: active\n", ""))
    shutil.copy(PROJECT / "cdktf.json", folder)
    cloud = sandbox.Sandbox.start(folder / "cloud")
    variables = settings.child_environment(
        folder=folder / "terraform",
        mirror=mirror.find(None),
        environment=sandbox.environment(cloud.endpoint, account=DEFAULT_ACCOUNT),
    )
    variables |= {
        "BACKSTAY_ENV": "development",
        "PATH": os.pathsep.join([str(NODE), str(folder / "bin"), variables["PATH"]]),
        "CI": "1",
    }
    # What the CLI runs must be one program, so the Terraform from PyPI gets a name of its own.
    embedded = folder / "bin/embedded-terraform"
    embedded.parent.mkdir()
    embedded.write_text(f'#!/bin/sh\nexec {sys.executable} -m backstay.terraform.embedded "$@"\n')
    embedded.chmod(0o755)
    if not shutil.which("terraform"):
        variables["TERRAFORM_BINARY_NAME"] = embedded.name
    yield Checkout(folder, variables)
    cloud.stop()


@pytest.mark.sandbox
def test_it_synthesizes_the_stacks_of_one_environment(checkout: Checkout) -> None:
    checkout.cdktf("synth")
    manifest = json.loads((checkout.folder / "cdktf.out/manifest.json").read_text())
    assert set(manifest["stacks"]) == {STATE, REGION, f"{REGION}-workloads"}
    assert manifest["stacks"][REGION]["dependencies"] == [STATE]


@pytest.mark.sandbox
def test_it_deploys_and_destroys_a_region_whose_state_backstay_made(checkout: Checkout) -> None:
    checkout.run(checkout.folder / ".venv/bin/backstay", "state", "bootstrap", "development")
    options = ("--auto-approve", "--skip-provider-lock", "--ignore-missing-stack-dependencies")
    deployed = checkout.cdktf("deploy", REGION, *options, "--outputs-file", "outputs.json")
    assert "Apply complete!" in deployed
    outputs = json.loads((checkout.folder / "outputs.json").read_text())
    assert outputs[REGION] == {"cluster-name": "acme-development"}
    assert "No changes" in checkout.cdktf("diff", REGION, "--skip-provider-lock")
    assert "Destroy complete!" in checkout.cdktf("destroy", REGION, *options)
