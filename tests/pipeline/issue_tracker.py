"""A repository's issues, kept as GitHub keeps them, and answered for over the REST API."""

import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.pipeline.github_server import Answer, Asked

REPOSITORY = "acme/platform"
TOKEN = "token-of-a-job"  # noqa: S105 - of a test's
_ISSUE = re.compile(r"issues/(\d+)(/comments)?")


@dataclass
class Issue:
    """One issue, or pull request."""

    number: int
    title: str
    body: str
    labels: list[str] = field(default_factory=list)
    state: str = "open"
    reason: str | None = None
    comments: list[str] = field(default_factory=list)
    is_pull_request: bool = False

    def document(self) -> dict[str, Any]:
        document = {
            "number": self.number,
            "title": self.title,
            # As it comes back from GitHub.
            "body": self.body.strip().replace("\n", "\r\n"),
            "state": self.state,
            "html_url": f"https://github.example/{REPOSITORY}/issues/{self.number}",
        }
        return document | ({"pull_request": {}} if self.is_pull_request else {})


class IssueTracker:
    """Refuses, as GitHub would, what is not allowed or not understood; counts what changed anything."""

    def __init__(self) -> None:
        self.issues: list[Issue] = []
        self.labels: set[str] = set()
        self.writes: list[str] = []
        self.page = 100

    def add(self, title: str, body: str, labels: list[str], *, is_pull_request: bool = False) -> Issue:
        made = Issue(len(self.issues) + 1, title, body, labels, is_pull_request=is_pull_request)
        self.issues.append(made)
        return made

    def answer(self, asked: Asked) -> Answer:
        address = urlsplit(asked.path)
        prefix = f"/repos/{REPOSITORY}/"
        assert asked.headers["Authorization"] == f"Bearer {TOKEN}"
        assert asked.headers["Accept"] == "application/vnd.github+json"
        assert address.path.startswith(prefix)
        path = address.path.removeprefix(prefix)
        query = {name: value[0] for name, value in parse_qs(address.query).items()}
        if asked.method == "GET" and path == "issues":
            return self._list(asked, query)
        self.writes.append(f"{asked.method} {path}")
        if (asked.method, path) == ("POST", "issues"):
            return self._open(asked.document)
        if (asked.method, path) == ("POST", "labels"):
            return self._label(asked.document)
        found = _ISSUE.fullmatch(path)
        assert found, f"GitHub has no {asked.method} {path}"
        issue = self.issues[int(found[1]) - 1]
        if found[2]:
            assert asked.method == "POST"
            issue.comments.append(asked.document["body"])
            return Answer(201, {})
        assert asked.method == "PATCH"
        return self._edit(issue, dict(asked.document))

    def _list(self, asked: Asked, query: dict[str, str]) -> Answer:
        matching = [issue for issue in self.issues if query["labels"] in issue.labels and issue.state == query["state"]]
        page = int(query.get("page", 1))
        shown = matching[(page - 1) * self.page : page * self.page]
        headers = {}
        if page * self.page < len(matching):
            base = asked.path.partition("&page=")[0]
            headers["Link"] = f'<http://{asked.headers["Host"]}{base}&page={page + 1}>; rel="next"'
        return Answer(200, [issue.document() for issue in shown], headers)

    def _open(self, document: dict[str, Any]) -> Answer:
        assert document.keys() == {"title", "body", "labels"}
        labels = [label for label in document["labels"] if label in self.labels]
        return Answer(201, self.add(document["title"], document["body"], labels).document())

    def _label(self, document: dict[str, Any]) -> Answer:
        assert re.fullmatch(r"[0-9a-f]{6}", document["color"])
        if document["name"] in self.labels:
            return Answer(422, {"message": "Validation Failed", "errors": [{"code": "already_exists"}]})
        self.labels.add(document["name"])
        return Answer(201, {})

    def _edit(self, issue: Issue, document: dict[str, Any]) -> Answer:
        issue.title, issue.body = document.pop("title", issue.title), document.pop("body", issue.body)
        issue.state = document.pop("state", issue.state)
        issue.reason = document.pop("state_reason", issue.reason)
        assert not document
        return Answer(200, issue.document())
