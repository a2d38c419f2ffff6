"""Strict YAML 1.2 with a line number for every value."""

import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Place = tuple[str | int, ...]

_INTEGER = re.compile(r"[-+]?\d+")
_FLOAT = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?")
_CONSTANTS = {"true": True, "false": False, "null": None, "~": None, "": None}


class DocumentError(ValueError):
    """The text is not the YAML that an environment file is written in."""

    def __init__(self, problems: list[tuple[int, str]]) -> None:
        super().__init__("\n".join(message for _, message in problems))
        self.problems = problems


@dataclass(frozen=True)
class Document:
    """The values of a YAML text, and the line of each.

    Attributes:
        data: mappings, lists and scalars.
        lines: the line of each place, from 1.
    """

    data: Any
    lines: Mapping[Place, int]

    def has(self, place: Place) -> bool:
        """Whether the text itself holds a value there."""
        return place in self.lines

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest place above it that the text holds."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


def read(text: str) -> Document:
    """Read one YAML document.

    Raises:
        DocumentError: for text that is not YAML, more than one document, a duplicate key, a key that is not text,
            an anchor or a tag.
    """
    yaml = YAML(typ="rt", pure=True)
    try:
        nodes = list(yaml.compose_all(io.StringIO(text)))
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise DocumentError([((mark.line if mark else 0) + 1, f"not valid YAML: {error.problem}")]) from None
    except YAMLError as error:
        raise DocumentError([(1, f"not valid YAML: {' '.join(str(error).split())}")]) from None
    if len(nodes) != 1 or not isinstance(nodes[0], MappingNode):
        what = "is empty" if not nodes or _is_null(nodes[0]) else "must be one mapping of keys to values"
        raise DocumentError([(1, f"the file {what}; start from one of the shipped environments")])
    builder = _Builder()
    data = builder.value(nodes[0], ())
    if builder.problems:
        raise DocumentError(sorted(builder.problems))
    return Document(data, builder.lines)


def _is_null(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value in ("", "~", "null")


class _Builder:
    def __init__(self) -> None:
        self.lines: dict[Place, int] = {}
        self.problems: list[tuple[int, str]] = []
        self._above: set[int] = set()

    def value(self, node: Node, place: Place, line: int | None = None) -> Any:
        line = node.start_mark.line + 1 if line is None else line
        self.lines[place] = line
        if id(node) in self._above:
            self.problems.append((line, "an alias refers to something that contains it"))
            return None
        if isinstance(node, ScalarNode):
            return self._scalar(node, line)
        self._above.add(id(node))
        try:
            if isinstance(node, MappingNode):
                return dict(self._entries(node, place))
            assert isinstance(node, SequenceNode)  # noqa: S101  (the only kinds of node are these three)
            return [self.value(item, (*place, index)) for index, item in enumerate(node.value)]
        finally:
            self._above.discard(id(node))

    def _entries(self, node: MappingNode, place: Place) -> Iterator[tuple[str, Any]]:
        first: dict[str, int] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self.problems.append((line, "a key must be plain text"))
                continue
            key = key_node.value
            if key in first:
                self.problems.append((line, f"key {key!r} stands twice, first in line {first[key]}; keep one"))
                continue
            first[key] = line
            yield key, self.value(value_node, (*place, key), line)

    def _scalar(self, node: ScalarNode, line: int) -> Any:
        text = node.value
        if node.style is not None:
            return text
        if node.tag is not None and not str(node.tag).startswith("tag:yaml.org,2002:"):
            self.problems.append((line, f"the tag {node.tag} is not allowed; write plain values"))
            return None
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
        return text


def edited(text: str, edits: Mapping[Place, Any]) -> str:
    """The text with some values replaced and everything else, comments included, as it was.

    Raises:
        KeyError: when a place does not exist.
    """
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.width = 4096
    data = yaml.load(text)
    for place, value in edits.items():
        holder = data
        for part in place[:-1]:
            holder = holder[part]
        if place[-1] not in holder:
            raise KeyError(place)
        holder[place[-1]] = value
    out = io.StringIO()
    yaml.dump(data, out)
    return out.getvalue()
