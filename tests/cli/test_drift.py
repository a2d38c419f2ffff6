"""Looking for what was changed outside Terraform."""

import json
from pathlib import Path

import boto3
import pytest

from backstay.cli import examination
from backstay.sandbox import Sandbox
from backstay.sandbox.accounts import access_key
from tests.cli import two_regions
from tests.cli.conftest import Project
from tests.cli.two_regions import FIRST, NAME, SECOND, link, region_stack, state
from tests.conftest import require
from tests.terraform.apps import Stack, values

pytestmark = pytest.mark.usefixtures("terraform_on_path")

BROKEN: Stack = {"output": {"broken": {"value": "${terraform_data.absent.id}"}}}


@pytest.fixture
def two(project: Project) -> Project:
    """Two regions whose stacks need no provider; that of the first cannot be planned."""
    two_regions.write(project, state_backend="{backend: local}")
    stacks = {region_stack(FIRST): BROKEN, link(FIRST): values(a=1), region_stack(SECOND): values(a=1)}
    project.write(stacks, depends_on={link(FIRST): [region_stack(FIRST), region_stack(SECOND)]})
    return project


def test_a_stack_that_cannot_be_planned_fails_alone(two: Project) -> None:
    document = two.json("drift", NAME)
    assert document["exit_status"] == 1
    assert {stack["name"]: stack["outcome"] for stack in document["stacks"]} == {
        region_stack(FIRST): "failed",
        region_stack(SECOND): "unchanged",
        link(FIRST): "unchanged",
    }
    assert document["planned_alone"] == {FIRST: False, SECOND: True}


def test_people_read_which_regions_could_be_planned_alone(two: Project) -> None:
    done = two.run("drift", NAME)
    assert done.returncode == 1
    assert f"{FIRST} could not be planned with all other regions left alone" in done.stdout
    assert f"{SECOND} was planned with all other regions left alone" in done.stdout


def test_no_drift_is_success_and_written_down(two: Project) -> None:
    done = two.run("drift", NAME, "--without", FIRST, "--changes", "found/drift.json")
    assert done.returncode == 0, done.stderr
    written = json.loads((two.directory / "found/drift.json").read_text())
    assert (written["environment"], written["action"]) == (NAME, "drift")
    assert [(stack["name"], stack["outcome"]) for stack in written["stacks"]] == [(region_stack(SECOND), "unchanged")]


def test_a_failure_is_written_down_too(two: Project) -> None:
    two.run("drift", NAME, "--changes", "drift.json")
    stacks = {stack["name"]: stack for stack in json.loads((two.directory / "drift.json").read_text())["stacks"]}
    assert stacks[region_stack(FIRST)]["errors"][0]["summary"] == "Reference to undeclared resource"


def test_what_only_a_lost_control_plane_knows_is_not_compared(two: Project) -> None:
    role = {"resource": {"aws_iam_role": {"role": {"name": "a", "assume_role_policy": "{}"}}}}
    two.write({region_stack(SECOND): role, link(SECOND): values(a=1)})
    document = two.json("drift", NAME, "--without", FIRST)
    assert [stack["name"] for stack in document["stacks"]] == [link(SECOND)]
    assert document["not_compared"] == {region_stack(SECOND): "for want of IAM's control plane in us-east-1"}
    refused = two.run("drift", NAME, "--without", FIRST, "--stack", region_stack(SECOND))
    assert refused.returncode == 3
    assert f"{region_stack(SECOND)} cannot be compared for want of IAM's control plane" in refused.stderr


@pytest.mark.sandbox
def test_what_was_changed_by_hand_is_found_and_gone_when_it_is_put_back(project: Project, tmp_path: Path) -> None:
    aws, *_ = examination.providers(None)
    require(not aws.advice, f"no AWS provider: {aws.found}")
    two_regions.write(project)
    some = ("--sandbox", "--stack", state(SECOND), "--stack", region_stack(SECOND))
    deployed = project.json("deploy", NAME, "--waves", *some)
    assert deployed["exit_status"] == 0, deployed
    (gate,) = deployed["waves"][1]["gates"]
    assert (gate["serves"], gate["says"]) == (None, "not exercised: nothing serves in the embedded cloud")
    assert project.run("drift", NAME, *some).returncode == 0

    sandbox = Sandbox.running(project.directory / ".backstay/sandbox" / NAME)
    assert sandbox
    ssm = boto3.client(
        "ssm",
        endpoint_url=sandbox.endpoint,
        region_name=SECOND,
        aws_access_key_id=access_key("123456789012"),
        aws_secret_access_key="sandbox",  # noqa: S106 - the emulator looks at none
    )
    ssm.put_parameter(Name="/acme/development/value", Value="by hand", Type="String", Overwrite=True)
    file = tmp_path / "drift.json"
    found = project.run("drift", NAME, *some, "--changes", str(file))
    assert found.returncode == 2, found.stderr
    assert f"{region_stack(SECOND)}: aws_ssm_parameter.value was changed in value" in found.stdout
    assert "by hand" not in file.read_text()
    drifted = [stack for stack in json.loads(file.read_text())["stacks"] if stack["outcome"] == "changed"]
    assert [stack["name"] for stack in drifted] == [region_stack(SECOND)]

    assert project.run("deploy", NAME, *some).returncode == 0
    assert project.run("drift", NAME, *some).returncode == 0
