"""Deletion protection, taken off what the embedded cloud holds: nobody needs it back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from backstay.terraform import TerraformError
from backstay.terraform.command import CommandResult
from backstay.terraform.events import Diagnostic

if TYPE_CHECKING:
    from pathlib import Path

    from backstay.terraform.run import StackWork

# It has the last word in the order of names, over what keeps the stack in the sandbox.
_OVERRIDE = "sandbox_unprotected_override.tf.json"

_UNPROTECTED = {
    "deletion_protection": False,
    "deletion_protection_enabled": False,
    "disable_api_termination": False,
    "enable_deletion_protection": False,
    "force_destroy": True,
}


def take_off(work: StackWork) -> CommandResult:
    """Change what protects the resources of an initialized stack, as far as they exist, so that it can be destroyed."""
    override = _override(work.stack.directory)
    if not override:
        return CommandResult(exit_status=0)
    _path(work.stack.directory).write_text(json.dumps({"resource": override}, indent=2), encoding="utf-8")
    protected = {f"{kind}.{name}" for kind, named in override.items() for name in named}
    try:
        state = work.runner.show(work.stack).get("values", {}).get("root_module", {})
    except TerraformError as error:
        return CommandResult(exit_status=1, diagnostics=(Diagnostic("error", str(error)),))
    existing = [resource["address"] for resource in state.get("resources", []) if resource["address"] in protected]
    return work.apply_only(existing) if existing else CommandResult(exit_status=0)


def put_back(stack_directory: Path) -> None:
    """Protect the stack's resources again, from its next apply on."""
    _path(stack_directory).unlink(missing_ok=True)


def _path(stack_directory: Path) -> Path:
    return stack_directory / _OVERRIDE


def _override(stack_directory: Path) -> dict[str, dict[str, Any]]:
    stack = json.loads((stack_directory / "cdk.tf.json").read_text(encoding="utf-8"))
    override: dict[str, dict[str, Any]] = {}
    for kind, named in stack.get("resource", {}).items():
        for name, settings in named.items():
            if changes := _changes(settings):
                override.setdefault(kind, {})[name] = changes
    return override


def _changes(settings: dict[str, Any]) -> dict[str, Any]:
    changes: dict[str, Any] = {
        name: value for name, value in _UNPROTECTED.items() if name in settings and settings[name] != value
    }
    if settings.get("lifecycle", {}).get("prevent_destroy"):
        changes["lifecycle"] = {"prevent_destroy": False}
    return changes
