"""Planning as a pipeline's plan does: no secret is read, and no cluster is entered."""

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from backstay.cli.runs import Run
from backstay.terraform import Action, Outcome, StackRunner, SynthesizedStack, Terraform
from tests.cli.conftest import Project
from tests.terraform.apps import values
from tests.topology.sample import environment

NAME = "development"
REGION, WORKLOADS = f"{NAME}-us-east-1", f"{NAME}-us-east-1-workloads"
IN_CLUSTER: dict[str, Any] = {"provider": {"kubernetes": [{"host": "https://cluster.example"}]}}
READS_SECRET: dict[str, Any] = {
    **IN_CLUSTER,
    "ephemeral": {"aws_secretsmanager_secret_version": {"hf_token": {"secret_id": "hf-token"}}},
}


@pytest.fixture
def written(project: Project) -> Project:
    """An environment whose service reads a stored secret; nothing of the second stack could be initialized here."""
    project.write_environment()
    project.write({REGION: values(a=1), WORKLOADS: READS_SECRET}, depends_on={WORKLOADS: [REGION]})
    return project


@pytest.mark.usefixtures("terraform_on_path")
def test_what_may_not_be_planned_is_withheld_and_the_summary_says_so(written: Project) -> None:
    file = written.directory / "changes.json"
    document = written.json("plan", NAME, "--unprivileged", "--changes", str(file))
    assert document["exit_status"] == 2
    assert {stack["name"]: stack["outcome"] for stack in document["stacks"]} == {
        REGION: "changed",
        WORKLOADS: "withheld",
    }
    page = written.run("ci", "summary", NAME, "--changes", str(file))
    assert page.returncode == 0, page.stderr
    assert f"`{WORKLOADS}` **is not planned here**" in page.stdout
    assert "ephemeral.aws_secretsmanager_secret_version.hf_token" in page.stdout
    assert "the apply plans and examines it" in page.stdout


@pytest.mark.usefixtures("terraform_on_path")
def test_a_job_with_nothing_but_what_is_withheld_succeeds_and_tells(written: Project) -> None:
    file = written.directory / "changes.json"
    done = written.run("drift", NAME, "--unprivileged", "--stack", WORKLOADS, "--changes", str(file))
    assert done.returncode == 0, done.stderr
    (stack,) = json.loads(file.read_text())["stacks"]
    assert stack["outcome"] == "withheld"
    assert "planned with all other regions left alone" not in done.stdout


def carried_out(folder: Path, configuration: dict[str, Any], **of_run: Any) -> tuple[Outcome, str, str]:
    """Plan one stack with a stand-in for Terraform; what became of it, why, and what Terraform was told."""
    (folder / "cdk.tf.json").write_text(json.dumps(configuration))
    program = folder / "terraform.py"
    program.write_text("import sys; open('told', 'a').write(' '.join(sys.argv[1:]) + '\\n')")
    terraform = Terraform(command=(sys.executable, str(program)), product="Terraform", version="1.11.4", origin="test")
    stacks = (SynthesizedStack("example-us-east-1-workloads", folder),)
    run = Run(
        environment=environment(),
        terraform=terraform,
        runner=StackRunner(terraform=terraform, environment=os.environ, logs=folder / "logs"),
        state_folder=folder,
        stacks=stacks,
        needed=stacks,
        parallelism=1,
        started=0,
    )
    (result,) = replace(run, **of_run).carry_out(Action.PLAN)
    told = folder / "told"
    return result.outcome, result.reason, told.read_text() if told.exists() else ""


def test_what_runs_in_a_cluster_is_compared_with_the_state_and_said_to_be(tmp_path: Path) -> None:
    outcome, reason, told = carried_out(tmp_path, IN_CLUSTER, unprivileged=True)
    assert outcome is Outcome.UNCHANGED
    assert "compared with the state" in reason
    assert "-refresh=false" in told


def test_people_who_plan_ask_the_cluster(tmp_path: Path) -> None:
    _, reason, told = carried_out(tmp_path, IN_CLUSTER)
    assert reason == ""
    assert "-refresh=false" not in told


def test_no_command_at_all_is_given_for_what_is_withheld(tmp_path: Path) -> None:
    outcome, _, told = carried_out(tmp_path, READS_SECRET, unprivileged=True)
    assert (outcome, told) == (Outcome.WITHHELD, "")
