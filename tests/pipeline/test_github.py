"""GitHub's API, answered by a server on loopback."""

import time

import pytest

from backstay.pipeline.github import GitHub, GitHubError
from tests.pipeline.github_server import Answer, GitHubServer

_TOKEN = "ghs_secret"  # noqa: S105 - nobody's


@pytest.fixture
def github(github_server: GitHubServer) -> GitHub:
    return GitHub(
        repository="acme/platform", token=_TOKEN, api=github_server.url, pause_seconds=0.01, patience_seconds=2
    )


def test_a_document_is_asked_for_with_the_token_and_the_api_version(
    github: GitHub, github_server: GitHubServer
) -> None:
    github_server.will_say(Answer(document={"number": 7}))
    assert github.get("pulls/7", state="open") == {"number": 7}
    (asked,) = github_server.asked
    assert (asked.method, asked.path) == ("GET", "/repos/acme/platform/pulls/7?state=open")
    assert asked.headers["Authorization"] == "Bearer ghs_secret"
    assert asked.headers["X-Github-Api-Version"] == "2022-11-28"


def test_a_list_is_read_to_its_last_page(github: GitHub, github_server: GitHubServer) -> None:
    more = {"Link": f'<{github_server.url}/second>; rel="next", <{github_server.url}/second>; rel="last"'}
    github_server.will_say(Answer(document=[{"id": 1}, {"id": 2}], headers=more), Answer(document=[{"id": 3}]))
    assert [entry["id"] for entry in github.pages("issues/7/comments")] == [1, 2, 3]
    assert [asked.path for asked in github_server.asked] == [
        "/repos/acme/platform/issues/7/comments?per_page=100",
        "/second",
    ]


def test_a_next_page_on_another_server_does_not_see_the_token(github: GitHub, github_server: GitHubServer) -> None:
    github_server.will_say(Answer(document=[], headers={"Link": '<https://elsewhere.example/2>; rel="next"'}))
    with pytest.raises(GitHubError, match="another server"):
        list(github.pages("issues"))


def test_no_redirection_is_followed(github: GitHub, github_server: GitHubServer) -> None:
    github_server.will_say(Answer(301, {"message": "Moved Permanently"}, {"Location": f"{github_server.url}/new"}))
    with pytest.raises(GitHubError, match="another name by now") as refused:
        github.get("issues/7")
    assert refused.value.status == 301
    assert len(github_server.asked) == 1


@pytest.mark.parametrize("trouble", [Answer(502, b"bad gateway"), Answer(None), Answer(200, b"{half a docu")])
def test_reading_goes_on_after_passing_trouble(github: GitHub, github_server: GitHubServer, trouble: Answer) -> None:
    github_server.will_say(trouble, trouble, Answer(document={"number": 7}))
    assert github.get("pulls/7") == {"number": 7}
    assert len(github_server.asked) == 3


def test_a_change_is_made_again_after_passing_trouble(github: GitHub, github_server: GitHubServer) -> None:
    github_server.will_say(Answer(503), Answer(document={"id": 5}))
    assert github.patch("issues/comments/5", {"body": "new"}) == {"id": 5}
    assert [asked.document for asked in github_server.asked] == [{"body": "new"}] * 2


@pytest.mark.parametrize("trouble", [Answer(502), Answer(None)])
def test_nothing_is_created_twice(github: GitHub, github_server: GitHubServer, trouble: Answer) -> None:
    github_server.will_say(trouble, Answer(201, {"id": 5}))
    with pytest.raises(GitHubError, match=r"POST .*/issues/7/comments was"):
        github.post("issues/7/comments", {"body": "hello"})
    assert len(github_server.asked) == 1


def test_lasting_trouble_is_an_error(github: GitHub, github_server: GitHubServer) -> None:
    github_server.will_say(Answer(500, {"message": "Server Error"}))
    with pytest.raises(GitHubError, match="refused with 500: Server Error"):
        github.get("issues")
    assert len(github_server.asked) == 4


@pytest.mark.parametrize(
    "limit",
    [
        Answer(429, {"message": "slow down"}, {"Retry-After": "0"}),
        Answer(403, {"message": "limit"}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": str(int(time.time()))}),
    ],
)
def test_a_limit_of_the_rate_is_waited_for_even_to_create(
    github: GitHub, github_server: GitHubServer, limit: Answer
) -> None:
    github_server.will_say(limit, Answer(201, {"id": 5}))
    assert github.post("issues/7/comments", {"body": "hello"}) == {"id": 5}


def test_a_limit_that_lasts_too_long_says_for_how_long(github: GitHub, github_server: GitHubServer) -> None:
    github_server.will_say(Answer(429, {"message": "secondary rate limit"}, {"Retry-After": "900"}))
    with pytest.raises(GitHubError, match="secondary rate limit; it answers again in 900 s"):
        github.get("issues")


@pytest.mark.parametrize(
    ("status", "advice"),
    [(401, "wrong or has expired"), (403, "pull-requests: write"), (404, "may not see it"), (410, "turned off")],
)
def test_a_refusal_says_what_to_do(github: GitHub, github_server: GitHubServer, status: int, advice: str) -> None:
    github_server.will_say(Answer(status, {"message": "no"}))
    with pytest.raises(GitHubError, match=advice) as refused:
        github.get("issues")
    assert "ghs_secret" not in str(refused.value)


def test_what_github_minds_is_told_in_its_words(github: GitHub, github_server: GitHubServer) -> None:
    minds = {"message": "Validation Failed", "errors": [{"message": "body is too long"}, {"code": "invalid"}]}
    github_server.will_say(Answer(422, minds))
    with pytest.raises(GitHubError, match=r"Validation Failed \(body is too long; \{'code': 'invalid'\}\)"):
        github.post("issues/7/comments", {"body": "x"})


def test_the_surroundings_of_a_workflow_name_server_repository_and_token() -> None:
    variables = {
        "GITHUB_API_URL": "https://github.acme.example/api/v3",
        "GITHUB_REPOSITORY": "acme/platform",
        "GITHUB_TOKEN": "ghs_secret",
    }
    found = GitHub.found_in(variables)
    assert (found.api, found.repository) == ("https://github.acme.example/api/v3", "acme/platform")
    assert GitHub.found_in(variables, repository="acme/other").repository == "acme/other"
    assert "ghs_secret" not in repr(found)


@pytest.mark.parametrize("named", ["", "platform", "acme/platform/pulls", "acme/../x", "https://x/acme/platform"])
def test_a_repository_that_is_none_is_refused(named: str) -> None:
    with pytest.raises(GitHubError, match="OWNER/NAME"):
        GitHub.found_in({"GITHUB_REPOSITORY": named, "GITHUB_TOKEN": "x"})


@pytest.mark.parametrize("api", ["nonsense", "file:///etc/passwd", "https://", "https://x y", "ftp://api.github.com"])
def test_a_server_that_is_none_is_refused(api: str) -> None:
    with pytest.raises(GitHubError, match="GITHUB_API_URL is"):
        GitHub.found_in({"GITHUB_REPOSITORY": "acme/platform", "GITHUB_TOKEN": "x", "GITHUB_API_URL": api})


def test_a_missing_token_is_told_with_what_to_write() -> None:
    with pytest.raises(GitHubError, match="GITHUB_TOKEN is not set"):
        GitHub.found_in({"GITHUB_REPOSITORY": "acme/platform"})
