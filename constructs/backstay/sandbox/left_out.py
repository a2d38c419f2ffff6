"""What the emulator does not have at all, left out of a stack by an override that makes none of it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# Services that the emulator answers nothing sensible for, by how their resource types begin.
_ABSENT = ("aws_elasticache_",)

# Arguments that do not refer to values, and may not stand in an override or need not.
_NOT_VALUES = frozenset({"//", "lifecycle", "depends_on", "provider", "provisioner", "connection"})


def override(stack: Mapping[str, Any]) -> dict[str, dict[str, dict[str, Any]]]:
    """What to lay over a stack's resources so that none of those is made which the emulator lacks.

    Terraform makes nothing of a resource with a count of 0. Each reference to such a resource has to say which of its
    instances is meant; so what refers to one is left out as well, and its references get an index.
    """
    resources: Mapping[str, Mapping[str, Mapping[str, Any]]] = stack.get("resource", {})
    absent = _absent(resources)
    if not absent:
        return {}
    reference = re.compile(r"\b(" + "|".join(map(re.escape, sorted(absent, key=len, reverse=True))) + r")(?=\.)")
    laid_over: dict[str, dict[str, dict[str, Any]]] = {}
    for type_, name, body in _each(resources):
        if f"{type_}.{name}" in absent:
            laid_over.setdefault(type_, {})[name] = {"count": 0} | _indexed(body, reference)
    return laid_over


def types(stack: Mapping[str, Any]) -> list[str]:
    """The resource types of which nothing is made."""
    return sorted(override(stack))


def _absent(resources: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> set[str]:
    """The addresses of what is left out: the types that are absent, and what refers to them, however indirectly."""
    bodies = {f"{type_}.{name}": json.dumps(body) for type_, name, body in _each(resources)}
    found = {address for address in bodies if address.startswith(_ABSENT)}
    while True:
        refers = re.compile(r"\$\{[^}]*\b(?:" + "|".join(map(re.escape, found)) + r")\.") if found else None
        more = {address for address, text in bodies.items() if refers and refers.search(text)} - found
        if not more:
            return found
        found |= more


def _indexed(body: Mapping[str, Any], reference: re.Pattern[str]) -> dict[str, Any]:
    """The arguments that refer to what is left out, with an index in each reference."""
    changed = {}
    for argument, value in body.items():
        text = json.dumps(value)
        # Only what is left out refers to it, so nothing but references can match.
        indexed = reference.sub(r"\1[0]", text)
        if argument not in _NOT_VALUES and indexed != text:
            changed[argument] = json.loads(indexed)
    return changed


def _each(resources: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for type_, named in resources.items():
        for name, body in named.items():
            yield type_, name, body
