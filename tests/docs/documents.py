"""The documents, and the blocks of code in them."""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PROJECT = Path(__file__).parents[2]
DOCUMENTS = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md"), *PROJECT.glob("examples/*/*.md")])

_BLOCK = re.compile(
    r"^(?P<indent> *)(?:<!-- (?P<made_by>[^\n]*) -->\n *)?```(?P<language>\w+)\n(?P<code>.*?)^(?P=indent)```",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Block:
    """Code in a document.

    Attributes:
        document: the file.
        line: where it begins.
        language: what it is said to be.
        code: the code.
        made_by: the command that a comment before it names, or an empty text.
    """

    document: Path
    line: int
    language: str
    code: str
    made_by: str

    def __str__(self) -> str:
        return f"{self.document.relative_to(PROJECT)}:{self.line}"


def blocks(*languages: str) -> list[Block]:
    """The blocks of some languages in all documents."""
    return [block for document in DOCUMENTS for block in _in(document) if block.language in languages]


def _in(document: Path) -> Iterator[Block]:
    text = document.read_text(encoding="utf-8")
    for found in _BLOCK.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        code = textwrap.dedent(found["code"])
        yield Block(document, line, found["language"], code, found["made_by"] or "")


def prose(document: Path) -> str:
    """What a document says besides its blocks."""
    return _BLOCK.sub("", document.read_text(encoding="utf-8"))
