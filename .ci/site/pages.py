"""The written pages: copied as they are, but for links that lead out of the site."""

import os
import re
import shutil
import tomllib
from pathlib import Path

# Pages of the site that stand at the top of the repository; its README is the home page's older brother.
AT_THE_TOP = {
    "ARCHITECTURE.md": "architecture.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
}

_LINK = re.compile(r"(?<=\]\()(?!https?:|mailto:|#)([^)\s#]+)(#[^)\s]*)?(?=\))")


def copy(project: Path, directory: Path) -> None:
    """Write every page of docs/, and those at the top, to an emptied directory."""
    shutil.rmtree(directory, ignore_errors=True)
    shutil.copytree(project / "docs", directory)
    for source, name in AT_THE_TOP.items():
        shutil.copy(project / source, directory / name)
    written = {project / "docs" / page.relative_to(directory): page for page in directory.rglob("*.md")}
    written |= {project / source: directory / name for source, name in AT_THE_TOP.items()}
    for source, page in written.items():
        text = _LINK.sub(_Links(project, written, source, page).led, page.read_text(encoding="utf-8"))
        page.write_text(text, encoding="utf-8")
    _list_decisions(directory / "decisions")


class _Links:
    """The links of one page, led to where their targets are published."""

    def __init__(self, project: Path, written: dict[Path, Path], source: Path, page: Path) -> None:
        self._project, self._source, self._page = project, source, page
        self._written = {**written, project / "README.md": written[project / "docs" / "index.md"]}

    def led(self, link: re.Match[str]) -> str:
        target, anchor = link[1], link[2] or ""
        meant = (self._source.parent / target).resolve()
        # A folder's page is its README.
        if page := self._written.get(meant) or self._written.get(meant / "README.md"):
            return os.path.relpath(page, self._page.parent) + anchor
        if meant.exists() and not meant.is_relative_to(self._project / "docs"):
            return f"{_source_code(self._project)}/tree/main/{meant.relative_to(self._project)}{anchor}"
        # The reference is not in docs/; whatever else is missing, the build refuses.
        return link[0]


def _source_code(project: Path) -> str:
    return tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Source"]


def _list_decisions(directory: Path) -> None:
    listed = []
    for page in sorted(directory.glob("[0-9]*.md")):
        number, _, title = page.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ").partition(". ")
        listed.append(f"| {number} | [{title}]({page.name}) |")
    with (directory / "README.md").open("a", encoding="utf-8") as index:
        index.write("\n".join(["", "| number | decision |", "|---|---|", *listed]) + "\n")
