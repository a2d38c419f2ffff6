"""The commands of the workflows in their order, on a small project with real Terraform."""

import json
import shutil
import subprocess

import pytest

from tests.cli.conftest import Project
from tests.cli.conftest import project as project
from tests.pipeline.github_server import Answer, serving
from tests.pipeline.issue_tracker import REPOSITORY, TOKEN, IssueTracker
from tests.terraform.apps import values
from tests.workflows import job

pytestmark = pytest.mark.usefixtures("terraform_on_path")

NAME = "development"
STACKS = ["development-us-east-1", "development-us-east-1-workloads"]


class Checkout:
    """A repository with an environment of two stacks."""

    def __init__(self, project: Project) -> None:
        self.project, self.directory = project, project.directory
        self.git("init", "--quiet", "--initial-branch=main")
        (self.directory / ".gitignore").write_text(".backstay\ncdktf.out\n.terraform\n*.tfstate*\nrunner\n")
        file = self.directory / f"environments/{NAME}.yaml"
        file.write_text(file.read_text() + f"pipeline: {{repository: {REPOSITORY}}}\n")
        self.commit(first=1, second=1)

    def git(self, *arguments: str) -> str:
        who = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
        command = [shutil.which("git") or "git", "-C", self.directory, *who, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    def commit(self, **value: int) -> None:
        region, workloads = STACKS
        stacks = {region: values(kept=value["first"]), workloads: values(kept=value["second"])}
        self.project.write(stacks, depends_on={workloads: [region]})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message=test")


@pytest.fixture
def checkout(project: Project) -> Checkout:
    return Checkout(project)


def entries(ran: job.Ran, output: str) -> list[dict[str, str]]:
    return json.loads(ran.outputs[output])


def of(entry: dict[str, str]) -> dict[str, str]:
    """What a job's expressions stand for that has this entry of a matrix."""
    return {f"matrix.{name}": value for name, value in entry.items() if isinstance(value, str)}


def test_a_pull_request_gets_one_comment_with_what_it_changes(checkout: Checkout) -> None:
    checkout.commit(first=1, second=2)
    matrix = job.run("plan/matrix", checkout.directory, given={})
    assert matrix.statuses == [0], matrix.said
    # The other stack is the same to the byte.
    assert [entry["stack"] for entry in entries(matrix, "stacks")] == [STACKS[1]]

    changes = checkout.directory / "runner/artifacts"
    for entry in entries(matrix, "stacks"):
        planned = job.run("plan/plan", checkout.directory, given=of(entry))
        assert planned.statuses == [0], planned.said
        folder = changes / f"changes.{entry['environment']}.{entry['stack']}"
        folder.mkdir(parents=True)
        (checkout.directory / "changes.json").replace(folder / "changes.json")

    base = checkout.directory / "base"
    base.mkdir()
    shutil.copy(checkout.directory / f"environments/{NAME}.yaml", base)
    shutil.copytree(changes, checkout.directory / "changes")
    (environment,) = entries(matrix, "environments")
    summed_up = job.run("plan/summary", checkout.directory, given=of(environment))
    assert summed_up.statuses == [0, 0], summed_up.said
    assert STACKS[1] in summed_up.summary
    assert summed_up.summary == (checkout.directory / "summary.md").read_text()

    (checkout.directory / "summary").mkdir()
    shutil.copy(checkout.directory / "summary.md", checkout.directory / "summary")
    with serving() as server:
        server.will_say(Answer(200, []), Answer(201, {"html_url": "https://github.example/comment"}))
        given = of(environment) | {"github.token": TOKEN, "github.event.pull_request.number": "7"}
        job.run("plan/comment", checkout.directory, given=given, variables={"GITHUB_API_URL": server.url})
        asked, said = server.asked
    assert asked.path.startswith(f"/repos/{REPOSITORY}/issues/7/comments")
    assert said.method == "POST"
    assert STACKS[1] in said.document["body"]


def test_a_push_is_to_be_applied_to_the_environments_that_it_touches(checkout: Checkout) -> None:
    before = checkout.git("rev-parse", "HEAD")
    checkout.commit(first=2, second=1)
    given = {"github.event.before": before}
    matrix = job.run("apply/matrix", checkout.directory, given=given)
    (environment,) = entries(matrix, "environments")
    assert (environment["environment"], environment["aws_role"][-6:]) == (NAME, "-apply")


def test_a_stack_that_cannot_be_planned_fails_its_job_and_is_summed_up(checkout: Checkout) -> None:
    checkout.project.write({STACKS[0]: {"resource": {"terraform_data": {"kept": {"input": "${nothing.here}"}}}}})
    entry = {"environment": NAME, "stack": STACKS[0]}
    planned = job.run("plan/plan", checkout.directory, given=of(entry))
    assert planned.statuses == [1]
    (checkout.directory / "changes").mkdir()
    (checkout.directory / "changes.json").replace(checkout.directory / "changes/changes.json")
    summed_up = job.run("plan/summary", checkout.directory, given=of({"environment": NAME}))
    # The page is shown although, and because, the command has failed.
    assert summed_up.statuses == [1, 0]
    assert STACKS[0] in summed_up.summary


def test_a_stack_that_nobody_can_look_at_has_an_issue_until_somebody_can(checkout: Checkout) -> None:
    assert checkout.project.run("deploy", NAME, "--auto-approve").returncode == 0
    matrix = job.run("drift/matrix", checkout.directory, given={})
    assert [entry["stack"] for entry in entries(matrix, "stacks")] == STACKS
    tracker = IssueTracker()
    looked_at(checkout, matrix, tracker)
    assert tracker.issues == []

    break_stack(checkout, STACKS[1])
    looked_at(checkout, matrix, tracker)
    assert [(issue.state, STACKS[1] in issue.title) for issue in tracker.issues] == [("open", True)]

    checkout.project.write({STACKS[0]: values(kept=1), STACKS[1]: values(kept=1)}, depends_on={STACKS[1]: [STACKS[0]]})
    looked_at(checkout, matrix, tracker)
    assert [issue.state for issue in tracker.issues] == ["closed"]


def break_stack(checkout: Checkout, stack: str) -> None:
    """Make one stack impossible to plan, which its issue tells as well as it tells drift."""
    broken = {"resource": {"terraform_data": {"kept": {"input": "${nothing.here}"}}}}
    stacks = {STACKS[0]: values(kept=1), STACKS[1]: values(kept=1)} | {stack: broken}
    checkout.project.write(stacks, depends_on={STACKS[1]: [STACKS[0]]})


def looked_at(checkout: Checkout, matrix: job.Ran, tracker: IssueTracker) -> None:
    """Run a night's jobs."""
    folder = checkout.directory / "drift"
    shutil.rmtree(folder, ignore_errors=True)
    for entry in entries(matrix, "stacks"):
        job.run("drift/drift", checkout.directory, given=of(entry))
        (folder / f"drift.{NAME}.{entry['stack']}").mkdir(parents=True)
        (checkout.directory / "changes.json").replace(folder / f"drift.{NAME}.{entry['stack']}/changes.json")
    with serving() as server:
        server.answer = lambda asked: tracker.answer(asked)  # the tracker answers in place of a script
        variables = {"GITHUB_API_URL": server.url}
        ran = job.run("drift/issues", checkout.directory, given={"github.token": TOKEN}, variables=variables)
    assert ran.statuses == [0], ran.said
