"""A state as Terraform stores it, and in what two of them differ."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class StateFile:
    """One version of a stack's state, in version 4 of the format, which Terraform writes since 0.12.

    It holds sensitive values in clear, so it is not for a log.
    """

    document: Mapping[str, Any]

    @classmethod
    def parse(cls, text: str) -> "StateFile | None":
        """Return what `terraform state pull` printed; None when there is no state.

        Raises:
            ValueError: it is no state.

        """
        if not text.strip():
            return None
        document = json.loads(text)
        if not isinstance(document, dict) or document.get("version") != 4:
            raise ValueError("not a state of Terraform in version 4 of its format")
        # Where there is no state, Terraform prints an empty one, which OpenTofu does not.
        return cls(document) if document.get("lineage") else None

    def __str__(self) -> str:
        """Return the text that `terraform state push` reads."""
        return json.dumps(self.document)

    @property
    def lineage(self) -> str:
        """What all states have in common that came from one: a state that was made anew has another."""
        return self.document["lineage"]

    @property
    def serial(self) -> int:
        """How often it was written."""
        return self.document["serial"]

    @cached_property
    def holdings(self) -> dict[str, str]:
        """What would be lost with it, by address: each resource and output, as text that can be compared.

        Data sources are left out, since the next plan reads them anew.
        """
        outputs = self.document.get("outputs") or {}
        return dict(self._resources()) | {f"output.{name}": _text(output) for name, output in outputs.items()}

    @property
    def resources(self) -> int:
        """How many resources it knows."""
        return sum(not address.startswith("output.") for address in self.holdings)

    def is_like(self, other: "StateFile | None") -> bool:
        """Say whether both came from one and hold the same, however often each was written."""
        return other is not None and self.lineage == other.lineage and self.holdings == other.holdings

    def _resources(self) -> Iterator[tuple[str, str]]:
        for resource in self.document.get("resources") or ():
            if resource["mode"] != "managed":
                continue
            module = f"{resource['module']}." if resource.get("module") else ""
            for instance in resource["instances"]:
                index = f"[{json.dumps(instance['index_key'])}]" if "index_key" in instance else ""
                deposed = f" (deposed {instance['deposed']})" if "deposed" in instance else ""
                address = f"{module}{resource['type']}.{resource['name']}{index}{deposed}"
                yield address, _text([resource["provider"], instance])


@dataclass(frozen=True)
class Difference:
    """What two sides did to one address since they were alike: `unchanged`, `added`, `changed` or `removed`."""

    address: str
    mine: str
    theirs: str


def differences(base: StateFile | None, mine: StateFile, theirs: StateFile) -> tuple[Difference, ...]:
    """Return the addresses in which two states differ, and what each side did since both were like `base`."""
    before = base.holdings if base else {}
    addresses = sorted(before.keys() | mine.holdings.keys() | theirs.holdings.keys())
    return tuple(
        Difference(address, _change(before, mine.holdings, address), _change(before, theirs.holdings, address))
        for address in addresses
        if mine.holdings.get(address) != theirs.holdings.get(address)
    )


def _change(before: Mapping[str, str], after: Mapping[str, str], address: str) -> str:
    if before.get(address) == after.get(address):
        return "unchanged"
    if address not in after:
        return "removed"
    return "changed" if address in before else "added"


def _text(value: object) -> str:
    return json.dumps(value, sort_keys=True)
