"""Markdown for GitHub, out of text that anybody may have written, and never longer than a comment can be."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LONGEST = 65_536
"""Characters in a comment: https://github.com/orgs/community/discussions/27190."""

_LONGEST_CODE = 300
_FEWEST = 3
_MOST_NAMES = 8
# Controls, and what turns the direction of writing or takes no room: by these a name would look like another.
_UNSEEN = {"Cc", "Cf", "Co", "Cs"}


def visible(text: str) -> str:
    """Text with a space for each character that nobody sees, the ends of lines aside, and for each backtick."""
    return "".join(
        " " if char == "`" or (char != "\n" and unicodedata.category(char) in _UNSEEN) else char for char in text
    )


def code(text: str) -> str:
    """Text as code, in which nothing is markup, a link or a mention; what is too long ends in dots."""
    # A bar would end a table's cell, in code too.
    plain = re.sub(r"[|\s]+", " ", visible(text)).strip() or "?"
    return f"`{plain if len(plain) <= _LONGEST_CODE else f'{plain[:_LONGEST_CODE]}...'}`"


def several(names: Sequence[str], show: Callable[[str], str] = code) -> str:
    """The first few names, and how many more there are; `show` writes one."""
    more = f" and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else ""
    return ", ".join(map(show, names[:_MOST_NAMES])) + more


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading with lines below it, of which the last may be left out where there is no room.

    Attributes:
        before: what stands over the lines, the heading among it.
        lines: entries of a list or rows of a table.
        after: what stands below them.
        rank: the higher, the sooner it is shortened.
        more: how a line says that `{number}` others are left out.
        most: how many lines there is room for.
    """

    before: str = ""
    lines: Sequence[str] = ()
    after: str = ""
    rank: int = 0
    more: str = "- and {number} more"
    most: int | None = None

    def __str__(self) -> str:
        """Return it with as many lines as there is room for, and the number of those left out."""
        shown = list(self.lines if self.most is None else self.lines[: self.most])
        if left := len(self.lines) - len(shown):
            shown.append(self.more.format(number=left))
        return "\n".join(filter(None, (self.before, "\n".join(shown), self.after)))

    def shortened(self) -> Section:
        """Return it with half as many lines."""
        shown = len(self.lines) if self.most is None else self.most
        return replace(self, most=max(_FEWEST, shown // 2))

    @property
    def can_be_shortened(self) -> bool:
        """Whether there is a line that can be left out."""
        return (len(self.lines) if self.most is None else self.most) > _FEWEST


def written(sections: Sequence[Section], *, longest: int = LONGEST) -> str:
    """Return the sections one below the other, those of the highest rank shortened until all fit.

    Raises:
        ValueError: they are too long even with a few lines each.

    """
    fitting = list(sections)
    while len(text := "\n\n".join(map(str, fitting)) + "\n") > longest:
        ranks = [section.rank if section.can_be_shortened else -1 for section in fitting]
        if max(ranks, default=-1) < 0:
            raise ValueError(f"{len(text)} characters do not fit into {longest}")
        index = ranks.index(max(ranks))
        fitting[index] = fitting[index].shortened()
    return text
