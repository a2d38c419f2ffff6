"""Text in Mermaid: whatever stands in it, it is shown and not read as syntax."""

import re

# What is syntax nowhere; a colon that no space follows could begin a style, and a number at the start a list.
_PLAIN = re.compile(r"[A-Za-z0-9 ,/%().-]|:(?= )")
_LIST = re.compile(r"\s*([0-9]+[.)]|-)")


def label(*lines: str) -> str:
    """A quoted label of some lines, empty ones left out."""
    return f'"{"<br/>".join(escape(line) for line in lines if line)}"'


def escape(text: str) -> str:
    """One line of text, every character that could be syntax written by its number."""
    start = len(found[0]) if (found := _LIST.match(text)) else 0
    return "".join(
        character if at >= start and _PLAIN.match(text, at) else f"#{ord(character)};"
        for at, character in enumerate(text)
    )


def identifier(kind: str, role: str) -> str:
    """The name of a node; roles hold no underscores, so no two have the same."""
    return f"{kind}_{role.replace('-', '_')}"
