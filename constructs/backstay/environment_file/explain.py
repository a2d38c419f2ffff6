"""Validation errors in the words of the environment file."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from backstay.topology.catalog import closest

Place = tuple[str | int, ...]
Fault = Mapping[str, Any]


def explain(faults: Sequence[Fault], model: type[BaseModel]) -> Iterator[tuple[Place, str]]:
    """The place of each fault in the file, and what to tell the person who wrote it."""
    for fault in faults:
        place, holder, field = _locate(fault["loc"], model)
        tell = _MESSAGES.get(fault["type"], _anything_else)
        yield place, tell(fault, str(place[-1]) if place else "the file", holder, field)


def _locate(loc: Place, model: type[BaseModel]) -> tuple[Place, type[BaseModel] | None, FieldInfo | None]:
    """Walk from the model to the fault, leaving out what is not in the file: the tags of unions."""
    place: list[str | int] = []
    holder: type[BaseModel] | None = model
    field: FieldInfo | None = None
    here: Any = model
    for part in loc:
        choices = _choices(here)
        tagged = next((choice for choice in choices if _tag(choice) == part), None) if len(choices) > 1 else None
        if tagged is not None:
            here = tagged
            continue
        if part == "[key]":
            continue
        place.append(part)
        here = choices[0] if choices else None
        if isinstance(here, type) and issubclass(here, BaseModel):
            holder, field = here, here.model_fields.get(str(part))
            here = field.annotation if field else None
        else:
            arguments = get_args(here)
            here = arguments[-1] if len(arguments) == 2 and arguments[-1] is not ... else next(iter(arguments), None)
    if isinstance(here, type) and issubclass(here, BaseModel) and not field:
        holder = here
    return tuple(place), holder, field


def _choices(annotation: Any) -> list[Any]:
    """The alternatives of an annotation, without None and without wrapping."""
    if get_origin(annotation) is Annotated:
        return _choices(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [choice for part in get_args(annotation) if part is not NoneType for choice in _choices(part)]
    return [annotation]


def _tag(choice: Any) -> str | None:
    """The value of `backend` by which a kind of state is told from the others."""
    if isinstance(choice, type) and issubclass(choice, BaseModel) and "backend" in choice.model_fields:
        return next(iter(get_args(choice.model_fields["backend"].annotation)), None)
    return None


def _shown(value: Any) -> str:
    """A value as the file would show it, cut where it is long."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
        case _:
            text = repr(value)
            return text if len(text) <= 80 else text[:77] + "..."


def _meaning(field: FieldInfo | None) -> str:
    return f" ({field.description.split('. ')[0].rstrip('.')})" if field and field.description else ""


def _unknown_key(_fault: Fault, key: str, holder: type[BaseModel] | None, _field: FieldInfo | None) -> str:
    allowed = list(holder.model_fields) if holder else []
    meant = closest(key, allowed)
    hint = f"did you mean {meant!r}?" if meant else f"allowed are {', '.join(allowed)}"
    return f"unknown key {key!r}; {hint}"


def _missing(_fault: Fault, key: str, _holder: type[BaseModel] | None, field: FieldInfo | None) -> str:
    return f"{key!r} is missing; add it{_meaning(field)}"


def _one_of(fault: Fault, key: str, _holder: type[BaseModel] | None, _field: FieldInfo | None) -> str:
    allowed = fault["ctx"]["expected"]
    meant = closest(str(fault["input"]), [word.strip("'") for word in allowed.replace(" or ", ", ").split(", ")])
    hint = f"; did you mean {meant!r}?" if meant else ""
    return f"{key} must be {allowed}, got {_shown(fault['input'])}{hint}"


def _wrong_type(what: str) -> Callable[..., str]:
    def tell(fault: Fault, key: str, _holder: type[BaseModel] | None, _field: FieldInfo | None) -> str:
        return f"{key} must be {what}, got {_shown(fault['input'])}"

    return tell


def _text(fault: Fault, key: str, _holder: type[BaseModel] | None, _field: FieldInfo | None) -> str:
    given = fault["input"]
    if isinstance(given, int | float) and not isinstance(given, bool):
        return f"{key} must be text, got the number {given}; put it in quotes as you mean it, like '{given}'"
    return f"{key} must be text, got {_shown(given)}"


def _pattern(fault: Fault, key: str, _holder: type[BaseModel] | None, field: FieldInfo | None) -> str:
    return f"{key} {_shown(fault['input'])} does not have the form {fault['ctx']['pattern']}{_meaning(field)}"


def _limit(words: str, name: str) -> Callable[..., str]:
    def tell(fault: Fault, key: str, _holder: type[BaseModel] | None, _field: FieldInfo | None) -> str:
        return f"{key} must be {words} {fault['ctx'][name]}, got {_shown(fault['input'])}"

    return tell


def _length(words: str, name: str, unit: str) -> Callable[..., str]:
    def tell(fault: Fault, key: str, _holder: type[BaseModel] | None, _field: FieldInfo | None) -> str:
        return f"{key} must have {words} {fault['ctx'][name]} {unit}, got {_shown(fault['input'])}"

    return tell


def _reason(fault: Fault, key: str, _holder: type[BaseModel] | None, _field: FieldInfo | None) -> str:
    context = fault.get("ctx", {})
    reason = str(context.get("reason") or context.get("error"))
    return reason if key in reason else f"{key}: {reason}"


def _backend(fault: Fault, key: str, _holder: type[BaseModel] | None, field: FieldInfo | None) -> str:
    allowed = [tag for choice in _choices(field.annotation if field else None) if (tag := _tag(choice))]
    if fault["type"] == "union_tag_not_found":
        return f"{key} must say which backend; add backend: with one of {', '.join(allowed)}"
    given = str(fault["ctx"]["tag"])
    meant = closest(given, allowed)
    hint = f"; did you mean {meant!r}?" if meant else ""
    return f"backend {given!r} is not a state backend; allowed are {', '.join(allowed)}{hint}"


def _anything_else(fault: Fault, key: str, _holder: type[BaseModel] | None, _field: FieldInfo | None) -> str:
    return f"{key}: {str(fault['msg'])[:1].lower()}{str(fault['msg'])[1:]}, got {_shown(fault['input'])}"


_WHOLE = _wrong_type("a whole number")
_LIST = _wrong_type("a list")
_MAPPING = _wrong_type("a mapping of keys to values")
_DATE = _wrong_type("a date like 2027-03-31")
_NETWORK = _wrong_type("an IPv4 network like 10.8.0.0/16")

_MESSAGES: Mapping[str, Callable[..., str]] = {
    "extra_forbidden": _unknown_key,
    "missing": _missing,
    "enum": _one_of,
    "literal_error": _one_of,
    "string_type": _text,
    "string_pattern_mismatch": _pattern,
    "string_too_short": _length("at least", "min_length", "character(s)"),
    "string_too_long": _length("at most", "max_length", "character(s)"),
    "too_short": _length("at least", "min_length", "entry(s)"),
    "too_long": _length("at most", "max_length", "entry(s)"),
    "greater_than_equal": _limit("at least", "ge"),
    "less_than_equal": _limit("at most", "le"),
    "int_type": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing": _WHOLE,
    "bool_type": _wrong_type("true or false"),
    "tuple_type": _LIST,
    "list_type": _LIST,
    "model_type": _MAPPING,
    "model_attributes_type": _MAPPING,
    "mapping_type": _MAPPING,
    "dict_type": _MAPPING,
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "ip_v4_network": _NETWORK,
    "value_error": _reason,
    "quantity": _reason,
    "union_tag_invalid": _backend,
    "union_tag_not_found": _backend,
}
