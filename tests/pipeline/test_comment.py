"""One comment for each environment on a pull request."""

from typing import Any

import pytest

from backstay.pipeline.comment import CommentError, post
from backstay.pipeline.github import GitHub
from tests.pipeline.github_server import Answer, GitHubServer

MARKER = "<!-- backstay plan production -->"
TEXT = f"{MARKER}\n## Plan of production\n"
POSTED = Answer(201, {"html_url": "https://github.example/7#new"})
_TOKEN = "ghs_secret"  # noqa: S105 - nobody's


@pytest.fixture
def github(github_server: GitHubServer) -> GitHub:
    return GitHub(repository="acme/platform", token=_TOKEN, api=github_server.url, pause_seconds=0.01)


def comment(id_: int, body: str, kind: str = "Bot") -> dict[str, Any]:
    return {"id": id_, "body": body, "user": {"type": kind}}


def asked(server: GitHubServer) -> list[str]:
    return [f"{each.method} {each.path.removeprefix('/repos/acme/platform/')}" for each in server.asked]


def test_the_first_is_written(github: GitHub, github_server: GitHubServer) -> None:
    github_server.will_say(Answer(document=[]), POSTED)
    assert post(github, 7, TEXT) == "https://github.example/7#new"
    assert asked(github_server) == ["GET issues/7/comments?per_page=100", "POST issues/7/comments"]
    assert github_server.asked[-1].document == {"body": TEXT}


def test_the_next_takes_its_place(github: GitHub, github_server: GitHubServer) -> None:
    earlier = [comment(1, "looks good"), comment(2, f"{MARKER}\nold")]
    github_server.will_say(Answer(document=earlier), Answer(document={"html_url": "https://github.example/7#2"}))
    assert post(github, 7, TEXT) == "https://github.example/7#2"
    assert asked(github_server)[1:] == ["PATCH issues/comments/2"]


def test_another_environments_stays(github: GitHub, github_server: GitHubServer) -> None:
    other = comment(2, "<!-- backstay plan production-eu -->\nold")
    github_server.will_say(Answer(document=[other]), POSTED)
    post(github, 7, TEXT)
    assert asked(github_server)[1:] == ["POST issues/7/comments"]


def test_what_a_person_has_written_stays(github: GitHub, github_server: GitHubServer) -> None:
    copied = comment(2, f"{MARKER}\nlook at this", kind="User")
    github_server.will_say(Answer(document=[copied, {"id": 3, "body": None, "user": None}]), POSTED)
    post(github, 7, TEXT)
    assert asked(github_server)[1:] == ["POST issues/7/comments"]


@pytest.mark.parametrize(
    ("text", "words"), [("## Plan", "does not begin with the marker"), (TEXT + "x" * 65_536, "a comment holds 65536")]
)
def test_what_cannot_be_a_comment_is_not_posted(
    github: GitHub, github_server: GitHubServer, text: str, words: str
) -> None:
    with pytest.raises(CommentError, match=words):
        post(github, 7, text)
    assert github_server.asked == []
