"""The JSON Schema of environment files, by which editors complete and check them.

It says less than the rules do: every file that loads is valid by it, and not the other way round.
"""

import json
from collections.abc import Iterable
from typing import Any

from backstay.environment_file.annotations import descriptions, within
from backstay.topology import SHARED_SECTIONS, Cloud, Environment
from backstay.topology.catalog import Catalog, catalog
from backstay.topology.rules import RULES

Node = dict[str, Any]

# What a region lays over the environment's own section may leave out what stands there.
_OVERRIDE = "Override"
_MACHINES_WITH_GPUS = ("GpuNodesSpec", "FleetSpec", "InstancesSpec")


def schema() -> Node:
    """The schema, as plain data."""
    found = _tidied(Environment.model_json_schema())
    definitions: dict[str, Node] = found.pop("$defs")
    for spec in within(Environment):
        properties = (found if spec is Environment else definitions[spec.__name__])["properties"]
        for name, description in descriptions(spec).items():
            properties[name]["description"] = description
    found["properties"]["state"].pop("discriminator")  # OpenAPI's, not JSON Schema's
    found["properties"]["regions"]["additionalProperties"] = False  # pydantic lets keys of other patterns pass
    _offer(definitions)
    region = definitions["Region"]["properties"]
    for section in SHARED_SECTIONS:
        region[section] = _override(region[section], definitions)
    definitions["Region"]["allOf"] = [_regions_of(cloud, catalog(cloud)) for cloud in Cloud]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Backstay environment",
        **found,
        "$defs": dict(sorted(definitions.items())),
    }


def text() -> str:
    """The schema as it is written to a file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _tidied(node: Any) -> Any:
    """Leave out titles that repeat names, defaults that are whole sections, and notes for those who write code."""
    if isinstance(node, list):
        return [_tidied(value) for value in node]
    if not isinstance(node, dict):
        return node
    found = {key: _tidied(value) for key, value in node.items() if key != "title"}
    if isinstance(found.get("default"), dict):
        del found["default"]
    if isinstance(found.get("description"), str):
        found["description"] = found["description"].split("\n\n")[0]
    return found


def _offer(definitions: dict[str, Node]) -> None:
    """Name what the catalogs and the rules allow."""
    tables = [catalog(cloud) for cloud in Cloud]
    sizes = sorted({size for each in tables for size in each.gpu_types})
    for name in _MACHINES_WITH_GPUS:
        _allow(definitions[name]["properties"]["instance_type"], sizes)
    versions = {version for each in tables for version in each.kubernetes}
    _allow(definitions["ClusterSpec"]["properties"]["kubernetes_version"], sorted(versions))
    _allow(definitions["Waiver"]["properties"]["rule"], sorted(rule.id for rule in RULES.values() if rule.waivable))


def _allow(node: Node, values: Iterable[str]) -> None:
    for key in ("pattern", "maxLength", "minLength", "examples"):
        node.pop(key, None)
    node["enum"] = list(values)


def _regions_of(cloud: Cloud, tables: Catalog) -> Node:
    return {
        "if": {"properties": {"cloud": {"const": cloud.value}}},
        "then": {"properties": {"region": {"enum": sorted(tables.regions)}}},
    }


def _override(node: Any, definitions: dict[str, Node]) -> Any:
    """The same, with nothing required and no defaults; what it refers to is added to the definitions."""
    if isinstance(node, list):
        return [_override(value, definitions) for value in node]
    if not isinstance(node, dict):
        return node
    found = {key: _override(value, definitions) for key, value in node.items() if key not in ("required", "default")}
    if "$ref" in node:
        found["$ref"] += _OVERRIDE
        name = node["$ref"].rsplit("/", 1)[-1]
        if name + _OVERRIDE not in definitions:
            definitions[name + _OVERRIDE] = _override(definitions[name], definitions)
    return found
