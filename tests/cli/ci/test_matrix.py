"""The jobs of a pipeline, of a project in a repository of its own."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.cli import two_regions
from tests.cli.conftest import Project
from tests.cli.conftest import project as project
from tests.cli.two_regions import FIRST, NAME, ROUTING, SECOND, link, region_stack
from tests.terraform.apps import values

PIPELINE = "pipeline: {repository: acme/platform}\n"
STACKS = [region_stack(SECOND), region_stack(FIRST), link(SECOND), link(FIRST), ROUTING]


class Repository:
    """A project whose stacks are what lies in its folder `synthesized`, with everything committed."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.git("init", "--quiet", "--initial-branch=main")
        (project.directory / ".gitignore").write_text(".backstay\n")

    def git(self, *arguments: str) -> None:
        who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
        command = ["git", "-C", str(self.project.directory), *who, *arguments]
        subprocess.run(command, check=True, capture_output=True)

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=test")

    def write(self, **changed: Any) -> None:
        stacks = {name: values(a=1) for name in STACKS}
        stacks |= {name.replace("_", "-"): stack for name, stack in changed.items()}
        regions = [region_stack(FIRST), region_stack(SECOND)]
        self.project.write(stacks, depends_on={link(FIRST): regions, link(SECOND): regions})

    def jobs(self, *arguments: str, **variables: str) -> dict[str, Any]:
        done = self.project.run("ci", "matrix", *arguments, "--json", **variables)
        assert done.stdout, done.stderr
        return json.loads(done.stdout)


@pytest.fixture(autouse=True)
def outside_of_workflows(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_OUTPUT", "GITHUB_REPOSITORY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def repository(project: Project) -> Repository:
    two_regions.write(project, state_backend="{backend: local}")
    file = project.directory / f"environments/{NAME}.yaml"
    file.write_text(file.read_text() + PIPELINE)
    made = Repository(project)
    made.write()
    made.commit()
    return made


def named(jobs: dict[str, Any]) -> list[str]:
    return [entry["stack"] for entry in jobs["matrix"]["include"]]


def test_each_stack_has_a_job_with_all_that_it_needs(repository: Repository) -> None:
    include = json.loads(repository.project.run("ci", "matrix").stdout)["include"]
    assert [(entry["stack"], entry["wave"], entry["region"]) for entry in include] == [
        (region_stack(SECOND), 1, SECOND),
        (region_stack(FIRST), 2, FIRST),
        (link(SECOND), 3, SECOND),
        (link(FIRST), 4, FIRST),
        (ROUTING, 5, FIRST),
    ]
    assert include[0] == {
        "environment": NAME,
        "stack": region_stack(SECOND),
        "stage": "region",
        "wave": 1,
        "cloud": "aws",
        "region": SECOND,
        "aws_role": "arn:aws:iam::123456789012:role/acme-development--pipeline-plan",
        "google_service_account": "",
        "github_environment": "development-plan",
    }


def test_an_environment_is_applied_by_one_job(repository: Repository) -> None:
    (entry,) = repository.jobs("--access", "apply")["matrix"]["include"]
    assert entry == {
        "environment": NAME,
        "clouds": ["aws"],
        "aws_role": "arn:aws:iam::123456789012:role/acme-development--pipeline-apply",
        "google_service_account": "",
        "aws_region": FIRST,
        "github_environment": NAME,
    }


def test_what_a_job_will_withhold_is_told_with_the_reason(repository: Repository) -> None:
    workloads = f"{region_stack(FIRST)}-workloads"
    secret = {"ephemeral": {"aws_secretsmanager_secret_version": {"hf_token": {"secret_id": "hf-token"}}}}
    in_cluster = {"provider": {"kubernetes": [{"host": "https://cluster.example"}]}}
    repository.write(**{workloads.replace("-", "_"): in_cluster | secret})
    jobs = repository.jobs()
    assert workloads in named(jobs), "its job writes down that it withholds it"
    assert set(jobs["not_planned"]) == set(jobs["not_compared"]) == {workloads}
    assert "ephemeral.aws_secretsmanager_secret_version.hf_token" in jobs["not_planned"][workloads]
    assert f"{workloads} is not planned by its job" in repository.project.run("ci", "matrix").stderr

    repository.write(**{workloads.replace("-", "_"): in_cluster})
    jobs = repository.jobs()
    assert (list(jobs["not_planned"]), list(jobs["not_compared"])) == ([], [workloads])


def test_a_lost_region_has_no_job_and_gives_no_credentials(repository: Repository) -> None:
    assert named(repository.jobs("--without", FIRST)) == [region_stack(SECOND), link(SECOND)]
    (entry,) = repository.jobs("--without", FIRST, "--access", "apply")["environments"]
    assert entry["aws_region"] == SECOND


def test_a_workflow_gets_lists_for_its_matrices(repository: Repository, tmp_path: Path) -> None:
    output = tmp_path / "output"
    jobs = repository.jobs(GITHUB_OUTPUT=str(output), GITHUB_REPOSITORY="Acme/Platform")
    outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
    assert json.loads(outputs["stacks"]) == jobs["stacks"]
    assert json.loads(outputs["environments"]) == jobs["environments"]


def test_only_the_stacks_that_are_different_have_jobs(repository: Repository) -> None:
    repository.write(**{region_stack(SECOND).replace("-", "_"): values(a=2)})
    repository.commit()
    assert named(repository.jobs("--since", "HEAD~1")) == [region_stack(SECOND)]


def test_a_change_that_makes_no_difference_is_an_empty_matrix(repository: Repository) -> None:
    (repository.project.directory / "app.py").write_text(
        "# Says the same.\n" + (repository.project.directory / "app.py").read_text()
    )
    repository.commit()
    done = repository.project.run("ci", "matrix", "--since", "HEAD~1")
    assert (done.returncode, done.stdout) == (0, '{"include":[]}\n')
    assert "app.py changed, and none of its stacks is any different" in done.stderr


def test_a_document_is_not_even_compared(repository: Repository) -> None:
    (repository.project.directory / "README.md").write_text("words")
    repository.commit()
    left_out = repository.jobs("--since", "HEAD~1")["left_out"]
    assert left_out == {NAME: "nothing that it is made from has changed"}


def test_other_providers_touch_every_stack(repository: Repository) -> None:
    (repository.project.directory / "uv.lock").write_text("")
    repository.commit()
    assert named(repository.jobs("--since", "HEAD~1")) == STACKS


def test_an_environment_that_could_not_be_made_before_is_planned_whole(repository: Repository) -> None:
    app = repository.project.directory / "app.py"
    good = app.read_text()
    app.write_text("raise SystemExit('broken')")
    repository.commit()
    app.write_text(good)
    repository.commit()
    jobs = repository.jobs("--since", "HEAD~1")
    assert named(jobs) == STACKS
    assert "what it was cannot be synthesized any more" in jobs["because"][NAME]


def test_what_is_gone_from_the_code_is_named(repository: Repository) -> None:
    left = {name: values(a=1) for name in STACKS if name != ROUTING}
    for path in sorted((repository.project.directory / "synthesized").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    repository.project.write(left)
    (repository.project.directory / "environments/extra.yaml").write_text("name: extra\n")
    repository.commit()
    (repository.project.directory / "environments/extra.yaml").unlink()
    repository.commit()
    assert repository.jobs("--since", "HEAD~2")["gone"] == {NAME: [ROUTING]}
    assert repository.jobs("--since", "HEAD~1")["gone"] == {"extra": []}


def test_an_environment_without_a_pipeline_has_no_jobs(repository: Repository) -> None:
    file = repository.project.directory / f"environments/{NAME}.yaml"
    file.write_text(file.read_text().replace(PIPELINE, ""))
    assert repository.jobs()["left_out"] == {NAME: "it has no `pipeline`, so that no workflow may plan or apply it"}


def test_the_first_push_of_a_branch_has_all_jobs(repository: Repository) -> None:
    assert named(repository.jobs("--since", "0" * 40)) == STACKS


def test_more_jobs_than_github_runs_are_refused_with_what_to_do(repository: Repository) -> None:
    repository.project.write({f"{region_stack(FIRST)}-{number}": values(a=1) for number in range(257)})
    done = repository.project.run("ci", "matrix")
    assert (done.returncode, done.stdout) == (3, "")
    assert "more than the 256 that GitHub runs in one matrix; name fewer environments" in done.stderr


def test_a_reference_that_is_not_here_is_refused(repository: Repository) -> None:
    done = repository.project.run("ci", "matrix", "--since", "absent")
    assert done.returncode == 3
    assert "check out with `fetch-depth: 0`" in done.stderr


def test_nothing_is_left_in_the_repository(repository: Repository) -> None:
    (repository.project.directory / "app.py").write_text((repository.project.directory / "app.py").read_text() + "\n")
    repository.commit()
    repository.jobs("--since", "HEAD~1")
    shown = subprocess.run(
        ["git", "-C", str(repository.project.directory), "status", "--porcelain"],  # noqa: S607
        check=True,
        capture_output=True,
        env=os.environ,
    )
    assert shown.stdout == b""


def test_a_fork_has_no_jobs(repository: Repository) -> None:
    jobs = repository.jobs(GITHUB_REPOSITORY="somebody/platform")
    assert jobs["matrix"] == {"include": []}
    assert "trusts the workflows of acme/platform" in jobs["left_out"][NAME]
