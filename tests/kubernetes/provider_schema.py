"""Judge a document by what is on record of the Kubernetes provider's schema, in place of the provider itself."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parent / "provider-schema.json").read_text())

# Arguments that Terraform itself takes, in any resource.
_META = {"//", "depends_on", "lifecycle", "provider"}


def violations(document: dict[str, Any]) -> Iterator[str]:
    """What the provider would refuse in the Kubernetes resources of a document."""
    for type_, named in document.get("resource", {}).items():
        if type_.startswith("kubernetes_"):
            for name, body in named.items():
                own = {key: value for key, value in body.items() if key not in _META}
                yield from (f"{type_}.{name}: {what}" for what in _block(SCHEMA.get(type_, {}), ".", own))


def _block(schema: dict[str, Any], path: str, block: Any) -> Iterator[str]:
    known = schema.get(path)
    if known is None:
        yield f"{path} is not on record"
        return
    for one in block if isinstance(block, list) else [block]:
        yield from (f"{path} lacks {key}" for key in known["required"] if key not in one)
        for key, value in one.items():
            inner = key if path == "." else f"{path}.{key}"
            if key not in known["required"] + known["optional"]:
                yield f"{inner} is no argument"
            elif key not in known.get("maps", ()) and _holds_blocks(value):
                yield from _block(schema, inner, value)


def _holds_blocks(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value))
