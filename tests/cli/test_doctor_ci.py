"""Saying what a repository lacks for its workflows to deploy."""

import pytest

from tests.cli.conftest import Project
from tests.pipeline.github_server import Answer, GitHubServer, serving

SECTION = "pipeline: {repository: acme/platform}\n"


@pytest.fixture
def with_pipeline(project: Project) -> Project:
    file = project.directory / "environments/development.yaml"
    file.write_text(file.read_text() + SECTION)
    return project


def states(project: Project, **variables: str) -> dict[str, str]:
    return {found["subject"]: found["state"] for found in project.json("doctor", "--ci", **variables)["findings"]}


def test_without_a_token_the_checkout_is_looked_at_and_the_settings_are_unknown(with_pipeline: Project) -> None:
    found = states(with_pipeline, GITHUB_TOKEN="")
    assert found["development: pipeline"] == "ready"
    assert found[".terraform.lock.hcl"] == "missing"
    assert found["branch main"] == found["environment development-plan"] == "unknown"


def test_with_a_token_the_settings_are_asked_for(with_pipeline: Project) -> None:
    with serving() as github:
        refuse_all(github)
        asked = {"GITHUB_TOKEN": "t", "GITHUB_API_URL": github.url, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
        found = states(with_pipeline, **asked)
    assert found["environment development"] == "missing", "GitHub has no such environment"
    assert {each.headers["Authorization"] for each in github.asked} == {"Bearer t"}


def refuse_all(github: GitHubServer) -> None:
    github.will_say(Answer(404, {"message": "Not Found"}))


def test_people_read_what_to_do_and_how_much_there_is_of_it(with_pipeline: Project) -> None:
    done = with_pipeline.run("doctor", "--ci", GITHUB_TOKEN="", COLUMNS="200")
    assert done.returncode == 1
    assert "run `backstay providers lock`, and commit the file" in done.stdout
    assert "to look at what is unknown: set GITHUB_TOKEN" in done.stdout
    assert "needs of the pipeline are not met" in done.stdout


def test_an_environment_without_a_section_is_told(project: Project) -> None:
    assert states(project)["pipeline section"] == "missing"
