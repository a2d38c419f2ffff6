"""What a plan would do to each resource, without a single value of its attributes.

Format: https://developer.hashicorp.com/terraform/internals/json-format#plan-representation
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from backstay.terraform.events import ResourceEvent

# The arguments by which resources are known outside Terraform: two of one type cannot have the same.
_NAMES = ("name", "bucket", "identifier", "cluster_identifier", "global_cluster_identifier", "replication_group_id")
_ATTRIBUTE = re.compile(r"[a-z][a-z0-9_]*")
# What makes one name stand for several things.
_QUALIFIERS = ("type", "set_identifier", "location", "resource_group_name", "namespace")
# What tells the elements of a list apart: the region of a copy.
_ELEMENT_KEYS = ("region_name", "region", "location", "name")
# Tags that nobody configured are taken away by the next apply.
_ALWAYS_CONFIGURED = frozenset({"tags", "labels"})


class ChangeAction(StrEnum):
    """What becomes of a resource."""

    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"
    FORGET = "forget"
    IMPORT = "import"
    MOVE = "move"


@dataclass(frozen=True, kw_only=True)
class ResourceChange:
    """What a plan would do to one resource, or what has happened to it outside Terraform.

    Attributes:
        address: where the configuration has it.
        type: its type.
        action: what becomes of it.
        previous_address: the address in the state, where that is another.
        because: the paths of the attributes that force a replacement, or the names of those that an update changes.
        shrinks: the attributes, among those, which lose what they held: a member of a list, or their only value.
        is_renamed: whether it is replaced only because the configuration gives it another address.
    """

    address: str
    type: str
    action: ChangeAction
    previous_address: str = ""
    because: tuple[str, ...] = ()
    shrinks: tuple[str, ...] = ()
    is_renamed: bool = False


_ACTIONS = {
    ("create",): ChangeAction.CREATE,
    ("update",): ChangeAction.UPDATE,
    ("delete",): ChangeAction.DELETE,
    ("forget",): ChangeAction.FORGET,
    ("delete", "create"): ChangeAction.REPLACE,
    ("create", "delete"): ChangeAction.REPLACE,
    ("create", "forget"): ChangeAction.REPLACE,
}


def planned(plan: Mapping[str, Any]) -> tuple[ResourceChange, ...]:
    """Read what would be done from a plan, as `terraform show -json` describes it."""
    entries = [entry for entry in plan.get("resource_changes") or () if entry.get("mode") == "managed"]
    changes = {_key(entry): change for entry in entries if (change := _planned(entry))}
    for old, new in _renamed(entries):
        gone, made = changes.pop(_key(old)), changes[_key(new)]
        changes[_key(new)] = replace(
            made, action=ChangeAction.REPLACE, previous_address=gone.address, because=(), is_renamed=True
        )
    return tuple(changes.values())


def drifted(plan: Mapping[str, Any], configuration: Mapping[str, Any]) -> tuple[ResourceChange, ...]:
    """Read what has happened outside Terraform from a plan that only refreshes.

    That is what an apply would undo. An attribute that the configuration does not set, or that it tells Terraform to
    ignore, belongs to somebody else; and most providers do not tell what is unset from what is empty, zero or false.
    """
    found = (_drifted(entry, configuration) for entry in plan.get("resource_drift") or ())
    return tuple(change for change in found if change)


def created(events: Iterable[ResourceEvent]) -> tuple[ResourceChange, ...]:
    """Return the changes of a plan that only creates, as it reported them."""
    return tuple(
        ResourceChange(address=event.address, type=event.type, action=ChangeAction.CREATE)
        for event in events
        if event.action == "create"
    )


def _planned(entry: Mapping[str, Any]) -> ResourceChange | None:
    change = entry["change"]
    action = _ACTIONS.get(tuple(change["actions"]))
    if change.get("importing") and action in (None, ChangeAction.UPDATE):
        action = ChangeAction.IMPORT
    previous = entry.get("previous_address") or ""
    if action is None and previous:
        action = ChangeAction.MOVE
    if action is None:
        return None
    before, after = change.get("before") or {}, change.get("after") or {}
    changed = _changed(before, after, change.get("after_unknown")) if action is not ChangeAction.CREATE else ()
    forced = tuple(dict.fromkeys(filter(None, map(_path, change.get("replace_paths") or ()))))
    updates = action in (ChangeAction.UPDATE, ChangeAction.IMPORT)
    return ResourceChange(
        address=_key(entry),
        type=entry["type"],
        action=action,
        previous_address=previous,
        because=forced or (changed if updates else ()),
        shrinks=tuple(name for name in changed if _shrinks(before.get(name), after.get(name))) if updates else (),
    )


def _drifted(entry: Mapping[str, Any], configuration: Mapping[str, Any]) -> ResourceChange | None:
    change = entry["change"]
    action = _ACTIONS.get(tuple(change["actions"]))
    if entry.get("mode") != "managed" or action is None:
        return None
    found = ResourceChange(address=entry["address"], type=entry["type"], action=action)
    if action is not ChangeAction.UPDATE:
        return found
    block = configuration.get("resource", {}).get(entry["type"], {}).get(entry["name"], {})
    ignored = (block.get("lifecycle") or {}).get("ignore_changes") or ()
    if ignored == "all":
        return None
    watched = {name for name, value in block.items() if value is not None} | _ALWAYS_CONFIGURED
    watched -= {_first_name(path) for path in ignored}
    because = tuple(name for name in _changed(change["before"], change["after"]) if name in watched)
    return replace(found, because=because) if because else None


def _renamed(entries: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Pairs of a deletion and a creation of one thing, by its physical name."""
    gone = {
        (entry["type"], *name): entry
        for entry in entries
        if entry["change"]["actions"] == ["delete"] and not entry.get("deposed")
        for name in _names(entry["change"]["before"])
    }
    for entry in entries:
        if entry["change"]["actions"] == ["create"]:
            names = ((entry["type"], *name) for name in _names(entry["change"]["after"]))
            if old := next((gone[name] for name in names if name in gone), None):
                gone = {name: other for name, other in gone.items() if other is not old}
                yield old, entry


def _names(values: Mapping[str, Any] | None) -> Iterator[tuple[str, ...]]:
    known = values or {}
    qualifiers = tuple(str(known.get(name)) for name in _QUALIFIERS)
    for argument in _NAMES:
        if value := known.get(argument):
            yield argument, str(value), *qualifiers


def _changed(before: Mapping[str, Any], after: Mapping[str, Any], unknown: Any = None) -> tuple[str, ...]:
    """The names of the attributes that are not what they were; of what only follows from those, nothing."""
    names = [name for name in sorted(before.keys() | after.keys()) if _bare(before.get(name)) != _bare(after.get(name))]
    following = {name for name, value in unknown.items() if value is True} if isinstance(unknown, Mapping) else set()
    return tuple(name for name in names if name not in following) or tuple(names)


def _bare(value: Any) -> Any:
    """A value without all that is empty, zero or false."""
    if isinstance(value, Mapping):
        return {name: bare for name, part in value.items() if (bare := _bare(part)) is not None} or None
    if isinstance(value, list):
        parts = [_bare(part) for part in value]
        return parts if any(part is not None for part in parts) else None
    return value or None


def _shrinks(before: Any, after: Any) -> bool:
    """Say whether something is no longer there that was."""
    if isinstance(before, list):
        kept = [_element(part) for part in after] if isinstance(after, list) else []
        return any(_element(part) not in kept for part in before)
    if isinstance(before, Mapping):
        return not (isinstance(after, Mapping) and before.keys() <= after.keys())
    return _bare(before) is not None


def _element(part: Any) -> Any:
    if isinstance(part, Mapping):
        return next((part[key] for key in _ELEMENT_KEYS if part.get(key)), part)
    return part


def _path(steps: Sequence[Any]) -> str:
    """An attribute's path up to the first key of a map, which could be anything: `vpc_config[0].subnet_ids`."""
    written = ""
    after_name = False
    for step in steps:
        if isinstance(step, str):
            if after_name or not _ATTRIBUTE.fullmatch(step):
                break
            written += f".{step}" if written else step
            after_name = True
        elif isinstance(step, int):
            written += f"[{step}]"
            after_name = False
        else:
            break
    return written


def _key(entry: Mapping[str, Any]) -> str:
    deposed = f" (deposed {entry['deposed']})" if entry.get("deposed") else ""
    return f"{entry['address']}{deposed}"


def _first_name(path: str) -> str:
    return path.partition("[")[0].partition(".")[0]
