"""Check that a tag, the version and the changelog agree, and print what the changelog says of the release.

`python .ci/changelog.py v1.2.3 [--notes FILE]` refuses a tag that is not the version in pyproject.toml, a version of
which the changelog says nothing, and a changelog that still keeps changes under Unreleased: the release has them.
"""

import argparse
import re
import sys
import tomllib
from datetime import date
from pathlib import Path

PROJECT = Path(__file__).parents[1]
HEADING = re.compile(r"^## \[(?P<name>[^\]]+)\](?: - (?P<date>\S+))?[ \t]*$", re.MULTILINE)


class ChangelogError(Exception):
    """The release must not be made; the message says why."""


def sections(changelog: str) -> dict[str, tuple[str | None, str]]:
    """The date and the text of each section, by version."""
    headings = list(HEADING.finditer(changelog))
    ends = [heading.start() for heading in headings[1:]] + [len(changelog)]
    return {
        heading["name"]: (heading["date"], changelog[heading.end() : end].strip())
        for heading, end in zip(headings, ends, strict=True)
    }


def notes(tag: str, *, version: str, changelog: str) -> str:
    """What is new in the release that a tag stands for.

    Args:
        tag: the tag, such as v1.2.3.
        version: the version that pyproject.toml declares.
        changelog: the text of CHANGELOG.md.

    Raises:
        ChangelogError: the three do not agree, or the changelog says nothing.
    """
    if tag != f"v{version}":
        raise ChangelogError(f"the tag is {tag}, but pyproject.toml declares {version}; tag v{version}, or change it")
    found = sections(changelog)
    if version not in found:
        raise ChangelogError(f"CHANGELOG.md has no section [{version}]; rename [Unreleased], and begin a new one")
    released, text = found[version]
    try:
        date.fromisoformat(released or "")
    except ValueError:
        raise ChangelogError(
            f"CHANGELOG.md dates [{version}] {released or 'not at all'}; write ## [{version}] - YYYY-MM-DD"
        ) from None
    if not text:
        raise ChangelogError(f"CHANGELOG.md says nothing under [{version}]")
    if found.get("Unreleased", (None, ""))[1]:
        raise ChangelogError(f"CHANGELOG.md has changes under [Unreleased] that are part of {version}; move them there")
    return text


def main() -> int:
    """Print the notes; returns 1 with the reason when the release must not be made."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("tag", help="the tag, such as v1.2.3")
    parser.add_argument("--notes", type=Path, help="write them into this file instead")
    arguments = parser.parse_args()
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["version"]
    try:
        text = notes(arguments.tag, version=declared, changelog=(PROJECT / "CHANGELOG.md").read_text())
    except ChangelogError as error:
        print(error, file=sys.stderr)
        return 1
    if arguments.notes:
        arguments.notes.write_text(f"{text}\n")
    else:
        print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
