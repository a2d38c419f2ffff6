"""What can still be read of a broken file, so that all of its problems are told at once."""

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from backstay.topology import SHARED_SECTIONS, Environment

Place = tuple[str | int, ...]

# Fill the holes that broken required sections leave. No rule sees them: rules that read a broken key are left out.
_FILLERS: Mapping[str, Any] = {
    "name": "unreadable",
    "namespace": "unreadable",
    "mode": "single-region",
    "service": {"host": "unreadable.example", "zone": {"name": "unreadable.example", "id": "Z0"}},
    "state": {"backend": "s3"},
}

# Taking a value out can break what holds it, one level up at a time; files are less deep than this.
_ROUNDS = 10

# What rules ask of all regions together, and cannot when one of them is missing.
_OF_ALL_REGIONS = frozenset({"mode", "status", "traffic", "vector_db"})


def readable(data: Any) -> tuple[Environment | None, frozenset[str]]:
    """The environment without its broken values, and the keys that rules must not judge.

    Each round takes out what validation complains of; None when nothing that could be judged is left.
    """
    unreadable: set[str] = set()
    regions = _count(data)
    for _ in range(_ROUNDS):
        if not isinstance(data, Mapping):
            break
        try:
            environment = Environment.model_validate(data)
        except ValidationError as error:
            before = data
            for fault in error.errors(include_url=False, include_input=False):
                place = fault["loc"]
                unreadable.update(str(part) for part in place)
                broken = place[:-1] if fault["type"] == "missing" else place
                if not _inherited(data, broken):
                    data = _filled(_without(data, broken), place)
            if data == before:
                break
        else:
            if len(environment.regions) < regions:
                unreadable |= _OF_ALL_REGIONS
            # Only the broken keys themselves hide a rule, not the sections and roles that they stand in.
            return environment, frozenset(unreadable - {"regions", *environment.regions, *SHARED_SECTIONS})
    return None, frozenset()


def _inherited(data: Any, place: Place) -> bool:
    """Whether a region has the value from the environment's own section, where the same fault is told."""
    if len(place) < 3 or place[0] != "regions" or place[2] not in SHARED_SECTIONS:
        return False
    return not _reaches(data, place) and _reaches(data, place[2:])


def _reaches(data: Any, place: Place) -> bool:
    for part in place:
        if not (isinstance(data, Mapping | list) and _holds(data, part)):
            return False
        data = data[part]
    return True


def _count(data: Any) -> int:
    regions = data.get("regions") if isinstance(data, Mapping) else None
    return len(regions) if isinstance(regions, Mapping) else 0


def _filled(data: Mapping[str, Any], place: Place) -> Mapping[str, Any]:
    key = str(place[0]) if place else ""
    return {**data, key: _FILLERS[key]} if key in _FILLERS and key not in data else data


def _without(data: Any, place: Place) -> Any:
    """A copy of the data without the value at a place, or without the nearest thing above it that exists."""
    if not place:
        return data
    head, rest = place[0], place[1:]
    if isinstance(data, Mapping) and head in data:
        if rest and isinstance(data[head], Mapping | list) and _holds(data[head], rest[0]):
            return {**data, head: _without(data[head], rest)}
        return {key: value for key, value in data.items() if key != head}
    if isinstance(data, list) and isinstance(head, int) and head < len(data):
        return [*data[:head], *data[head + 1 :]]
    return data


def _holds(data: Any, key: str | int) -> bool:
    return key in data if isinstance(data, Mapping) else isinstance(key, int) and key < len(data)
