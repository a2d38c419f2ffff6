"""The keys of an environment file, from the values that it is read into and their schema."""

import inspect
import json
from collections.abc import Iterator
from enum import Enum
from typing import Any

from pydantic_core import PydanticUndefined

from backstay.environment_file.annotations import within
from backstay.environment_file.schema import schema
from backstay.topology import Environment

Node = dict[str, Any]


def page() -> str:
    """A page with every section and its keys."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    whole = schema()
    specs = {spec.__name__: spec for spec in within(Environment)}
    yield "# Keys of an environment file"
    yield ""
    yield "Made from the code. [What is accepted](../environment-files.md#what-is-accepted), and [the rules"
    yield "between values](../environment-files.md#rules), have a page of their own; editors read the same keys from"
    yield "`environments/schema.json`."
    places = _places(whole)
    for name, path in places.items():
        spec = specs.get(name, Environment)
        properties = (whole if spec is Environment else whole["$defs"][name])["properties"]
        required = (whole if spec is Environment else whole["$defs"][name]).get("required", ())
        yield ""
        yield f"## {path}"
        yield ""
        yield inspect.getdoc(spec) or ""
        yield ""
        yield "| key | value | default | meaning |"
        yield "|---|---|---|---|"
        for key, node in properties.items():
            given = "required" if key in required else _default(spec.model_fields[key])
            says = " ".join(node.get("description", "").split())
            yield f"| `{key}` | {_value(node, whole, places)} | {given} | {_cell(says)} |"


def _places(whole: Node) -> dict[str, str]:
    """Where each section stands in a file, by the name of its value: the top, then each with what is in it."""
    found = {"Environment": "The top of the file"}
    _add_places(found, whole, whole["$defs"], "")
    return found


def _add_places(found: dict[str, str], holder: Node, definitions: Node, above: str) -> None:
    for key, node in holder["properties"].items():
        path = f"{above}{key}{'.ROLE' if key == 'regions' else ''}"
        for name in _names(node):
            section = definitions[name]
            if name in found or "properties" not in section:
                continue
            # A state is one of several, told apart by its backend.
            backend = section["properties"].get("backend", {}).get("const")
            found[name] = f"{path} ({backend})" if backend else path
            _add_places(found, section, definitions, f"{path}.")


def _names(node: Any) -> list[str]:
    if isinstance(node, list):
        return [name for each in node for name in _names(each)]
    if not isinstance(node, dict):
        return []
    own = [_name(node)] if "$ref" in node else []
    return own + [name for value in node.values() for name in _names(value) if isinstance(value, dict | list)]


def _name(node: Node) -> str:
    """The value that a reference leads to; what a region lays over the environment's own is the same."""
    return node["$ref"].rpartition("/")[2].removesuffix("Override")


def _value(node: Node, whole: Node, places: dict[str, str]) -> str:
    """What may be written, in a few words."""
    if "$ref" in node:
        name = _name(node)
        if name in places:
            return f"[{places[name]}](#{_anchor(places[name])})"
        return _value(whole["$defs"][name], whole, places)
    if several := node.get("anyOf") or node.get("oneOf"):
        return " or ".join(dict.fromkeys(_value(each, whole, places) for each in several))
    if "const" in node:
        return f"`{node['const']}`"
    if "enum" in node:
        shown = [f"`{value}`" for value in node["enum"][:8]]
        return ", ".join(shown) + (", …" if len(node["enum"]) > 8 else "")
    match node.get("type"):
        case "null":
            return "`null`"
        case "array":
            return f"list of {_value(node.get('items', {}), whole, places)}"
        case "object":
            inner = node.get("patternProperties", {}).values() or [node.get("additionalProperties") or {}]
            return f"by name: {_value(next(iter(inner)), whole, places)}"
        case "integer" | "number" as kind:
            low, high = node.get("minimum"), node.get("maximum")
            return f"{kind}{f', {low} to {high}' if low is not None and high is not None else ''}"
        case kind:
            examples = node.get("examples")
            return (
                f"like `{examples[0]}`"
                if examples
                else {"string": "text", "boolean": "`true`, `false`"}.get(kind, "text")
            )


def _default(field: Any) -> str:
    default = field.default
    if default is PydanticUndefined:
        return ""
    if default is None:
        return "`null`"
    if hasattr(type(default), "model_fields"):
        return ""
    if isinstance(default, Enum):
        return f"`{default.value}`"
    if isinstance(default, bool | int | float | str):
        return f"`{json.dumps(default) if not isinstance(default, str) else default}`"
    if isinstance(default, tuple | list):
        return "" if not default or len(default) > 4 else f"`{', '.join(map(str, default))}`"
    return f"`{default}`"


def _anchor(heading: str) -> str:
    kept = "".join(character for character in heading.lower() if character.isalnum() or character in " _-")
    return "-".join(kept.split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
