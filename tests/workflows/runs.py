"""Whole workflows, run job after job on a checkout, with what one job hands to the next."""

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.pipeline.github_server import serving
from tests.pipeline.issue_tracker import TOKEN, IssueTracker
from tests.workflows import job
from tests.workflows.cloud_project import NAME, Code, Repository


@dataclass(frozen=True)
class Planned:
    """What a pull request was told: the planned stacks, the exit status of the summary, and its page."""

    stacks: list[str]
    status: int
    page: str


@dataclass(frozen=True)
class Applied:
    """The exit statuses of an apply's commands, and what they said."""

    statuses: list[int]
    said: str

    def changed(self) -> list[str]:
        """The stacks that it has changed."""
        rows = [line.split() for line in self.said.splitlines()]
        return [row[0] for row in rows if row[1:3] == ["apply", "changed"]]

    def waves(self) -> dict[str, str]:
        """What became of each wave, by its stage and role."""
        lines = [line for line in self.said.splitlines() if line.startswith("wave ") and "): " in line]
        return {line.partition("(")[2].partition(")")[0]: line.rpartition(": ")[2] for line in lines}


def pull_request(repository: Repository, code: Code) -> Planned:
    """Commit the code on top of what stands, and run the jobs of the workflow `plan`."""
    repository.commit(repository.stands)
    repository.write_base()
    repository.commit(code)
    matrix = _run(repository, "plan/matrix", {})
    entries = json.loads(matrix.outputs["stacks"])
    for entry in entries:
        _run(repository, "plan/plan", _of(entry))
        _hand_over(repository, "changes", entry)
    (environment,) = json.loads(matrix.outputs["environments"])
    summed_up = job.run("plan/summary", repository.directory, given=_of(environment), variables=repository.variables)
    shutil.rmtree(repository.directory / "changes")
    return _told(repository, [entry["stack"] for entry in entries], summed_up)


def push(repository: Repository) -> Applied:
    """Run the jobs of the workflow `apply` for the last commit."""
    matrix = _run(repository, "apply/matrix", {"github.event.before": "HEAD^", "github.event_name": "push"})
    (environment,) = json.loads(matrix.outputs["environments"])
    ran = job.run("apply/apply", repository.directory, given=_of(environment), variables=repository.variables)
    if not any(ran.statuses):
        repository.stands = repository.code
    return Applied(ran.statuses, ran.said)


def night(repository: Repository, tracker: IssueTracker, stacks: Iterable[str]) -> None:
    """Run the jobs of the workflow `drift`, of the stacks' own only these."""
    entries = json.loads(_run(repository, "drift/matrix", {}).outputs["stacks"])
    for entry in entries:
        if entry["stack"] in stacks:
            _run(repository, "drift/drift", _of(entry))
            _hand_over(repository, "drift", entry)
    with serving() as server:
        server.answer = lambda asked: tracker.answer(asked)  # the tracker answers in place of a script
        variables = repository.variables | {"GITHUB_API_URL": server.url}
        ran = job.run("drift/issues", repository.directory, given={"github.token": TOKEN}, variables=variables)
    assert ran.statuses == [0], ran.said
    shutil.rmtree(repository.directory / "drift")


def without(repository: Repository, region: str) -> tuple[Planned, Applied]:
    """Run the jobs of the workflow `region-lost`, with the action `apply`."""
    inputs = {"inputs.environment": NAME, "inputs.region": region, "inputs.failed_over && 'yes' || ''": ""}
    matrix = _run(repository, "region-lost/matrix", inputs)
    ran = job.run("region-lost/plan", repository.directory, given=inputs, variables=repository.variables)
    assert ran.statuses[0] == 0, ran.said
    changes = json.loads((repository.directory / "changes.json").read_text())
    planned = _told(repository, [stack["name"] for stack in changes["stacks"]], ran)
    assert matrix.outputs["environments"] != "[]"
    ran = job.run("region-lost/apply", repository.directory, given=inputs, variables=repository.variables)
    return planned, Applied(ran.statuses, ran.said)


def _run(repository: Repository, where: str, given: dict[str, str]) -> job.Ran:
    ran = job.run(where, repository.directory, given=given, variables=repository.variables)
    assert not any(ran.statuses), ran.said
    return ran


def _told(repository: Repository, stacks: list[str], ran: job.Ran) -> Planned:
    pages = repository.directory / "runner/pages"
    pages.mkdir(exist_ok=True)
    (pages / f"{len([*pages.iterdir()]) + 1}.md").write_text(ran.summary)
    # The command before the last one, which only shows the page.
    return Planned(stacks, ran.statuses[-2], ran.summary)


def _of(entry: dict[str, Any]) -> dict[str, str]:
    """What a job's expressions stand for that has this entry of a matrix."""
    return {f"matrix.{name}": value for name, value in entry.items() if isinstance(value, str)}


def _hand_over(repository: Repository, folder: str, entry: dict[str, Any]) -> None:
    """Put what a job has written where a later one downloads it."""
    artifact = repository.directory / folder / f"{folder}.{NAME}.{entry['stack']}"
    artifact.mkdir(parents=True)
    (repository.directory / "changes.json").replace(artifact / "changes.json")
