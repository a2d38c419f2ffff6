"""Saying what is there and what is missing."""

import importlib.util
from pathlib import Path

import pytest

from backstay.terraform.mirror import current_platform
from tests.cli.conftest import Project
from tests.conftest import require


@pytest.fixture
def mirror(tmp_path: Path) -> Path:
    plugin = (
        tmp_path / f"mirror/registry.terraform.io/hashicorp/aws/5.100.0/{current_platform()}/terraform-provider-aws"
    )
    plugin.parent.mkdir(parents=True)
    plugin.touch()
    return tmp_path / "mirror"


def findings(project: Project, *arguments: str, **variables: str) -> dict[str, dict[str, object]]:
    return {found["subject"]: found for found in project.json("doctor", *arguments, **variables)["findings"]}


def test_it_exits_with_0_when_the_sandbox_can_run(project: Project, mirror: Path, terraform_on_path: str) -> None:
    require(importlib.util.find_spec("moto"), "the sandbox extra is not installed")
    done = project.run("doctor", "--provider-mirror", str(mirror))
    assert done.returncode == 0, done.stdout
    assert terraform_on_path in done.stdout
    assert "the sandbox can run here" in done.stdout


def test_without_terraform_it_says_how_to_get_one(project: Project, mirror: Path) -> None:
    done = project.run("doctor", "--provider-mirror", str(mirror), TERRAFORM_BINARY_NAME="absent")
    assert done.returncode == 1
    assert "the sandbox cannot run here for want of: Terraform" in done.stdout
    found = findings(project, "--provider-mirror", str(mirror), TERRAFORM_BINARY_NAME="absent")["Terraform"]
    assert "neither an executable file nor a command on PATH" in str(found["advice"])


def test_an_old_node_is_found_out(project: Project, mirror: Path, tmp_path: Path) -> None:
    node = tmp_path / "node"
    node.write_text("#!/bin/sh\necho v18.20.0\n")
    node.chmod(0o755)
    found = findings(project, "--provider-mirror", str(mirror), JSII_NODE=str(node))["Node"]
    assert found["blocks_the_sandbox"] is True
    assert "is release 18.20.0; jsii needs Node 22 or 24" in str(found["advice"])


def test_a_mirror_that_is_none_is_explained(project: Project, tmp_path: Path) -> None:
    found = findings(project, BACKSTAY_PROVIDER_MIRROR=str(tmp_path))["providers"]
    assert "holds no provider for" in str(found["advice"])


def test_a_configuration_file_that_does_not_exist_is_mentioned(project: Project, mirror: Path) -> None:
    found = findings(project, "--provider-mirror", str(mirror), TF_CLI_CONFIG_FILE="/absent.tfrc")
    note = found["Terraform's configuration"]
    assert "/absent.tfrc, which does not exist" in str(note["found"])
    assert note["blocks_the_sandbox"] is False


def test_credentials_are_named_by_where_they_are_and_never_shown(project: Project, mirror: Path) -> None:
    credentials = {"AWS_ACCESS_KEY_ID": "AKIAHIDDEN", "AWS_SECRET_ACCESS_KEY": "hidden-too"}
    done = project.run("doctor", "--provider-mirror", str(mirror), **credentials)
    assert "named by AWS_ACCESS_KEY_ID" in done.stdout
    for value in credentials.values():
        assert value not in done.stdout + done.stderr


def test_a_broken_environment_is_pointed_at(project: Project, mirror: Path) -> None:
    (project.directory / "environments/broken.yaml").write_text("name: broken\n")
    found = findings(project, "--provider-mirror", str(mirror))
    assert found["environment broken"]["advice"] == "see `backstay check broken`"
    assert found["environment development"]["advice"] is None
