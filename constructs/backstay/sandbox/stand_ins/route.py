"""Where on the wire the parameters of a REST operation are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote


@dataclass(frozen=True)
class Route:
    """Method, path and query of a REST operation."""

    method: str
    path: re.Pattern[str]
    query: dict[str, tuple[str, bool]]
    """By their name on the wire: the parameters and whether they are lists."""

    @classmethod
    def of(cls, operation: Any) -> Route:
        """The route of an operation in botocore's model."""
        members = operation.input_shape.members if operation.input_shape else {}
        on_the_wire = {
            shape.serialization.get("name", member): (member, shape)
            for member, shape in members.items()
            if "location" in shape.serialization
        }

        def placeholder(found: re.Match[str]) -> str:
            name = found[1].rstrip("+")
            return f"(?P<{on_the_wire[name][0]}>{'.+' if found[1].endswith('+') else '[^/]+'})"

        path = re.sub(r"\{([^}]+)\}", placeholder, operation.http["requestUri"].partition("?")[0])
        query = {
            wire: (member, shape.type_name == "list")
            for wire, (member, shape) in on_the_wire.items()
            if shape.serialization["location"] == "querystring"
        }
        return cls(operation.http["method"], re.compile(path.rstrip("/") + "/?"), query)

    def match(self, method: str, path: str, query: str) -> dict[str, Any] | None:
        """The parameters in the path and the query of a request; None when it is for another route."""
        found = self.path.fullmatch(path) if method == self.method else None
        if found is None:
            return None
        values = parse_qs(query)
        in_query = {
            member: values[wire] if is_list else values[wire][0]
            for wire, (member, is_list) in self.query.items()
            if wire in values
        }
        return {name: unquote(value) for name, value in found.groupdict().items()} | in_query
