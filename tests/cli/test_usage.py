"""Input that is refused, with exit status 3 and before anything is done."""

import json

import pytest

from tests.cli.conftest import Project


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["plan"], "Missing argument 'ENV'"),
        (["plan", "development", "--nonsense"], "No such option: --nonsense"),
        (["fly"], "No such command 'fly'"),
        (["plan", "development", "--parallelism", "0"], "Invalid value for '--parallelism'"),
        (["plan", "elsewhere"], "there is no such environment file; environments here: development"),
        (["deploy", "development"], "there is no terminal to ask on; give --auto-approve"),
        (["destroy", "development"], "there is no terminal to ask on; give --auto-approve"),
        (["plan", "development", "--stack", "nowhere-*"], "no stack matches 'nowhere-*'; there are: east"),
        (["plan", "development", "--provider-mirror", "nowhere"], "nowhere is not a directory; expected <host>"),
        (["plan", "development", "--changes", "cdktf.json/changes"], "cdktf.json is no folder, and none can be made"),
        (["drift", "development", "--changes", "environments"], "environments cannot be written: it is a folder"),
        (["providers", "lock", "--platform", "martian"], "it must be an OS and an architecture, such as linux_amd64"),
    ],
)
def test_what_cannot_be_used_is_refused(project: Project, arguments: list[str], complaint: str) -> None:
    project.write({"east": {}})
    done = project.run(*arguments)
    assert (done.returncode, done.stdout) == (3, "")
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
    assert not (project.directory / "cdktf.out/stacks/east/.terraform").exists()


def test_a_broken_environment_is_refused_with_every_problem(project: Project) -> None:
    file = project.directory / "environments/development.yaml"
    file.write_text(file.read_text().replace("us-east-1", "us-east-9").replace("traffic: 100%", "traffic: 90%"))
    done = project.run("plan", "development")
    assert done.returncode == 3
    lines = done.stderr.splitlines()
    assert len(lines) >= 2
    assert all(line.startswith("environments/development.yaml:") for line in lines)


def test_a_refusal_is_json_too_when_asked_for(project: Project) -> None:
    done = project.run("plan", "elsewhere", "--json")
    document = json.loads(done.stdout)
    assert document["exit_status"] == done.returncode == 3
    assert "there is no such environment file" in document["errors"][0]


def test_a_directory_without_an_app_is_refused(project: Project) -> None:
    (project.directory / "cdktf.json").unlink()
    done = project.run("synth", "development")
    assert done.returncode == 3
    assert f"there is no cdktf.json in {project.directory}" in done.stderr


@pytest.mark.parametrize("content", ["{", "[]", "{}", '{"app": 3}'])
def test_a_cdktf_json_without_an_app_is_refused(project: Project, content: str) -> None:
    (project.directory / "cdktf.json").write_text(content)
    done = project.run("synth", "development")
    assert done.returncode == 3
    assert "cdktf.json" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_terraform_at_all_is_a_failure_that_says_how_to_get_one(project: Project) -> None:
    project.write({"east": {}})
    done = project.run("plan", "development", TERRAFORM_BINARY_NAME="terraform-of-dreams")
    assert done.returncode == 1
    assert "TERRAFORM_BINARY_NAME is 'terraform-of-dreams', which is neither an executable file" in done.stderr
