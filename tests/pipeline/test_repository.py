"""What a repository's settings lack, with GitHub's API answered by a server on loopback."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from backstay.pipeline import repository
from backstay.pipeline.checkout import WORKFLOWS
from backstay.pipeline.github import GitHub
from backstay.pipeline.need import Need, State
from backstay.topology import PipelineSpec
from tests.pipeline.github_server import Answer, Asked, GitHubServer
from tests.topology.sample import environment

NUMBERS = {"owner_id": 1234, "repository_id": 5678}
IMMUTABLE = {"use_default": True, "use_immutable_subject": True, "sub_claim_prefix": "repo:acme@1234/platform@5678"}
SECRET = {"name": "API_KEY", "variable": "llm_api_key"}

Settings = dict[str, Any]


def settings(workflows: Path) -> Settings:
    """Those of a repository that lacks nothing, by the path under which GitHub tells them."""

    def blob(file: str) -> str:
        return subprocess.run(
            ["git", "hash-object", workflows / file],  # noqa: S607 - whichever git is there
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()

    reviewed = {"type": "required_reviewers", "reviewers": [{"type": "Team"}]}
    return {
        **{f"contents/{file}": {"sha": blob(file)} for file in WORKFLOWS},
        "branches/main": {"name": "main", "protected": True},
        "actions/permissions/workflow": {"default_workflow_permissions": "read"},
        "actions/oidc/customization/sub": IMMUTABLE,
        "environments/example-plan": {"name": "example-plan", "protection_rules": []},
        "environments/example": {
            "name": "example",
            "protection_rules": [reviewed],
            "deployment_branch_policy": {"protected_branches": True, "custom_branch_policies": False},
        },
        "environments/example/secrets": {"secrets": [{"name": "LLM_API_KEY"}]},
        "environments/example/variables": {"variables": [{"name": "AZURE_APPLY_CLIENT_ID"}]},
        "environments/example-plan/variables": {"variables": [{"name": "AZURE_PLAN_CLIENT_ID"}]},
        "actions/secrets": {"secrets": []},
        "actions/variables": {"variables": [{"name": "AZURE_TENANT_ID"}]},
    }


@pytest.fixture
def workflows(tmp_path: Path) -> Path:
    for file in WORKFLOWS:
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(f"name: {file}\n")
    return tmp_path


Look = Callable[..., dict[str, Need]]


@pytest.fixture
def look(github_server: GitHubServer, workflows: Path, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Looks at a repository that lacks nothing but what a test changes; gives what is not ready, by subject."""

    def looked(
        changed: Settings | None = None, *, pipeline: dict[str, Any] | None = None, **changes: Any
    ) -> dict[str, Need]:
        held = settings(workflows) | (changed or {})

        def answer(asked: Asked) -> Answer:
            path = urlsplit(asked.path).path.removeprefix("/repos/acme/platform/")
            found = held.get(path)
            return found if isinstance(found, Answer) else Answer(document=found) if found else Answer(404)

        monkeypatch.setattr(github_server, "answer", answer)
        given = {"repository": "acme/platform"} | (NUMBERS if pipeline is None else pipeline)
        tested = environment({"pipeline": given, "secrets": [SECRET]} | changes)
        github = GitHub(repository="acme/platform", token="t", api=github_server.url, pause_seconds=0.01)  # noqa: S106
        found = repository.needs(github, workflows, {"example": tested}, PipelineSpec.model_validate(given))
        return {need.subject: need for need in found if need.state is not State.READY}

    return looked


def test_a_repository_that_has_everything_lacks_nothing(look: Look) -> None:
    assert look() == {}


MISSING: dict[str, tuple[Settings, str]] = {
    "environment example": ({"environments/example": None}, "with required reviewers"),
    "environment example-plan": ({"environments/example-plan": None}, "without reviewers"),
    "secrets of example": ({"environments/example/secrets": {"secrets": []}}, "add LLM_API_KEY"),
    "branch main": ({"branches/main": {"protected": False}}, "require pull requests"),
    "workflow permissions": (
        {"actions/permissions/workflow": {"default_workflow_permissions": "write"}},
        "let workflows read only",
    ),
    "OIDC subject": (
        {"actions/oidc/customization/sub": {"use_default": False, "include_claim_keys": ["repo"]}},
        "go back to GitHub's default",
    ),
    f"{WORKFLOWS[0]} on main": ({f"contents/{WORKFLOWS[0]}": {"sha": "0" * 40}}, "merge what was changed"),
    f"{WORKFLOWS[1]} on main": ({f"contents/{WORKFLOWS[1]}": None}, "merge it into main"),
}


@pytest.mark.parametrize("subject", MISSING)
def test_what_is_missing_is_told_with_what_to_do(look: Look, subject: str) -> None:
    changed, advice = MISSING[subject]
    (need,) = look(changed).values()
    assert (need.subject, need.state) == (subject, State.MISSING)
    assert advice in need.advice


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({"protection_rules": []}, "without anybody's approval"),
        ({"deployment_branch_policy": None}, "open to every branch"),
    ],
)
def test_an_environment_that_is_applied_waits_for_people_and_takes_chosen_branches(
    look: Look, workflows: Path, changed: Settings, found: str
) -> None:
    open_to_all = settings(workflows)["environments/example"] | changed
    assert found in look({"environments/example": open_to_all})["environment example"].found


def test_a_plan_that_waits_for_people_is_told(look: Look, workflows: Path) -> None:
    reviewed = settings(workflows)["environments/example"]
    assert "waits for reviewers" in look({"environments/example-plan": reviewed})["environment example-plan"].found


@pytest.mark.parametrize(
    ("pipeline", "subject", "advice"),
    [
        ({}, IMMUTABLE, "give pipeline.owner_id and pipeline.repository_id"),
        (NUMBERS | {"owner_id": 1}, IMMUTABLE, "correct the pipeline section"),
        (NUMBERS, {"use_default": True, "use_immutable_subject": False}, "switch immutable subjects on"),
    ],
)
def test_a_subject_that_clouds_are_not_told_to_trust_is_told(
    look: Look, pipeline: dict[str, Any], subject: Settings, advice: str
) -> None:
    found = look({"actions/oidc/customization/sub": subject}, pipeline=pipeline)
    assert list(found) == ["OIDC subject"]
    assert advice in found["OIDC subject"].advice


def test_a_repository_known_by_name_may_have_subjects_without_numbers(look: Look) -> None:
    assert look({"actions/oidc/customization/sub": {"use_default": True}}, pipeline={}) == {}


def test_terraform_cloud_needs_a_token_to_plan_and_another_to_apply(look: Look) -> None:
    found = look(state={"backend": "cloud", "organization": "acme"})
    assert {subject: need.found for subject, need in found.items()} == {
        "secrets of example-plan": "without TF_TOKEN_APP_TERRAFORM_IO",
        "secrets of example": "without TF_TOKEN_APP_TERRAFORM_IO",
    }


def test_what_the_token_may_not_see_is_unknown_and_not_missing(look: Look) -> None:
    (need,) = look({"actions/permissions/workflow": Answer(403, {"message": "Resource not accessible"})}).values()
    assert need.state is State.UNKNOWN
    assert "Resource not accessible" in need.found


def test_without_a_token_all_is_unknown(workflows: Path) -> None:
    given = {"repository": "acme/platform"}
    tested = {"example": environment({"pipeline": given})}
    found = list(repository.needs(None, workflows, tested, PipelineSpec.model_validate(given)))
    assert found
    assert {(need.state, need.found) for need in found} == {(State.UNKNOWN, "unknown: no token")}
