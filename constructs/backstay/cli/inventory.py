"""What stands where after a deployment."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rich.table import Table

from backstay.cli import console
from backstay.cli.presumed import region_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from backstay.terraform import StackRunner, SynthesizedStack

# Resource types whose instances people look for by name, and the attribute that holds it.
_NAMED = {"aws_eks_cluster": "name", "aws_lb": "dns_name", "aws_autoscaling_group": "name", "aws_s3_bucket": "bucket"}


@dataclass(frozen=True)
class StackInventory:
    """The resources of one stack, counted by type, and the names of those that people look for."""

    stack: str
    region: str
    counts: dict[str, int]
    names: dict[str, list[str]]

    def as_json(self) -> dict[str, Any]:
        """Return it for --json."""
        return {"stack": self.stack, "region": self.region, "resources": self.counts, "names": self.names}


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
    return StackInventory(stack.name, region_of(stack), dict(sorted(counts.items())), names)


def show(inventories: Sequence[StackInventory], regions: Sequence[str]) -> None:
    """Print what stands where: how many of each type in each region, and the names of what people look for."""
    by_region = {region: Counter[str]() for region in regions}
    for inventory in inventories:
        by_region[inventory.region].update(inventory.counts)
    table = Table(box=None, pad_edge=False)
    table.add_column("created")
    for region in by_region:
        table.add_column(region, justify="right")
    for kind in sorted({kind for counts in by_region.values() for kind in counts}):
        table.add_row(kind, *(str(counts[kind] or "-") for counts in by_region.values()))
    table.add_row("[bold]in all[/]", *(f"[bold]{counts.total()}[/]" for counts in by_region.values()))
    out = console.stdout()
    out.print(table)
    for kind in _NAMED:
        for inventory in inventories:
            for name in inventory.names.get(kind, []):
                console.say(out, f"{kind} in {inventory.region}: {name}")


def _managed(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (resource for resource in module.get("resources", []) if resource["mode"] == "managed")
    for child in module.get("child_modules", []):
        yield from _managed(child)
