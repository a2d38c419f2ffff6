"""Strict YAML 1.2: the values of a text, where each of them stands, and what should not be written like that.

Only what every YAML tool reads alike is accepted: no anchors, aliases, merge keys, tags, directives or duplicate
keys, and no numbers that YAML 1.1 and 1.2 read differently.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from backstay.environment_file.scalars import AmbiguousError, plain_value, unprintable

Place = tuple[str | int, ...]

UNREADABLE = object()
"""Stands in the data for a value that is not allowed; why is told among the problems."""

_LONGEST = 262_144
_DEEPEST = 20
_SHOWN = 80


class DocumentError(ValueError):
    """The text cannot be read; `problems` holds lines and messages."""

    def __init__(self, *problems: tuple[int, str]) -> None:
        super().__init__("\n".join(message for _, message in problems))
        self.problems = problems


@dataclass(frozen=True)
class Value:
    """Where a value stands in its text.

    Attributes:
        line: of its key, or of itself in a list; from 1.
        start: the index of its first character.
        end: the index after its last character.
    """

    line: int
    start: int
    end: int


@dataclass(frozen=True)
class Document:
    """What a YAML text holds.

    Attributes:
        text: the text itself.
        data: mappings, lists and scalars; `UNREADABLE` where something is not allowed.
        values: where each value stands, by its place; of mappings and lists only the start.
        problems: lines and messages for what is not allowed.
    """

    text: str
    data: dict[str, Any]
    values: Mapping[Place, Value]
    problems: tuple[tuple[int, str], ...]

    def source(self, place: Place) -> str:
        """A scalar as it is written."""
        value = self.values[place]
        return self.text[value.start : value.end]


def read(text: str) -> Document:
    """Read one YAML document whose root is a mapping.

    Raises:
        DocumentError: for text that is not YAML, or not one mapping, or too long.
    """
    if len(text) > _LONGEST:
        raise DocumentError((1, f"the file has {len(text)} characters; an environment file has {_LONGEST} at most"))
    if found := unprintable(text.removeprefix("\ufeff")):
        line = text.count("\n", 0, found.start()) + 1
        raise DocumentError((line, f"the character U+{ord(found[0]):04X} is not allowed; delete it"))
    reader = _Reader(text)
    try:
        data = reader.document()
    except MarkedYAMLError as error:
        raise DocumentError(*reader.problems, _syntax(error)) from None
    except (YAMLError, ValueError, OverflowError) as error:
        if isinstance(error, DocumentError):
            raise
        # Escapes such as "\UFFFFFFFF" are found by Python itself, and carry no line.
        raise DocumentError(*reader.problems, (1, f"not valid YAML: {' '.join(str(error).split())}")) from None
    return Document(text, data, reader.values, tuple(reader.problems))


def _syntax(error: MarkedYAMLError) -> tuple[int, str]:
    problem, since = error.problem or "", error.context_mark
    line = (error.problem_mark.line if error.problem_mark else 0) + 1
    if "'\\t'" in problem:
        return line, "a tab stands where only blanks may stand; indent with blanks"
    began = f", {error.context} that begins in line {since.line + 1}" if since and since.line + 1 != line else ""
    return line, f"not valid YAML: {problem}{began}"


class _Reader:
    """Builds the data from the events of the YAML parser."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)
        self.values: dict[Place, Value] = {}
        self.problems: list[tuple[int, str]] = []

    def document(self) -> dict[str, Any]:
        next(self._events)
        start = next(self._events)
        if isinstance(start, StreamEndEvent):
            raise DocumentError((1, "the file is empty; start from one of the shipped environments"))
        if isinstance(start, DocumentStartEvent) and (start.version or start.tags):
            lines = self._text.removeprefix("\ufeff").splitlines()
            line = 1 + next(at for at, text in enumerate(lines) if text.startswith("%"))
            self._refuse(start, "directives (%) are not allowed; delete the line", line)
        root = next(self._events)
        if not isinstance(root, MappingStartEvent):
            raise DocumentError((_line(root), "the file must be one mapping of keys to values"))
        data = self._value(root, (), _line(root))
        next(self._events)
        if not isinstance(another := next(self._events), StreamEndEvent):
            raise DocumentError(*self.problems, (_line(another), "a second document (---) is not allowed; keep one"))
        return data

    def _refuse(self, event: Event, message: str, line: int | None = None) -> None:
        self.problems.append((line or _line(event), message))

    def _value(self, event: Event, place: Place, line: int) -> Any:
        self.values[place] = Value(line, event.start_mark.index, event.end_mark.index)
        if len(place) > _DEEPEST:
            raise DocumentError(*self.problems, (line, f"values are nested more than {_DEEPEST} deep"))
        is_allowed = self._is_allowed(event)
        match event:
            case MappingStartEvent():
                return self._mapping(place)
            case SequenceStartEvent():
                return self._sequence(place)
            case ScalarEvent() if is_allowed:
                return self._scalar(event)
            case _:
                return UNREADABLE

    def _is_allowed(self, event: Event) -> bool:
        if isinstance(event, AliasEvent):
            self._refuse(event, f"the alias *{event.anchor} is not allowed; write the value out")
            return False
        if isinstance(event, NodeEvent) and event.anchor:
            self._refuse(
                event,
                f"the anchor &{event.anchor} is not allowed; "
                "what regions share goes into the environment's own sections",
            )
        if tag := getattr(event, "tag", None):
            shown = str(tag).replace("tag:yaml.org,2002:", "!!")
            self._refuse(event, f"the tag {shown} is not allowed; write plain values")
            return False
        return True

    def _mapping(self, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        first: dict[str, int] = {}
        while not isinstance(key := next(self._events), MappingEndEvent):
            line = _line(key)
            name = self._key(key, place)
            if name is None or name in first:
                if name is not None:
                    self._refuse(key, f"key {cut(name)!r} stands twice, first in line {first[name]}; keep one")
                self._skip(next(self._events), place)
                continue
            first[name] = line
            found[name] = self._value(value := next(self._events), (*place, name), line)
            if value.start_mark.index == value.end_mark.index and found[name] is None:
                # The parser puts a value that is left out where the next thing begins.
                after = self._text.find(":", key.end_mark.index) + 1
                self.values[*place, name] = Value(line, after, after)
        return found

    def _key(self, event: Event, place: Place) -> str | None:
        if not isinstance(event, ScalarEvent):
            self._skip(event, place)
            self._refuse(event, "a key must be plain text")
            return None
        if not self._is_allowed(event):
            return None
        if self._is_marked(event.start_mark.index):
            # In `[?a]`, some tools take the mark for a part of the text.
            self._refuse(event, f"the mark ? before the key {cut(event.value)!r} is not allowed; write key: value")
            return None
        if event.value == "<<" and event.style is None:
            self._refuse(
                event, "the merge key << is not allowed; what regions share goes into the environment's own sections"
            )
            return None
        return event.value

    def _is_marked(self, start: int) -> bool:
        """Whether a key that starts here has the mark of a key before it."""
        mark = start - 1
        while mark >= 0 and self._text[mark] in " \t":
            mark -= 1
        return mark >= 0 and self._text[mark] == "?" and (mark == 0 or self._text[mark - 1] in " \t\r\n[{,")

    def _skip(self, event: Event, place: Place) -> None:
        """Pass over a value that has no place."""
        depth = 0
        while True:
            depth += isinstance(event, MappingStartEvent | SequenceStartEvent)
            depth -= isinstance(event, MappingEndEvent | SequenceEndEvent)
            if depth == 0:
                return
            if depth + len(place) > _DEEPEST:
                raise DocumentError(*self.problems, (_line(event), f"values are nested more than {_DEEPEST} deep"))
            event = next(self._events)

    def _sequence(self, place: Place) -> list[Any]:
        found: list[Any] = []
        while not isinstance(item := next(self._events), SequenceEndEvent):
            found.append(self._value(item, (*place, len(found)), _line(item)))
        return found

    def _scalar(self, event: ScalarEvent) -> Any:
        text: str = event.value
        if hidden := unprintable(text):
            self._refuse(event, f"the escaped character U+{ord(hidden[0]):04X} is not allowed; leave it out")
            return UNREADABLE
        if event.style is not None:
            return text
        try:
            return plain_value(text)
        except AmbiguousError as error:
            self._refuse(event, str(error))
            return UNREADABLE


def cut(text: str) -> str:
    """A text that is short enough to be shown."""
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def _line(event: Event) -> int:
    return event.start_mark.line + 1
