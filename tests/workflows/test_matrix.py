"""In whose repository the workflows do something."""

import pytest

from backstay.cli.ci import job_list

NOTHING_NAMED = job_list.Options(("development", "staging"), since=None, without=(), access="apply")


def environments(monkeypatch: pytest.MonkeyPatch, repository: str) -> list[str]:
    monkeypatch.setenv("GITHUB_REPOSITORY", repository)
    return [entry["environment"] for entry in job_list.gather(NOTHING_NAMED).environments]


def test_a_repository_applies_the_environments_that_name_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environments(monkeypatch, "acme/platform") == ["staging"]
    # GitHub's own comparison.
    assert environments(monkeypatch, "Acme/Platform") == ["staging"]


def test_a_repository_that_no_environment_names_applies_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environments(monkeypatch, "somebody/platform") == []


def test_what_a_workflow_reads_is_an_empty_list_then(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    output = tmp_path_factory.mktemp("github") / "output"
    monkeypatch.setenv("GITHUB_REPOSITORY", "somebody/platform")
    monkeypatch.setenv("GITHUB_OUTPUT", str(output))
    job_list.conclude(job_list.gather(NOTHING_NAMED), as_json=False)
    outputs = dict(line.split("=", 1) for line in output.read_text().splitlines())
    # The very text that the jobs' conditions compare with.
    assert outputs == {"stacks": "[]", "environments": "[]"}
