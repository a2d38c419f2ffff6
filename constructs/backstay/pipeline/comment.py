"""The one comment that each environment has on a pull request."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from backstay.pipeline.markdown import LONGEST

if TYPE_CHECKING:
    from backstay.pipeline.github import GitHub

_MARKER = re.compile(r"<!-- backstay [a-z0-9 -]+ -->")


class CommentError(Exception):
    """A text cannot be a comment; the message says why."""


def post(github: GitHub, pull_request: int, text: str) -> str:
    """Write a comment, or write anew the one that begins with the same hidden marker; return its address.

    A comment with the marker that a person has written is theirs, and left alone.

    Raises:
        CommentError: the text does not begin with a marker, or is too long.
        GitHubError: GitHub cannot be reached or refuses.

    """
    found = _MARKER.match(text)
    if not found:
        raise CommentError("the text does not begin with the marker of a summary; `backstay ci summary` writes one")
    if len(text) > LONGEST:
        raise CommentError(f"the text has {len(text)} characters, and a comment holds {LONGEST}")
    for comment in github.pages(f"issues/{pull_request}/comments"):
        is_ours = (comment.get("user") or {}).get("type") == "Bot"
        if is_ours and str(comment.get("body") or "").startswith(found[0]):
            return github.patch(f"issues/comments/{comment['id']}", {"body": text})["html_url"]
    return github.post(f"issues/{pull_request}/comments", {"body": text})["html_url"]
