"""Tags as Google Cloud writes them: labels, in lower case, with fewer characters."""

import re
from collections.abc import Mapping

# https://cloud.google.com/resource-manager/docs/labels-overview#requirements
_LONGEST = 63
_REFUSED = re.compile(r"[^a-z0-9_-]")


def label_key(tag: str) -> str:
    """The label that a tag becomes."""
    return _REFUSED.sub("-", tag.lower())[:_LONGEST]


def labels(tags: Mapping[str, str]) -> dict[str, str]:
    """The labels that tags become.

    Raises:
        ValueError: when two tags become one label.
    """
    made: dict[str, str] = {}
    for tag, value in tags.items():
        if (key := label_key(tag)) in made:
            raise ValueError(f"two tags become the label {key!r} on Google Cloud, {tag!r} among them; rename one")
        made[key] = label_key(value)
    return made
