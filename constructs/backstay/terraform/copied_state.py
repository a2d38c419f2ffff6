"""Stacks turned towards another state than their own for the time of a run."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from backstay.terraform.manifest import SynthesizedStack

# In the order of names it comes after what keeps a stack in the sandbox, over which it has the last word.
_OVERRIDE = "state_failover_override.tf.json"


def turn(stack: SynthesizedStack, override: Mapping[str, Any] | None, *, data: str = ".terraform") -> None:
    """Lay this over the stack; None turns it back to what it says itself.

    `data` is the folder in the stack's directory where Terraform remembers the backend.
    """
    path = stack.directory / _OVERRIDE
    before = path.read_text(encoding="utf-8") if path.exists() else None
    after = json.dumps(override, indent=2) if override else None
    if before == after:
        return
    # Terraform would want to move the state from the one to the other.
    (stack.directory / Path(data) / "terraform.tfstate").unlink(missing_ok=True)
    if after is None:
        path.unlink()
    else:
        path.write_text(after, encoding="utf-8")
