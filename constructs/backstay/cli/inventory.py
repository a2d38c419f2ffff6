"""What stands where after a deployment."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.table import Table

from backstay.cli import console

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backstay.terraform import StackRunner, SynthesizedStack

# Resource types worth naming one by one, and the attribute that people know each by.
_NAMED = {"aws_eks_cluster": "name", "aws_lb": "dns_name", "aws_autoscaling_group": "name", "aws_s3_bucket": "bucket"}


@dataclass(frozen=True)
class StackInventory:
    """The resources of one stack, counted by type, and the names of those that people look for."""

    stack: str
    counts: dict[str, int]
    names: dict[str, list[str]]

    def as_json(self) -> dict[str, Any]:
        """Return it for --json."""
        return {"stack": self.stack, "resources": self.counts, "names": self.names}


def take(runner: StackRunner, stack: SynthesizedStack) -> StackInventory:
    """Read the stack's state.

    Raises:
        TerraformError: it cannot be read.

    """
    counts: Counter[str] = Counter()
    names: dict[str, list[str]] = {}
    for resource in _managed(runner.show(stack).get("values", {}).get("root_module", {})):
        kind = resource["type"]
        counts[kind] += 1
        if kind in _NAMED:
            names.setdefault(kind, []).append(str(resource["values"].get(_NAMED[kind])))
    return StackInventory(stack.name, dict(sorted(counts.items())), names)


def show(inventories: Sequence[StackInventory]) -> None:
    """Print what stands where."""
    table = Table(box=None, pad_edge=False, title="created", title_justify="left")
    table.add_column("stack", overflow="fold")
    table.add_column("resources", justify="right")
    table.add_column("by type", overflow="fold")
    for inventory in inventories:
        by_type = ", ".join(f"{count} {kind.removeprefix('aws_')}" for kind, count in inventory.counts.items())
        table.add_row(inventory.stack, str(sum(inventory.counts.values())), by_type)
        for kind, names in inventory.names.items():
            table.add_row("", "", f"[bold]{kind.removeprefix('aws_')}[/]: {', '.join(names)}")
    console.stdout().print(table)


def _managed(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (resource for resource in module.get("resources", []) if resource["mode"] == "managed")
    for child in module.get("child_modules", []):
        yield from _managed(child)
