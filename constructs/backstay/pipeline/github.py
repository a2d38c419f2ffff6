"""The part of GitHub's REST API that pipelines need, for one repository.

Reference: https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api
"""

from __future__ import annotations

import http.client
import json
import re
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import Request, build_opener

from backstay.pipeline.redirection import Stay

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from email.message import Message

_API = "https://api.github.com"
_REPOSITORY = re.compile(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+")
_SERVER = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?(/[!-~]*)?")
_NEXT_PAGE = re.compile(r'<([^<>]+)>;\s*rel="next"')
_SECONDS = 30
_ATTEMPTS = 4
_PAGE = 100


class GitHubError(Exception):
    """GitHub cannot be reached or has refused; the message says what to do."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, kw_only=True)
class GitHub:
    """One repository, seen with one token; paths are relative to it: `issues/1/comments`.

    What is not answered, or answered with an error of the server, is asked again, `pause_seconds` later and then after
    twice as long each time. That is not done with a POST, which might be carried out twice. Where GitHub limits the
    rate and names the time to wait, it is waited for up to `patience_seconds`.
    """

    repository: str
    token: str = field(repr=False)
    api: str = _API
    pause_seconds: float = 1
    patience_seconds: float = 120

    @classmethod
    def found_in(cls, environment: Mapping[str, str], *, repository: str | None = None) -> GitHub:
        """Return the repository named here, else by GITHUB_REPOSITORY, on the server of GITHUB_API_URL.

        Raises:
            GitHubError: GITHUB_TOKEN is not set, there is no repository, or a name or an address is none.

        """
        named = repository or environment.get("GITHUB_REPOSITORY", "")
        if not _REPOSITORY.fullmatch(named):
            given = f"got {named!r}" if named else "none was given"
            raise GitHubError(f"a repository is needed as OWNER/NAME, {given}; give --repository or GITHUB_REPOSITORY")
        if not (token := environment.get("GITHUB_TOKEN", "")):
            raise GitHubError(
                "GITHUB_TOKEN is not set; in a workflow, give the step `GITHUB_TOKEN: ${{ github.token }}`"
            )
        api = environment.get("GITHUB_API_URL") or _API
        if not _SERVER.fullmatch(api):
            raise GitHubError(f"GITHUB_API_URL is {api!r}, and has to be an address such as {_API}")
        return cls(repository=named, token=token, api=api)

    def get(self, path: str, **query: str | int) -> Any:
        """Return one document.

        Raises:
            GitHubError: GitHub cannot be reached or refuses.

        """
        return self._ask("GET", self._url(path, query))[0]

    def pages(self, path: str, **query: str | int) -> Iterator[dict[str, Any]]:
        """Yield the entries of a list, page after page.

        Raises:
            GitHubError: GitHub cannot be reached or refuses.

        """
        url: str | None = self._url(path, {"per_page": _PAGE, **query})
        while url:
            entries, headers = self._ask("GET", url)
            yield from entries
            url = self._next(headers)

    def post(self, path: str, document: Mapping[str, Any]) -> Any:
        """Create something and return what GitHub says of it.

        Raises:
            GitHubError: GitHub cannot be reached or refuses; where it cannot be reached, it may have been created.

        """
        return self._ask("POST", self._url(path), document)[0]

    def patch(self, path: str, document: Mapping[str, Any]) -> Any:
        """Change something and return what GitHub says of it.

        Raises:
            GitHubError: GitHub cannot be reached or refuses.

        """
        return self._ask("PATCH", self._url(path), document)[0]

    def _url(self, path: str, query: Mapping[str, str | int] | None = None) -> str:
        base = f"{self.api.rstrip('/')}/repos/{self.repository}"
        return f"{base}/{path}" + (f"?{urlencode(query)}" if query else "")

    def _next(self, headers: Message) -> str | None:
        found = _NEXT_PAGE.search(headers.get("Link", ""))
        if found and urlsplit(found[1])[:2] != urlsplit(self.api)[:2]:
            raise GitHubError(f"{self.api} sends on to {found[1]}, another server, which must not see the token")
        return found[1] if found else None

    def _ask(self, method: str, url: str, document: Mapping[str, Any] | None = None) -> tuple[Any, Message]:
        request = Request(  # noqa: S310 - the server that the user names
            url,
            method=method,
            data=None if document is None else json.dumps(document).encode(),
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "User-Agent": "backstay",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        for attempt in range(1, _ATTEMPTS + 1):
            pause = self.pause_seconds * 2 ** (attempt - 1)
            try:
                # A redirection would take the token along to another host, and make a GET of a POST.
                with build_opener(Stay).open(request, timeout=_SECONDS) as answer:
                    return json.loads(answer.read() or b"null"), answer.headers
            except HTTPError as error:
                with error:
                    refusal = _refusal(method, url, error)
                    wait = _rate_limit(error)
                if wait is not None and wait > self.patience_seconds:
                    raise GitHubError(f"{refusal}; it answers again in {wait:.0f} s", error.code) from error
                may_repeat = wait is not None or (error.code >= 500 and method != "POST")
                if not may_repeat or attempt == _ATTEMPTS:
                    raise GitHubError(refusal, error.code) from error
                pause = max(pause, wait or 0)
            except (OSError, http.client.HTTPException, ValueError) as error:
                if method == "POST" or attempt == _ATTEMPTS:
                    reason = error.reason if isinstance(error, URLError) else error
                    raise GitHubError(f"{method} {url} was not answered: {reason}") from error
            time.sleep(pause)
        raise AssertionError("the last attempt returns or raises")


def _rate_limit(error: HTTPError) -> float | None:
    """How many seconds GitHub wants to be left alone; None when the rate is not what it minds."""
    if error.code not in (403, 429):
        return None
    if (wait := error.headers.get("Retry-After", "")).isdigit():
        return float(wait)
    reset = error.headers.get("X-RateLimit-Reset", "")
    if error.headers.get("X-RateLimit-Remaining") == "0" and reset.isdigit():
        return max(0.0, int(reset) - time.time())
    return 60.0 if error.code == 429 else None


_ADVICE = {
    301: "the repository has another name by now; give that one",
    401: "the token is wrong or has expired",
    403: "the token may not do that; give the job the permission, such as `pull-requests: write` or `issues: write`",
    404: "there is no such thing, or the token may not see it",
    410: "it was deleted, or the repository has that feature turned off",
}


def _refusal(method: str, url: str, error: HTTPError) -> str:
    said = error.read(10_000).decode(errors="replace")
    try:
        document = json.loads(said)
        details = "; ".join(str(detail.get("message") or detail) for detail in document.get("errors") or ())
        said = f"{document['message']}{f' ({details})' if details else ''}"
    except (ValueError, KeyError, TypeError, AttributeError):
        said = " ".join(said.split())[:200] or error.reason
    advice = _ADVICE.get(error.code)
    return f"{method} {url} was refused with {error.code}: {said}" + (f"; {advice}" if advice else "")
