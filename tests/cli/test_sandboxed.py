"""The verbs against the embedded cloud, with the real AWS provider."""

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from backstay.cli import examination
from backstay.sandbox import Sandbox
from tests.cli.aws_stacks import (
    AZURE_REGION,
    AZURE_STATE,
    REGION,
    STATE,
    WORKLOADS,
    azure_stack,
    region_stack,
    state_stack,
    workloads_stack,
)
from tests.cli.conftest import Project
from tests.conftest import require

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module", autouse=True)
def providers(terraform_on_path: str) -> None:
    assert terraform_on_path
    aws, *_ = examination.providers(None)
    require(not aws.advice, f"no AWS provider: {aws.found}")


def write_stacks(project: Project) -> None:
    project.write_environment(state="{backend: s3}", disposable=False)
    project.write(
        {
            STATE: state_stack(),
            REGION: region_stack(),
            WORKLOADS: workloads_stack(),
            AZURE_STATE: azure_stack(),
            AZURE_REGION: azure_stack(),
        },
        depends_on={REGION: [STATE], WORKLOADS: [REGION], AZURE_REGION: [AZURE_STATE]},
    )


class Deployed:
    """A project after its first deploy to the sandbox, with the document that the deploy printed."""

    def __init__(self, directory: Path) -> None:
        self.project = Project(directory)
        write_stacks(self.project)
        self.first: dict[str, Any] = self.project.json("deploy", "development", "--sandbox")


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    found = Deployed(tmp_path_factory.mktemp("deployed") / "project")
    yield found
    found.project.end_sandboxes()


def outcomes(document: dict[str, Any]) -> dict[str, str]:
    return {stack["name"]: stack["outcome"] for stack in document["stacks"]}


@pytest.mark.sandbox
def test_a_deploy_makes_the_state_and_then_all_that_the_emulator_can_hold(deployed: Deployed) -> None:
    assert deployed.first["exit_status"] == 0, deployed.first
    assert outcomes(deployed.first) == {STATE: "changed", REGION: "changed"}


@pytest.mark.sandbox
def test_what_was_not_exercised_is_told_with_its_reason(deployed: Deployed) -> None:
    assert deployed.first["sandbox"]["not_exercised"] == {
        AZURE_STATE: ["hashicorp/azurerm"],
        AZURE_REGION: ["hashicorp/azurerm"],
        WORKLOADS: ["hashicorp/kubernetes"],
    }


@pytest.mark.sandbox
def test_what_was_created_is_told_by_region(deployed: Deployed) -> None:
    (_, region) = deployed.first["sandbox"]["created"]
    assert region == {
        "stack": REGION,
        "region": "us-east-1",
        "resources": {"aws_s3_bucket": 1, "aws_s3_object": 1},
        "names": {"aws_s3_bucket": ["acme-development-data"]},
    }


@pytest.mark.sandbox
def test_the_second_plan_is_empty(deployed: Deployed) -> None:
    assert deployed.first["sandbox"]["second_plan_is_empty"] is True
    planned = deployed.project.run("plan", "development", "--sandbox")
    assert planned.returncode == 0
    assert f"not exercised: {AZURE_REGION}, for want of hashicorp/azurerm" in planned.stderr


@pytest.mark.sandbox
def test_a_second_deploy_changes_nothing_in_the_same_emulator(deployed: Deployed) -> None:
    second = deployed.project.json("deploy", "development", "--sandbox", "--detailed-exitcode")
    assert second["exit_status"] == 0
    assert outcomes(second) == {STATE: "unchanged", REGION: "unchanged"}
    assert second["sandbox"]["endpoint"] == deployed.first["sandbox"]["endpoint"]


@pytest.mark.sandbox
def test_people_read_what_stands_where(deployed: Deployed) -> None:
    shown = deployed.project.run("deploy", "development", "--sandbox").stdout
    assert "aws_s3_bucket in us-east-1: acme-development-data" in shown
    assert f"not exercised: {WORKLOADS}, for want of hashicorp/kubernetes" in shown
    assert f"not exercised: {AZURE_REGION}, for want of hashicorp/azurerm" in shown
    assert "the embedded cloud emulates AWS only" in shown
    assert "a second plan finds nothing to change" in shown
    assert "backstay destroy development --sandbox" in shown


@pytest.mark.sandbox
def test_nothing_of_the_sandbox_lies_where_a_real_deployment_would_look(deployed: Deployed) -> None:
    assert not (deployed.project.directory / "cdktf.out").exists()
    assert {path.name for path in (deployed.project.directory / ".backstay/sandbox").iterdir()} == {"development"}


@pytest.mark.sandbox
def test_destroy_takes_away_even_what_is_protected_and_leaves_nothing(project: Project) -> None:
    write_stacks(project)
    endpoint = urlsplit(project.json("deploy", "development", "--sandbox")["sandbox"]["endpoint"])
    document = project.json("destroy", "development", "--sandbox")
    assert document["exit_status"] == 0, document
    assert {stack["name"]: stack["counts"]["destroyed"] for stack in document["stacks"]} == {STATE: 2, REGION: 2}
    assert list((project.directory / ".backstay/sandbox").iterdir()) == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((str(endpoint.hostname), int(endpoint.port or 0)), timeout=5)


@pytest.mark.sandbox
@pytest.mark.rehearsal
def test_the_shipped_development_environment_deploys_and_goes(project: Project) -> None:
    shutil.rmtree(project.directory / "environments")
    for name in ("environments", "stacks"):
        shutil.copytree(REPOSITORY / name, project.directory / name)
    shutil.copy(REPOSITORY / "main.py", project.directory)
    (project.directory / "cdktf.json").write_text(json.dumps({"app": "python main.py"}))
    deployed = project.json("deploy", "development", "--sandbox")
    assert deployed["exit_status"] == 0, deployed
    assert deployed["sandbox"]["second_plan_is_empty"] is True
    assert list(deployed["sandbox"]["not_exercised"]) == ["development-us-east-1-workloads"]
    assert deployed["sandbox"]["types_not_exercised"] == {
        "development-us-east-1": [
            "aws_elasticache_replication_group",
            "aws_elasticache_subnet_group",
            "aws_elasticache_user",
            "aws_elasticache_user_group",
        ]
    }
    destroyed = project.json("destroy", "development", "--sandbox")
    assert destroyed["exit_status"] == 0, destroyed


def test_a_plan_needs_a_sandbox_that_is_running(project: Project) -> None:
    write_stacks(project)
    done = project.run("plan", "development", "--sandbox")
    assert done.returncode == 1
    assert "no sandbox of development is running; `backstay deploy development --sandbox` starts it" in done.stderr


def test_what_the_embedded_cloud_does_not_have_at_all_is_refused(project: Project) -> None:
    write_stacks(project)
    done = project.run("deploy", "development", "--sandbox", "--stack", "*-westeurope")
    assert (done.returncode, done.stdout) == (3, "")
    assert f"not exercised: {AZURE_REGION}, for want of hashicorp/azurerm" in done.stderr
    assert Sandbox.running(project.directory / ".backstay/sandbox/development") is None


def test_destroying_what_is_not_there_is_no_failure(project: Project) -> None:
    write_stacks(project)
    left = project.directory / ".backstay/sandbox/development/emulator.log"
    left.parent.mkdir(parents=True)
    left.touch()
    done = project.run("destroy", "development", "--sandbox")
    assert done.returncode == 0
    assert not left.exists()


def test_a_stack_that_is_turned_towards_a_sandbox_is_not_run_for_real(project: Project) -> None:
    project.write({"east": {}})
    project.run("synth", "development")
    (project.directory / "cdktf.out/stacks/east/sandbox_override.tf.json").write_text("{}")
    done = project.run("plan", "development")
    assert done.returncode == 1
    assert "turns the stack towards a sandbox; delete it to work on the real account" in done.stderr
