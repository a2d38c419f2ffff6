"""What the workflows promise, read off them."""

import re
from pathlib import Path

import pytest

from tests.synthesis import documents
from tests.workflows.documents import ACTIONS, GITHUB, JOBS, PROJECT, WORKFLOWS, Document, read, steps

PIN = re.compile(r"uses: (?P<action>[\w.-]+/[\w./-]+)@(?P<commit>[0-9a-f]{40}) # v(?P<version>\d+\.\d+\.\d+)$")
FILES = [*GITHUB.glob("workflows/*.yml"), *GITHUB.glob("actions/*/action.yml")]
CLOUD = sorted(
    where for where, job in JOBS.items() if any("actions/credentials" in str(step.get("uses")) for step in job["steps"])
)
SETUP = "./.github/actions/setup"


def runs(job: Document) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def caches(job: Document) -> list[object]:
    return [step.get("with", {}).get("caches", True) for step in job["steps"] if step.get("uses") == SETUP]


def test_the_pipeline_is_whole() -> None:
    assert set(WORKFLOWS) == {"ci", "plan", "apply", "drift", "region-lost", "release", "docs", "scorecard"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_begins_with_no_permissions(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {}


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(GITHUB)))
def test_every_action_is_a_commit_with_the_version_beside_it(file: Path) -> None:
    uses = [line.strip().removeprefix("- ") for line in file.read_text().splitlines() if "uses: " in line]
    assert [line for line in uses if not line.startswith("uses: ./") and not PIN.fullmatch(line)] == []


def test_an_action_is_the_same_commit_everywhere() -> None:
    found = {(match["action"], match["commit"]) for file in FILES for match in map(PIN.search, lines(file)) if match}
    assert len(found) == len({action for action, _ in found})


def lines(file: Path) -> list[str]:
    return file.read_text().splitlines()


def test_no_expression_is_in_a_command() -> None:
    assert [(where, step["run"]) for where, step in steps() if "${{" in step.get("run", "")] == []


def test_no_command_is_longer_than_a_line() -> None:
    assert [(where, step["run"]) for where, step in steps() if "\n" in step.get("run", "").strip()] == []


def test_no_checkout_leaves_its_token_behind() -> None:
    left = [
        where
        for where, step in steps()
        if step.get("uses", "").startswith("actions/checkout@") and step["with"]["persist-credentials"] is not False
    ]
    assert left == []


def test_clouds_are_touched_by_these_jobs_and_no_others() -> None:
    assert CLOUD == ["apply/apply", "drift/drift", "plan/plan", "region-lost/apply", "region-lost/plan"]
    others = {"docs/publish", "release/publish"}
    asking = {where for where, job in JOBS.items() if "id-token" in job["permissions"]}
    assert asking == {*CLOUD, *others}


@pytest.mark.parametrize("where", CLOUD)
def test_a_job_that_touches_a_cloud_can_write_nothing_on_github(where: str) -> None:
    assert JOBS[where]["permissions"] == {"contents": "read", "id-token": "write"}


def test_no_other_workflow_or_event_runs_them() -> None:
    assert set(WORKFLOWS["plan"]["on"]) == {"pull_request"}
    assert WORKFLOWS["plan"]["on"]["pull_request"]["branches"] == ["main"]
    assert WORKFLOWS["apply"]["on"]["push"]["branches"] == ["main"]
    assert set(WORKFLOWS["apply"]["on"]) == {"push", "workflow_dispatch"}
    assert set(WORKFLOWS["region-lost"]["on"]) == {"workflow_dispatch"}
    assert set(WORKFLOWS["drift"]["on"]) == {"schedule", "workflow_dispatch"}


@pytest.mark.parametrize("where", ["plan/plan", "drift/drift", "region-lost/plan"])
def test_what_only_looks_has_the_identity_that_only_looks(where: str) -> None:
    assert JOBS[where]["environment"].endswith("-plan")
    assert JOBS[where]["env"]["ARM_CLIENT_ID"] == "${{ vars.AZURE_PLAN_CLIENT_ID }}"
    assert not [run for run in runs(JOBS[where]) if run.startswith(("backstay deploy", "backstay state"))]


@pytest.mark.parametrize("where", ["apply/apply", "region-lost/apply"])
def test_what_changes_a_cloud_waits_for_approval_and_takes_nothing_from_caches(where: str) -> None:
    job = JOBS[where]
    assert job["environment"] == job["concurrency"]["group"].removeprefix("apply-")
    assert not job["environment"].endswith("-plan")
    assert caches(job) == [False]


@pytest.mark.parametrize("where", ["apply/apply", "region-lost/apply"])
def test_the_role_to_apply_is_had_for_as_long_as_the_job_may_take(where: str) -> None:
    (credentials,) = [step for step in JOBS[where]["steps"] if "actions/credentials" in str(step.get("uses"))]
    seconds = int(credentials["with"]["aws-seconds"])
    assert seconds >= JOBS[where]["timeout-minutes"] * 60
    roles = documents("production")["production-pipeline-aws"]["resource"]["aws_iam_role"].values()
    assert [role["max_session_duration"] for role in roles if role["name"].endswith("-apply")] == [seconds]


def test_environments_are_applied_one_after_another_and_the_first_that_fails_is_the_last() -> None:
    strategy = JOBS["apply/apply"]["strategy"]
    assert strategy["max-parallel"] == 1
    assert strategy["fail-fast"] is True


def test_pushes_are_applied_in_their_order_and_none_is_left_out() -> None:
    assert WORKFLOWS["apply"]["concurrency"] == {"group": "apply", "cancel-in-progress": False, "queue": "max"}


def test_the_stores_of_the_state_come_before_what_keeps_its_state_there() -> None:
    bootstrap, deploy = runs(JOBS["apply/apply"])
    assert bootstrap.startswith("backstay state bootstrap ")
    assert deploy.startswith("backstay deploy ")
    assert "--waves" in deploy


def test_no_plan_is_kept() -> None:
    kept = {
        step["with"]["path"]: step["with"]["retention-days"]
        for where, job in JOBS.items()
        if where.partition("/")[0] in ("plan", "drift", "apply", "region-lost")
        for step in job["steps"]
        if step.get("uses", "").startswith("actions/upload-artifact@")
    }
    assert kept == {"changes.json": 3, ".backstay/base": 3, "summary.md": 3}


def test_the_comment_is_posted_by_main_and_also_when_the_change_is_refused() -> None:
    job = JOBS["plan/comment"]
    assert job["permissions"] == {"contents": "read", "pull-requests": "write"}
    assert job["steps"][0]["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"
    assert caches(job) == [False]
    assert "needs.summary.result != 'skipped'" in job["if"]
    assert "!cancelled()" in job["if"]


def test_a_person_says_which_region_is_lost() -> None:
    inputs = WORKFLOWS["region-lost"]["on"]["workflow_dispatch"]["inputs"]
    assert set(inputs) == {"environment", "region", "action", "failed_over"}
    assert inputs["action"]["options"] == ["plan", "apply"]
    assert inputs["action"]["default"] == "plan"
    assert JOBS["region-lost/apply"]["if"] == "inputs.action == 'apply'"
    assert set(JOBS["region-lost/apply"]["needs"]) == {"matrix", "plan"}


def test_nothing_is_released_that_was_not_tried_on_every_python() -> None:
    declared = re.findall(r'"Programming Language :: Python :: (3\.\d+)"', (PROJECT / "pyproject.toml").read_text())
    assert JOBS["release/test"]["strategy"]["matrix"]["python"] == declared
    assert JOBS["ci/quick"]["strategy"]["matrix"]["python"] == declared
    needs = {id_: JOBS[f"release/{id_}"].get("needs") for id_ in ("build", "test", "publish", "announce")}
    assert needs == {"build": None, "test": "build", "publish": "test", "announce": "publish"}


def test_nothing_in_a_release_comes_from_a_cache() -> None:
    jobs = [job for where, job in JOBS.items() if where.startswith("release/")]
    assert {cached for job in jobs for cached in caches(job)} == {False}


def test_what_a_change_of_is_planned_is_applied_too() -> None:
    planned = {path for path in WORKFLOWS["plan"]["on"]["pull_request"]["paths"] if "workflows" not in path}
    applied = {path for path in WORKFLOWS["apply"]["on"]["push"]["paths"] if "workflows" not in path}
    assert planned == applied
    # A project has a lock file of providers when it has been made.
    assert [path for path in planned - {".terraform.lock.hcl"} if not list(PROJECT.glob(path))] == []


def test_caches_are_keyed_on_what_they_hold() -> None:
    keys = {
        step["with"]["path"]: re.findall(r"hashFiles\('(.+?)'\)", step["with"]["key"])
        for step in ACTIONS["setup"]["runs"]["steps"]
        if step.get("uses", "").startswith("actions/cache@")
    }
    assert keys == {"~/.cache/aws/jsii": ["uv.lock"], ".tools/providers": [".ci/providers/versions.tf"]}
    assert [file for of in keys.values() for file in of if not (PROJECT / file).is_file()] == []


def test_what_decides_over_rights_has_owners_of_its_own() -> None:
    lines = [line.split() for line in (GITHUB / "CODEOWNERS").read_text().splitlines() if line.startswith("/")]
    kept = {file for pattern, *_ in lines for file in owned(pattern)}
    package = PROJECT / "constructs/backstay"
    rights = [package.glob("*/pipeline_access.py"), package.glob("*/pipeline/*.py"), [package / "topology/pipeline.py"]]
    run_with_them = [PROJECT / "Makefile", PROJECT / "pyproject.toml", PROJECT / "uv.lock", *FILES]
    assert [file for file in (*(file for found in rights for file in found), *run_with_them) if file not in kept] == []


def owned(pattern: str) -> list[Path]:
    found = PROJECT.glob(pattern.strip("/"))
    return [file for path in found for file in (path.rglob("*") if path.is_dir() else [path])]


def test_dependabot_looks_at_everything_that_is_pinned() -> None:
    updates = read(GITHUB / "dependabot.yml")["updates"]
    looked_at = {
        (update["package-ecosystem"], folder.lstrip("/"))
        for update in updates
        for folder in update.get("directories", [update.get("directory")])
    }
    actions = {("github-actions", f".github/actions/{name}") for name in ACTIONS}
    assert looked_at == {("uv", ""), ("terraform", ".ci/providers"), ("github-actions", ""), *actions}


def test_the_pinned_providers_are_within_what_the_stacks_allow() -> None:
    text = (PROJECT / ".ci/providers/versions.tf").read_text()
    pinned = dict(re.findall(r'source\s+= "hashicorp/(\w+)"\s+version = "([\d.]+)"', text))
    # It has a region on each cloud.
    blocks = [stack["terraform"]["required_providers"] for stack in documents("multicloud").values()]
    allowed = {provider["source"]: provider["version"] for block in blocks for provider in block.values()}
    assert set(pinned) == set(allowed)
    for provider, constraint in allowed.items():
        least, below = re.fullmatch(r">= ([\d.]+), < ([\d.]+)", constraint).groups()
        assert numbers(least) <= numbers(pinned[provider]) < numbers(below), provider


def numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))
