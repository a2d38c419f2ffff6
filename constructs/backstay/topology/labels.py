"""Google Cloud has labels where other clouds have tags, and allows less in them."""

import re
from collections.abc import Mapping

from backstay.topology.names import shorten

# https://cloud.google.com/resource-manager/docs/labels-overview#requirements
_LONGEST = 63


def labels(tags: Mapping[str, str]) -> dict[str, str]:
    """The labels that say what tags say.

    Labels are in lower case and hold letters, digits, underscores and hyphens; any other character becomes a hyphen,
    and what is longer than 63 characters is shortened as names are.

    Raises:
        ValueError: when a tag cannot become a label, or two tags become one.
    """
    made: dict[str, str] = {}
    origins: dict[str, str] = {}
    for tag, value in tags.items():
        label = fitting(tag)
        if not re.match("[a-z]", label):
            raise ValueError(f"tag {tag!r} cannot become a label, whose first character is a letter; rename the tag")
        if label in made:
            raise ValueError(f"tags {origins[label]!r} and {tag!r} become one label {label!r}; rename one of them")
        made[label], origins[label] = fitting(value), tag
    return made


def fitting(text: str) -> str:
    """What a tag's name or value becomes in a label."""
    return shorten(re.sub("[^a-z0-9_-]", "-", text.lower()), _LONGEST)
