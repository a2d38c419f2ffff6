"""The verb that keeps issues, against a tracker on loopback."""

import json
from typing import Any

import pytest

from backstay.pipeline.changes import Changes, StackChanges
from backstay.terraform import Action, Outcome
from backstay.terraform.resource_change import ChangeAction, ResourceChange
from tests.cli.conftest import Project
from tests.cli.conftest import project as project
from tests.pipeline.conftest import github_server as github_server
from tests.pipeline.github_server import GitHubServer
from tests.pipeline.issue_tracker import REPOSITORY, TOKEN, IssueTracker


class Workflow:
    """A project, and a repository with a tracker."""

    def __init__(self, project: Project, url: str, tracker: IssueTracker) -> None:
        self.project, self.tracker = project, tracker
        self.variables = {"GITHUB_API_URL": url, "GITHUB_TOKEN": TOKEN, "GITHUB_REPOSITORY": REPOSITORY}

    def issues(self, *arguments: str) -> dict[str, Any]:
        done = self.project.run("ci", "issues", *arguments, "--json", **self.variables)
        assert done.stdout, done.stderr
        return json.loads(done.stdout)

    def found(self, file: str, stack: str, outcome: Outcome, action: Action = Action.DRIFT) -> None:
        gone = ResourceChange(address="aws_vpc.network", type="aws_vpc", action=ChangeAction.DELETE)
        changes = (gone,) if outcome is Outcome.CHANGED else ()
        entry = StackChanges(name=stack, cloud="aws", region="us-east-1", outcome=outcome, changes=changes)
        changes_of = Changes(environment="development", action=action, stacks=(entry,))
        changes_of.write(self.project.directory / "drift" / file)


@pytest.fixture
def workflow(project: Project, github_server: GitHubServer, monkeypatch: pytest.MonkeyPatch) -> Workflow:
    tracker = IssueTracker()
    monkeypatch.setattr(github_server, "answer", tracker.answer)
    return Workflow(project, github_server.url, tracker)


def test_what_the_jobs_have_left_in_folders_becomes_issues(workflow: Workflow) -> None:
    workflow.found("drift.development.east/changes.json", "east", Outcome.CHANGED)
    workflow.found("drift.development.west/changes.json", "west", Outcome.UNCHANGED)
    document = workflow.issues("drift")
    assert [(entry["stack"], entry["issue"]) for entry in document["stacks"]] == [
        ("east", "opened"),
        ("west", "nothing"),
    ]
    again = workflow.issues("drift")
    assert [entry["issue"] for entry in again["stacks"]] == ["kept", "nothing"]
    assert [issue.title for issue in workflow.tracker.issues] == ["east has drifted"]


def test_another_label_can_be_used(workflow: Workflow) -> None:
    workflow.found("changes.json", "east", Outcome.CHANGED)
    workflow.issues("drift/changes.json", "--label", "infrastructure-drift")
    assert workflow.tracker.issues[0].labels == ["infrastructure-drift"]


def test_what_is_no_drift_is_refused(workflow: Workflow) -> None:
    workflow.found("changes.json", "east", Outcome.CHANGED, Action.PLAN)
    document = workflow.issues("drift")
    assert document["exit_status"] == 3
    assert document["errors"] == ["a plan of development is no drift; `backstay drift` looks for it"]
    assert workflow.tracker.issues == []


def test_a_folder_with_nothing_in_it_is_refused(workflow: Workflow) -> None:
    (workflow.project.directory / "drift").mkdir()
    assert workflow.issues("drift")["errors"][0].startswith("drift has no *.json in it")


def test_a_file_that_says_something_else_is_refused(workflow: Workflow) -> None:
    (workflow.project.directory / "other.json").write_text("[]")
    assert workflow.issues("other.json")["exit_status"] == 3


def test_without_a_token_it_is_said_where_to_get_one(workflow: Workflow) -> None:
    workflow.found("changes.json", "east", Outcome.CHANGED)
    workflow.variables["GITHUB_TOKEN"] = ""
    (error,) = workflow.issues("drift")["errors"]
    assert "GITHUB_TOKEN is not set" in error
