"""Terraform's own protection, taken off what the environment file gives up for a time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from backstay.terraform import SynthesizedStack
    from backstay.topology import Environment

_OVERRIDE = "given_up_override.tf.json"


def turn(environment: Environment, stacks: Iterable[SynthesizedStack], *, today: date) -> None:
    """Let Terraform plan to destroy what may be lost today, and protect all else as the stacks say."""
    given_up = {(loss.stack, loss.address) for loss in environment.allow_data_loss if loss.until >= today}
    for stack in stacks:
        path = stack.directory / _OVERRIDE
        if override := _override(stack, {address for name, address in given_up if name == stack.name}):
            path.write_text(json.dumps({"resource": override}, indent=2), encoding="utf-8")
        else:
            path.unlink(missing_ok=True)


def _override(stack: SynthesizedStack, addresses: set[str]) -> dict[str, dict[str, Any]]:
    override: dict[str, dict[str, Any]] = {}
    if not addresses:
        return override
    for kind, named in stack.configuration().get("resource", {}).items():
        for name, settings in named.items():
            is_protected = (settings.get("lifecycle") or {}).get("prevent_destroy")
            if is_protected and f"{kind}.{name}" in addresses:
                override.setdefault(kind, {})[name] = {"lifecycle": {"prevent_destroy": False}}
    return override
