"""What can still be read of a broken file, so that all of its problems are told at once."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Annotated, Any

from pydantic import TypeAdapter

from backstay.environment_file.annotations import item, specs, tag
from backstay.topology import Environment
from backstay.topology.catalog import closest
from backstay.topology.environment import with_inherited
from backstay.topology.spec import Spec, UnreadableError

Place = tuple[str | int, ...]


def salvage(data: Any, broken: Iterable[Place]) -> tuple[Environment, list[tuple[Place, str]]]:
    """The environment without its broken values, and the contradictions among those that are left.

    Args:
        data: what the file holds.
        broken: the places that validation complains of.

    Returns:
        A partial environment: reading from it what is broken raises `UnreadableError`.
    """
    salvager = _Salvager({place[:depth] for place in broken for depth in range(len(place) + 1)})
    return salvager.spec(Environment, with_inherited(data), ()), salvager.contradictions


class _Salvager:
    def __init__(self, touched: set[Place]) -> None:
        self._touched = touched
        self.contradictions: list[tuple[Place, str]] = []

    def spec(self, kind: type[Spec], data: Any, place: Place) -> Any:
        """As much of a spec as can be read."""
        if not isinstance(data, Mapping):
            return kind.partial({})
        known: dict[str, Any] = {}
        mistyped = {closest(key, kind.model_fields) for key in data.keys() - kind.model_fields.keys()}
        for name, field in kind.model_fields.items():
            if name in data:
                with suppress(UnreadableError):
                    known[name] = self._value(Annotated[field.annotation, field], data[name], (*place, name))
            elif not field.is_required() and name not in mistyped:
                known[name] = field.get_default(call_default_factory=True)
        made = kind.partial(known)
        with suppress(UnreadableError):
            if text := made.contradiction():
                self.contradictions.append((place, text))
        return made

    def _value(self, annotation: Any, data: Any, place: Place) -> Any:
        if place not in self._touched:
            return TypeAdapter(annotation).validate_python(data)
        if kinds := specs(annotation):
            named = data.get("backend") if isinstance(data, Mapping) else None
            kind = kinds[0] if len(kinds) == 1 else next((kind for kind in kinds if tag(kind) == named), None)
            if kind:
                return self.spec(kind, data, place)
        if isinstance(data, list) and (held := item(annotation, tuple)):
            return tuple(self._value(held, value, (*place, index)) for index, value in enumerate(data))
        if isinstance(data, Mapping) and (held := item(annotation, Mapping)):
            return {key: self._value(held, value, (*place, key)) for key, value in data.items()}
        raise UnreadableError(f"{place} could not be read")
