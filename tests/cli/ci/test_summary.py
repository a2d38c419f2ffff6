"""The summary and its comment, by the commands that a pipeline runs."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from backstay.pipeline.changes import Changes, StackChanges
from backstay.terraform import Action, Outcome
from backstay.terraform.resource_change import ChangeAction, ResourceChange
from tests.cli.conftest import Project
from tests.pipeline.conftest import github_server as github_server
from tests.pipeline.github_server import Answer, GitHubServer

STACK = "development-us-east-1"
TABLE = "aws_dynamodb_table.sessions"
DELETED = ResourceChange(address=TABLE, type="aws_dynamodb_table", action=ChangeAction.DELETE)


def write(project: Project, name: str, *stacks: StackChanges, **more: Any) -> None:
    given = {"environment": "development", "action": Action.PLAN, "stacks": stacks, **more}
    Changes(**given).write(project.directory / "changes" / name / "changes.json")


def stack(*changes: ResourceChange, name: str = STACK, outcome: Outcome = Outcome.CHANGED) -> StackChanges:
    return StackChanges(name=name, cloud="aws", region="us-east-1", outcome=outcome, changes=changes)


@pytest.fixture
def kept(project: Project) -> Project:
    """An environment that is not disposable."""
    project.write_environment(state="{backend: s3}", disposable=False)
    return project


def allow(project: Project) -> None:
    file = project.directory / "environments/development.yaml"
    until = date.today().isoformat()
    loss = f"{{stack: {STACK}, address: {TABLE}, reason: rebuilt nightly from the lake, until: {until}}}"
    file.write_text(f"{file.read_text()}allow_data_loss:\n  - {loss}\n")


def test_a_folder_of_documents_makes_one_page(kept: Project) -> None:
    write(kept, "one", stack(name="development-routing", outcome=Outcome.UNCHANGED))
    write(kept, "two", stack(ResourceChange(address="aws_iam_role.a", type="aws_iam_role", action=ChangeAction.CREATE)))
    done = kept.run("ci", "summary", "development", "--changes", "changes")
    assert done.returncode == 0, done.stderr
    assert "**1 to create**, in 1 of 2 stacks planned." in done.stdout


def test_losing_data_is_refused_and_the_page_is_written_all_the_same(kept: Project) -> None:
    write(kept, "one", stack(DELETED))
    done = kept.run("ci", "summary", "development", "--changes", "changes", "--out", "out/summary.md")
    assert done.returncode == 3
    assert "Refused: data would be lost" in (kept.directory / "out/summary.md").read_text()
    assert done.stdout == ""


def test_what_the_environment_file_allows_is_not_refused(kept: Project) -> None:
    write(kept, "one", stack(DELETED))
    allow(kept)
    done = kept.run("ci", "summary", "development", "--changes", "changes/one/changes.json")
    assert done.returncode == 0, done.stderr
    assert "**Data will be lost.**" in done.stdout


def test_a_stack_that_could_not_be_planned_is_a_failure(kept: Project) -> None:
    write(kept, "one", stack(outcome=Outcome.FAILED))
    assert kept.run("ci", "summary", "development", "--changes", "changes").returncode == 1


def test_no_documents_at_all_are_a_failure_with_a_page(kept: Project) -> None:
    (kept.directory / "changes").mkdir()
    done = kept.run("ci", "summary", "development", "--changes", "changes")
    assert done.returncode == 1
    assert "no stack was planned" in done.stdout


@pytest.mark.parametrize(
    ("more", "words"),
    [({"environment": "staging"}, "a plan of staging"), ({"action": Action.DRIFT}, "a drift of development")],
)
def test_documents_of_something_else_are_refused(kept: Project, more: dict[str, Any], words: str) -> None:
    write(kept, "one", **more)
    done = kept.run("ci", "summary", "development", "--changes", "changes")
    assert done.returncode == 3
    assert f"the documents tell of {words}; those of a plan of development are needed" in done.stderr


def test_what_is_new_is_told_against_the_base(kept: Project) -> None:
    write(kept, "one", stack(DELETED))
    kept.write({STACK: {"terraform": {}, "resource": {}}})
    base = kept.directory / "base/development.yaml"
    base.parent.mkdir()
    base.write_text((kept.directory / "environments/development.yaml").read_text().replace("us-east-1", "us-west-2"))
    (kept.directory / "base.json").write_text('{"findings": []}')
    finding = {"rule": "zones", "severity": "error", "stack": STACK, "address": None, "message": "one", "waiver": None}
    (kept.directory / "after.json").write_text(json.dumps({"findings": [finding]}))
    given = ("--base-environment", "base/development.yaml", "--base-findings", "base.json", "--findings", "after.json")
    page = kept.run("ci", "summary", "development", "--changes", "changes", *given).stdout
    assert "**was aws us-west-2**" in page
    assert f"- `error`: `zones` in `{STACK}`: `one`" in page


def test_a_page_that_cannot_be_written_is_told_in_a_line(kept: Project) -> None:
    write(kept, "one", stack(DELETED))
    (kept.directory / "pages").write_text("a file")
    done = kept.run("ci", "summary", "development", "--changes", "changes", "--out", "pages/summary.md")
    assert done.returncode == 1
    (told,) = done.stderr.splitlines()
    assert told.startswith("error: ")
    assert "pages" in told


def comment(project: Project, server: GitHubServer, file: Path | str, **more: str) -> Any:
    variables = {"GITHUB_API_URL": server.url, "GITHUB_REPOSITORY": "acme/platform", "GITHUB_TOKEN": "x"}
    return project.run("ci", "comment", "--pull-request", "7", "--file", str(file), **(variables | more))


def test_the_summary_becomes_the_comment(kept: Project, github_server: GitHubServer) -> None:
    write(kept, "one", stack(DELETED))
    kept.run("ci", "summary", "development", "--changes", "changes", "--out", "summary.md")
    github_server.will_say(Answer(document=[]), Answer(201, {"html_url": "https://github.example/7#1"}))
    done = comment(kept, github_server, "summary.md")
    assert (done.returncode, done.stdout) == (0, "https://github.example/7#1\n")
    assert github_server.asked[-1].document == {"body": (kept.directory / "summary.md").read_text()}


def test_a_comment_without_a_summary_is_refused(kept: Project, github_server: GitHubServer) -> None:
    assert comment(kept, github_server, "none.md").returncode == 3
    (kept.directory / "other.md").write_text("hello")
    assert comment(kept, github_server, "other.md").returncode == 3
    assert github_server.asked == []


@pytest.mark.parametrize("lacking", ["GITHUB_TOKEN", "GITHUB_REPOSITORY"])
def test_outside_a_workflow_it_says_what_to_give(kept: Project, github_server: GitHubServer, lacking: str) -> None:
    (kept.directory / "summary.md").write_text("<!-- backstay plan development -->\n")
    done = comment(kept, github_server, "summary.md", **{lacking: ""})
    assert done.returncode == 3
    assert lacking in done.stderr


def test_a_token_that_may_not_comment_is_a_failure_that_says_so(kept: Project, github_server: GitHubServer) -> None:
    (kept.directory / "summary.md").write_text("<!-- backstay plan development -->\n")
    github_server.will_say(Answer(403, {"message": "Resource not accessible by integration"}))
    done = comment(kept, github_server, "summary.md")
    assert done.returncode == 1
    assert "pull-requests: write" in done.stderr
