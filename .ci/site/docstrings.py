"""Docstrings as Markdown."""

import re
from collections.abc import Iterator

_SECTIONS = {"Args": "Arguments", "Attributes": "Attributes", "Returns": "Returns", "Raises": "Raises"}
_PROMISE = re.compile(r"^(Survives|Does not survive): ")
_ITEM = re.compile(r"^    ([A-Za-z_][\w.]*): ?(.*)$")


def markdown(text: str | None, *, sections_only: bool = False) -> Iterator[str]:
    """The lines of a docstring: its paragraphs as they are, its sections as lists."""
    in_section = False
    item = ""
    for line in (text or "").splitlines():
        heading = line[:-1] if line.endswith(":") else ""
        if heading in _SECTIONS:
            yield from (item, "")
            in_section, item = True, ""
            yield from (f"**{_SECTIONS[heading]}**", "")
        elif not in_section:
            if not sections_only:
                promise = _PROMISE.match(line)
                yield from ("", _PROMISE.sub(r"**\1:** ", _plain(line))) if promise else (_plain(line),)
        elif found := _ITEM.match(line):
            yield item
            item = f"- `{found[1]}`: {_plain(found[2])}"
        elif line:
            item = f"{item} {_plain(line.strip())}".strip()
    yield from (item, "")


def _plain(line: str) -> str:
    """Keep what is in angle brackets from being taken for HTML."""
    parts = re.split(r"(`[^`]*`)", line)
    return "".join(part if part.startswith("`") else part.replace("<", "&lt;") for part in parts)
