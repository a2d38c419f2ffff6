"""Validation errors in the words of the environment file."""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from backstay.environment_file.annotations import descriptions, item, specs, tag
from backstay.environment_file.document import Document, Place, cut
from backstay.environment_file.inheritance import home
from backstay.topology.catalog import closest
from backstay.topology.spec import Spec


@dataclass(frozen=True)
class Fault:
    """One thing that validation complains of.

    Attributes:
        kind: pydantic's name for it.
        place: where it is in the file.
        name: what the value is called.
        value: the value.
        given: the value as the file shows it.
        context: what pydantic knows besides, such as a limit.
        said: pydantic's own words.
        siblings: the keys that stand beside the value.
        holder: the spec that the value belongs to.
        field: the spec's field for the value, when it has one.
    """

    kind: str
    place: Place
    name: str
    value: Any
    given: str
    context: Mapping[str, Any]
    said: str
    siblings: Collection[str | int]
    holder: type[Spec]
    field: FieldInfo | None

    def __str__(self) -> str:
        return _MESSAGES.get(self.kind, _anything_else)(self)


def faults(errors: Sequence[ErrorDetails], model: type[Spec], document: Document) -> Iterator[Fault]:
    """The faults of a document that was validated as a model."""
    keys: dict[Place, set[str | int]] = {}
    for place in document.values:
        keys.setdefault(place[:-1], set()).update(place[-1:])
    for error in errors:
        if error["type"] == "too_short" and any(_is_within(other["loc"], error["loc"]) for other in errors):
            continue  # what it has is wrong, which is told, and pydantic does not count it
        place, holder, field = _locate(error["loc"], model)
        yield Fault(
            kind=error["type"],
            place=place,
            name=_name(place, is_key=error["loc"][-1:] == ("[key]",)),
            value=error["input"],
            given=_shown(error["input"], document, place),
            context=error.get("ctx", {}),
            said=error["msg"],
            siblings=keys.get(place[:-1], set()),
            holder=holder,
            field=field,
        )


def _is_within(loc: Place, above: Place) -> bool:
    return len(loc) > len(above) and loc[: len(above)] == above


def _locate(loc: Place, model: type[Spec]) -> tuple[Place, type[Spec], FieldInfo | None]:
    """Walk from the model to the fault, leaving out what is not in the file: tags of unions, and that it is a key."""
    place: list[str | int] = []
    holder, field, here = model, None, model
    for part in loc:
        kinds = specs(here)
        if len(kinds) > 1 and (chosen := next((kind for kind in kinds if tag(kind) == part), None)):
            here = holder = chosen
        elif part != "[key]":
            place.append(part)
            if kinds:
                holder, field = kinds[0], kinds[0].model_fields.get(str(part))
                here = field.annotation if field else None
            else:
                here = item(here)
    return tuple(place), holder, field


def _name(place: Place, *, is_key: bool) -> str:
    """What people call the value at a place."""
    keys = [str(part) for part in place if isinstance(part, str)]
    if is_key:
        return f"a key of {keys[-2]}"
    if place and isinstance(place[-1], int):
        return f"an entry of {cut(keys[-1])}"
    return cut(keys[-1]) if keys else "the file"


def _shown(value: Any, document: Document, place: Place) -> str:
    """A value as the file shows it, cut where it is long; letters that only look like ASCII are named."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case int() | float():
            # The text, since 1.30 and 1.3 are the same number.
            return cut(document.source(home(document, place)))
        case str():
            return _quoted(value)
        case list() if all(isinstance(each, str | int) for each in value):
            return cut(f"[{', '.join(map(str, value))}]")
        case list() | tuple():
            return "a list"
        case _:
            return "a mapping"


def _quoted(text: str) -> str:
    odd = next((letter for letter in text if not letter.isascii()), None)
    return repr(cut(text)) + (f" (with U+{ord(odd):04X})" if odd else "")


def _hint(meant: str | None) -> str:
    return f"; did you mean {meant!r}?" if meant else ""


def _unknown_key(fault: Fault) -> str:
    allowed = list(fault.holder.model_fields)
    meant = closest(fault.name, [key for key in allowed if key not in fault.siblings])
    hint = _hint(meant) or f"; allowed are {', '.join(allowed)}"
    return f"unknown key {_quoted(fault.name)}{hint}"


def _missing(fault: Fault) -> str:
    about = descriptions(fault.holder).get(fault.name, "").split(". ")[0].rstrip(".")
    return f"{fault.name!r} is missing; add it{f' ({about})' if about else ''}"


def _one_of(fault: Fault) -> str:
    allowed = str(fault.context["expected"])
    meant = closest(str(fault.value), re.findall("'(.*?)'", allowed))
    return f"{fault.name} must be {allowed}, got {fault.given}{_hint(meant)}"


def _text(fault: Fault) -> str:
    quotes = "; put it in quotes" if isinstance(fault.value, bool | int | float) else ""
    return f"{fault.name} must be text, got {fault.given}{quotes}"


def _must_be(words: str) -> Callable[[Fault], str]:
    return lambda fault: f"{fault.name} must be {words.format_map(fault.context)}, got {fault.given}"


def _not_of_a_form(fault: Fault) -> str:
    words, pattern = fault.context["words"], fault.context["pattern"]
    is_number = isinstance(fault.value, int | float)
    is_unquoted = is_number and pattern and re.fullmatch(pattern, fault.given, re.ASCII)
    return f"{fault.name} must be {words}, got {fault.given}{'; put it in quotes' if is_unquoted else ''}"


def _said_by_a_spec(fault: Fault) -> str:
    return str(fault.context["error"])


def _backend(fault: Fault) -> str:
    allowed = [tag(kind) or "" for kind in specs(fault.field.annotation if fault.field else None)]
    if fault.kind == "union_tag_not_found":
        return f"{fault.name} must say which backend; add backend: with one of {', '.join(allowed)}"
    given = str(fault.context["tag"])
    hint = _hint(closest(given, allowed))
    return f"backend {_quoted(given)} is not a state backend; allowed are {', '.join(allowed)}{hint}"


def _anything_else(fault: Fault) -> str:
    return f"{fault.name}: {fault.said[:1].lower()}{fault.said[1:]}, got {fault.given}"


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
    "too_short": lambda fault: f"{fault.name} must not be empty",
    "too_long": lambda fault: f"{fault.name} has {len(fault.value)} entries; {fault.context['max_length']} are allowed",
    "greater_than_equal": _must_be("{ge} or more"),
    "less_than_equal": _must_be("{le} or less"),
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "bool_type": _must_be("true or false without quotes"),
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
