"""One issue for each stack that has drifted: opened, kept up to date, and closed when the drift is gone."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from backstay.pipeline.drift import issue, marker
from backstay.pipeline.github import GitHubError
from backstay.terraform import Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from backstay.pipeline.changes import Changes, StackChanges
    from backstay.pipeline.drift import Issue
    from backstay.pipeline.github import GitHub

LABEL = "drift"
"""What marks the issues. Strangers cannot label theirs, so that none of theirs is ever taken for one of these."""

_COLOR = "d93f0b"
_GONE = "Nothing has drifted any more."


class Settled(StrEnum):
    """What was done about a stack."""

    OPENED = "opened"
    UPDATED = "updated"
    CLOSED = "closed"
    KEPT = "kept"
    """The issue says already what there is to say."""
    NOTHING = "nothing"
    """There is no drift, and no issue."""
    UNKNOWN = "unknown"
    """It was interrupted before anything was found out, or may not be looked at."""


@dataclass(frozen=True)
class SettledStack:
    """A stack, what was done about it, and the issue's address."""

    environment: str
    stack: str
    settled: Settled
    url: str = ""


def settle(github: GitHub, found: Iterable[Changes], *, label: str = LABEL) -> tuple[SettledStack, ...]:
    """Make the issues say what was found; doing it again changes nothing more.

    Stacks of which nothing was found out, since no job told of them, keep their issues as they are.

    Raises:
        GitHubError: GitHub cannot be reached or refuses.
    """
    is_open = _open_issues(github, label)
    settled: list[SettledStack] = []
    for changes in found:
        for stack in changes.stacks:
            there = is_open.get(marker(changes.environment, stack.name))
            settled.append(_settle(github, changes.environment, stack, there, label))
    return tuple(settled)


def _settle(
    github: GitHub, environment: str, stack: StackChanges, there: Mapping[str, Any] | None, label: str
) -> SettledStack:
    if stack.outcome in (Outcome.INTERRUPTED, Outcome.WITHHELD):
        return SettledStack(environment, stack.name, Settled.UNKNOWN, there["html_url"] if there else "")
    wanted = issue(environment, stack)
    if wanted is None:
        if there is None:
            return SettledStack(environment, stack.name, Settled.NOTHING)
        _close(github, there)
        return SettledStack(environment, stack.name, Settled.CLOSED, there["html_url"])
    if there is None:
        _ensure_label(github, label)
        opened = github.post("issues", {"title": wanted.title, "body": wanted.body, "labels": [label]})
        return SettledStack(environment, stack.name, Settled.OPENED, opened["html_url"])
    if _says(there, wanted):
        return SettledStack(environment, stack.name, Settled.KEPT, there["html_url"])
    github.patch(f"issues/{there['number']}", {"title": wanted.title, "body": wanted.body})
    return SettledStack(environment, stack.name, Settled.UPDATED, there["html_url"])


def _close(github: GitHub, there: Mapping[str, Any]) -> None:
    github.post(f"issues/{there['number']}/comments", {"body": _GONE})
    github.patch(f"issues/{there['number']}", {"state": "closed", "state_reason": "completed"})


def _open_issues(github: GitHub, label: str) -> dict[str, Mapping[str, Any]]:
    """The open issues by the marker that their text begins with; of two with one marker, the older."""
    found: dict[str, Mapping[str, Any]] = {}
    for entry in github.pages("issues", state="open", labels=label, sort="created", direction="asc"):
        # GitHub lists pull requests among the issues.
        if "pull_request" not in entry:
            found.setdefault(str(entry["body"] or "").partition("\n")[0].strip(), entry)
    return found


def _says(there: Mapping[str, Any], wanted: Issue) -> bool:
    # GitHub gives a body back with the line ends of the web.
    body = str(there["body"]).replace("\r\n", "\n").strip()
    return there["title"] == wanted.title and body == wanted.body.strip()


def _ensure_label(github: GitHub, label: str) -> None:
    """Make the label where there is none: GitHub leaves out those that do not exist, and the issue is found by it."""
    try:
        github.post("labels", {"name": label, "color": _COLOR, "description": "Changed outside Terraform"})
    except GitHubError as error:
        # 422 says that it exists.
        if error.status != 422:
            raise
