"""Validation errors in the words of the environment file."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from backstay.environment_file.annotations import item, specs, tag
from backstay.environment_file.document import Document, Place
from backstay.topology.catalog import closest
from backstay.topology.spec import Spec


@dataclass(frozen=True)
class Fault:
    """One thing that validation complains of.

    Attributes:
        kind: pydantic's name for it.
        place: where it is in the file.
        given: the value as the file shows it.
        context: what pydantic knows besides, such as a limit.
        message: pydantic's own words.
        holder: the spec that the value belongs to.
        field: the spec's field for the value, when it has one.
    """

    kind: str
    place: Place
    given: str
    context: Mapping[str, Any]
    message: str
    holder: type[Spec]
    field: FieldInfo | None

    @property
    def key(self) -> str:
        """The value's name; of an entry of a list, the list's."""
        return next((part for part in reversed(self.place) if isinstance(part, str)), "the file")

    def __str__(self) -> str:
        return _MESSAGES.get(self.kind, _anything_else)(self)


def faults(errors: Iterable[ErrorDetails], model: type[Spec], document: Document) -> Iterator[Fault]:
    """The faults of a document that was validated as a model."""
    for error in errors:
        place, holder, field = _locate(error["loc"], model)
        given = _shown(error["input"], document, place)
        yield Fault(error["type"], place, given, error.get("ctx", {}), error["msg"], holder, field)


def _locate(loc: Place, model: type[Spec]) -> tuple[Place, type[Spec], FieldInfo | None]:
    """Walk from the model to the fault, leaving out what is not in the file: tags of unions, and that it is a key."""
    place: list[str | int] = []
    holder, field, here = model, None, model
    for part in loc:
        kinds = specs(here)
        if len(kinds) > 1 and (chosen := next((kind for kind in kinds if tag(kind) == part), None)):
            here = holder = chosen
            field = None
        elif part != "[key]":
            place.append(part)
            if kinds:
                holder, field = kinds[0], kinds[0].model_fields.get(str(part))
                here = field.annotation if field else None
            else:
                here = item(here)
    return tuple(place), holder, field


def _shown(value: Any, document: Document, place: Place) -> str:
    """A value as the file shows it, cut where it is long; letters that only look like ASCII are named."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case int() | float():
            return document.source(place) if place in document.values else str(value)
        case str():
            return _quoted(value)
        case Mapping():
            return "a mapping"
        case _:
            return "a list"


def _quoted(text: str) -> str:
    shown = repr(text if len(text) <= 80 else f"{text[:77]}...")
    if odd := next((letter for letter in text if not letter.isascii()), None):
        shown += f" (with U+{ord(odd):04X})"
    return shown


def _unknown_key(fault: Fault) -> str:
    allowed = list(fault.holder.model_fields)
    meant = closest(fault.key, allowed)
    hint = f"did you mean {meant!r}?" if meant else f"allowed are {', '.join(allowed)}"
    return f"unknown key {_quoted(fault.key)}; {hint}"


def _missing(fault: Fault) -> str:
    about = fault.field.description.split(". ")[0].rstrip(".") if fault.field and fault.field.description else ""
    return f"{fault.key!r} is missing; add it ({about})" if about else f"{fault.key!r} is missing; add it"


def _one_of(fault: Fault) -> str:
    allowed = str(fault.context["expected"])
    words = [word.strip("'") for word in allowed.replace(" or ", ", ").split(", ")]
    meant = closest(fault.given.strip("'"), words)
    hint = f"; did you mean {meant!r}?" if meant else ""
    return f"{fault.key} must be {allowed}, got {fault.given}{hint}"


def _text(fault: Fault) -> str:
    if fault.given[:1] in "-+.0123456789" or fault.given in ("true", "false"):
        return f"{fault.key} must be text, got {fault.given}; put it in quotes"
    return f"{fault.key} must be text, got {fault.given}"


def _must_be(words: str) -> Callable[[Fault], str]:
    return lambda fault: f"{fault.key} must be {words.format_map(fault.context)}, got {fault.given}"


def _not_of_a_form(fault: Fault) -> str:
    words, pattern = fault.context["words"], fault.context["pattern"]
    # What is quoted is shown in quotes, and so does not match.
    quotes = "; put it in quotes" if pattern and re.fullmatch(pattern, fault.given, re.ASCII) else ""
    return f"{fault.key} must be {words}, got {fault.given}{quotes}"


def _said_by_a_spec(fault: Fault) -> str:
    return str(fault.context["error"])


def _backend(fault: Fault) -> str:
    allowed = [tag(kind) or "" for kind in specs(fault.field.annotation if fault.field else None)]
    if fault.kind == "union_tag_not_found":
        return f"{fault.key} must say which backend; add backend: with one of {', '.join(allowed)}"
    given = str(fault.context["tag"])
    meant = closest(given, allowed)
    hint = f"; did you mean {meant!r}?" if meant else ""
    return f"backend {_quoted(given)} is not a state backend; allowed are {', '.join(allowed)}{hint}"


def _anything_else(fault: Fault) -> str:
    return f"{fault.key}: {fault.message[:1].lower()}{fault.message[1:]}, got {fault.given}"


_WHOLE = _must_be("a whole number without quotes")
_LIST = _must_be("a list")
_MAPPING = _must_be("a mapping of keys to values")

_MESSAGES: Mapping[str, Callable[[Fault], str]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "enum": _one_of,
    "literal_error": _one_of,
    "string_type": _text,
    "string_too_short": _must_be("text of at least {min_length} character(s)"),
    "too_short": _must_be("at least {min_length} of them"),
    "greater_than_equal": _must_be("{ge} or more"),
    "less_than_equal": _must_be("{le} or less"),
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "bool_type": _must_be("true or false"),
    "tuple_type": _LIST,
    "list_type": _LIST,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "mapping_type": _MAPPING,
    "dict_type": _MAPPING,
    "must_be": _not_of_a_form,
    "value_error": _said_by_a_spec,
    "union_tag_invalid": _backend,
    "union_tag_not_found": _backend,
}
