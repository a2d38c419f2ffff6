"""plan, deploy and destroy with the real Terraform."""

import subprocess
import time

import pytest

from tests.cli.conftest import Project
from tests.terraform.apps import FAILING, WAITS, running, values

pytestmark = pytest.mark.usefixtures("terraform_on_path")


def test_a_plan_tells_changes_from_none_by_its_exit_status(project: Project) -> None:
    project.write({"east": values(first=1)})
    planned = project.run("plan", "development")
    assert planned.returncode == 2, planned.stderr
    assert "to add" in planned.stdout
    assert project.run("deploy", "development", "--auto-approve").returncode == 0
    assert project.run("plan", "development").returncode == 0


def test_a_deploy_tells_changes_from_none_when_asked_to(project: Project) -> None:
    project.write({"east": values(first=1)})
    deploy = ["deploy", "development", "--auto-approve", "--detailed-exitcode"]
    assert [project.run(*deploy).returncode for _ in range(2)] == [2, 0]


def test_a_failure_skips_what_depends_on_it_and_lets_the_others_finish(project: Project) -> None:
    project.write(
        {"east": FAILING, "east-workloads": values(first=1), "west": values(first=1)},
        depends_on={"east-workloads": ["east"]},
    )
    document = project.json("deploy", "development", "--auto-approve")
    assert document["exit_status"] == 1
    assert {stack["name"]: (stack["outcome"], stack["reason"]) for stack in document["stacks"]} == {
        "east": ("failed", ""),
        "east-workloads": ("skipped", "depends on east, which failed"),
        "west": ("changed", ""),
    }
    again = project.run("deploy", "development", "--auto-approve")
    assert again.returncode == 1
    assert "local-exec provisioner error (terraform_data.command)" in again.stderr
    assert "out of capacity" in again.stderr


def test_destroy_takes_all_away(project: Project) -> None:
    project.write({"state": values(first=1), "east": values(first=1)}, depends_on={"east": ["state"]})
    project.run("deploy", "development", "--auto-approve")
    document = project.json("destroy", "development", "--auto-approve")
    assert document["exit_status"] == 0
    assert [stack["counts"]["destroyed"] for stack in document["stacks"]] == [1, 1]
    assert project.run("plan", "development").returncode == 2


def test_only_the_chosen_stacks_run(project: Project) -> None:
    project.write({"east": values(first=1), "west": values(first=1)})
    document = project.json("deploy", "development", "--auto-approve", "--stack", "we*")
    assert [stack["name"] for stack in document["stacks"]] == ["west"]


def test_the_json_document_is_all_of_stdout(project: Project) -> None:
    project.write({"east": values(first=1)})
    document = project.json("deploy", "development", "--auto-approve")
    (stack,) = document["stacks"]
    assert document["environment"] == "development"
    assert stack["counts"] == {"added": 1, "changed": 0, "destroyed": 0, "imported": 0}
    assert stack["log"] == ".backstay/logs/development/east.log"
    assert "Apply complete!" in (project.directory / stack["log"]).read_text()


def test_progress_is_plain_lines_where_there_is_no_terminal(project: Project) -> None:
    project.write({"east": values(first=1)})
    done = project.run("deploy", "development", "--auto-approve")
    lines = [line.partition(" ")[2] for line in done.stderr.splitlines()]
    assert lines[0] == "east: applying"
    assert lines[-1].startswith("east: changed, 1 added in ")


def test_a_stack_that_needs_an_unreachable_registry_leads_to_a_mirror(project: Project) -> None:
    project.write({"east": {"terraform": {"required_providers": {"absent": {"source": "localhost:9/acme/absent"}}}}})
    done = project.run("plan", "development")
    assert done.returncode == 1
    assert "name a directory of providers with --provider-mirror DIR" in done.stderr


def test_two_deploys_at_once_end_with_the_lock_error_for_one(project: Project) -> None:
    project.write({"east": running(WAITS)})
    command = project.command("deploy", "development", "--auto-approve")
    with subprocess.Popen(command, cwd=project.directory, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as first:
        while not (project.directory / "begun").exists() and first.poll() is None:
            time.sleep(0.05)
        second = project.run("deploy", "development", "--auto-approve")
        (project.directory / "go").touch()
        first.communicate()
    assert first.returncode == 0
    assert second.returncode == 1
    assert "Error acquiring the state lock" in second.stderr
    assert "another run holds the lock: wait until it has ended" in second.stderr
    assert project.run("plan", "development").returncode == 0


def test_a_plan_that_has_to_wait_for_another_stack_is_no_failure(project: Project) -> None:
    made = {"resource": {"terraform_data": {"made": {"input": "here"}}}, "output": {"made": {"value": 1}}}
    state = {"east": {"backend": "local", "config": {"path": "../east/terraform.tfstate"}}}
    project.write(
        {
            "east": made,
            "east-workloads": {"data": {"terraform_remote_state": state}},
            "west": {"data": {"terraform_remote_state": state}},
        },
        depends_on={"east-workloads": ["east"]},
    )
    document = project.json("plan", "development", "--stack", "east*")
    assert document["exit_status"] == 2
    east, workloads = document["stacks"]
    assert (east["outcome"], workloads["outcome"]) == ("changed", "waiting")
    assert workloads["reason"] == "it can be planned when east has been applied (Unable to find remote state)"
    assert project.run("plan", "development", "--stack", "west").returncode == 1


def test_a_variable_without_a_value_is_asked_for_by_its_name_in_the_environment(project: Project) -> None:
    project.write({"east": {"variable": {"llm_api_key": {"type": "string", "sensitive": True}}}})
    done = project.run("plan", "development")
    assert done.returncode == 1
    assert "give each value as an environment variable TF_VAR_<name>" in done.stderr
    assert project.run("plan", "development", TF_VAR_llm_api_key="hunter2").returncode == 0
