"""What a tag has to agree with before it is released."""

import importlib.util
import re
import subprocess
import sys
from types import ModuleType

import pytest

from tests.workflows.documents import PROJECT

FILE = PROJECT / ".ci/changelog.py"
CHANGELOG = """\
# Changelog

## [Unreleased]

## [1.1.0] - 2026-11-20

### Added

- A fourth region.

## [1.0.0] - 2026-10-01

### Added

- Three regions.
"""


@pytest.fixture(scope="module")
def changelog() -> ModuleType:
    spec = importlib.util.spec_from_file_location("changelog", FILE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_notes_of_a_release_are_its_own_section(changelog: ModuleType) -> None:
    assert changelog.notes("v1.1.0", version="1.1.0", changelog=CHANGELOG) == "### Added\n\n- A fourth region."
    assert changelog.notes("v1.0.0", version="1.0.0", changelog=CHANGELOG) == "### Added\n\n- Three regions."


@pytest.mark.parametrize(
    ("tag", "version", "text", "told"),
    [
        ("v1.2.0", "1.1.0", CHANGELOG, "the tag is v1.2.0, but pyproject.toml declares 1.1.0"),
        ("1.1.0", "1.1.0", CHANGELOG, "tag v1.1.0"),
        ("v1.2.0", "1.2.0", CHANGELOG, "no section [1.2.0]"),
        ("v1.1.0", "1.1.0", CHANGELOG.replace(" - 2026-11-20", ""), "dates [1.1.0] not at all"),
        ("v1.1.0", "1.1.0", CHANGELOG.replace("2026-11-20", "2026-11-31"), "dates [1.1.0] 2026-11-31"),
        ("v1.1.0", "1.1.0", CHANGELOG.replace("### Added\n\n- A fourth region.\n", ""), "says nothing under [1.1.0]"),
        ("v1.1.0", "1.1.0", CHANGELOG.replace("## [1.1.0]", "- A fifth region.\n\n## [1.1.0]"), "under [Unreleased]"),
    ],
)
def test_a_release_that_does_not_agree_is_refused(
    changelog: ModuleType, tag: str, version: str, text: str, told: str
) -> None:
    with pytest.raises(changelog.ChangelogError, match=re.escape(told)):
        changelog.notes(tag, version=version, changelog=text)


def test_the_command_refuses_a_tag_that_is_not_the_version() -> None:
    done = subprocess.run([sys.executable, FILE, "v999.0.0"], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "the tag is v999.0.0" in done.stderr


def test_the_changelog_here_can_be_read(changelog: ModuleType) -> None:
    sections = changelog.sections((PROJECT / "CHANGELOG.md").read_text())
    assert next(iter(sections)) == "Unreleased"
    assert all(text for name, (_, text) in sections.items() if name != "Unreleased")
