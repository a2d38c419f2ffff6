"""What a deployment to the embedded cloud has shown: what stands where, what was left out, and whether it is stable."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from backstay.cli import console, inventory, summary
from backstay.terraform import Outcome

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from backstay.cli.inventory import StackInventory
    from backstay.sandbox.report import Report
    from backstay.terraform import StackResult

_EMULATED = "the embedded cloud emulates AWS only, and nothing runs in its Kubernetes clusters"


def left_out_of_stacks(types: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what to say about resource types that the embedded cloud does not have, by the stacks that have them."""
    stacks: dict[str, list[str]] = {}
    for stack, absent in types.items():
        stacks.setdefault(", ".join(absent), []).append(stack)
    return [f"not exercised: {absent} in {', '.join(names)}" for absent, names in stacks.items() if absent]


def left_out(not_exercised: Mapping[str, Sequence[str]]) -> list[str]:
    """Return what to say about stacks that need what the embedded cloud does not have."""
    lines = [
        f"not exercised: {stack}, for want of {', '.join(providers)}" for stack, providers in not_exercised.items()
    ]
    return [*lines, _EMULATED] if lines else []


@dataclass(frozen=True)
class SandboxReport:
    """Everything to tell about a sandbox after a deployment.

    `not_exercised` holds the providers that each stack left out would need, `types` the resource types that were left
    out of each other stack, `second_plan` what was planned right after
    the apply, and `helped` how the emulator was made to behave like AWS.
    """

    endpoint: str
    created: Sequence[StackInventory]
    not_exercised: Mapping[str, Sequence[str]]
    types: Mapping[str, Sequence[str]]
    second_plan: Sequence[StackResult]
    helped: Report

    @property
    def is_stable(self) -> bool:
        """Say whether the second plan found nothing to change."""
        return all(result.outcome is Outcome.UNCHANGED for result in self.second_plan)

    def as_json(self) -> dict[str, Any]:
        """Return it for --json."""
        return {
            "endpoint": self.endpoint,
            "created": [stack.as_json() for stack in self.created],
            "not_exercised": {stack: list(providers) for stack, providers in self.not_exercised.items()},
            "types_not_exercised": {stack: list(types) for stack, types in self.types.items() if types},
            "second_plan_is_empty": self.is_stable,
            "fixed": [{"service": fixed.service, "what": fixed.what, "why": fixed.why} for fixed in self.helped.fixed],
            "stood_in": [
                {"service": stood_in.service, "operations": list(stood_in.operations), "why": stood_in.why}
                for stood_in in self.helped.stood_in
            ],
            "only_recorded": dict(self.helped.only_recorded),
        }

    def show(self, regions: Sequence[str]) -> None:
        """Print it, with one column for each region."""
        inventory.show(self.created, regions)
        out = console.stdout()
        for line in (*left_out_of_stacks(self.types), *left_out(self.not_exercised)):
            console.say(out, line)
        for service, what in self.helped.only_recorded.items():
            console.say(out, f"only recorded: {service}: {what}")
        for service in sorted({fixed.service for fixed in self.helped.fixed}):
            fixes = "; ".join(_lowered(fixed.what) for fixed in self.helped.fixed if fixed.service == service)
            console.say(out, f"fixed in the emulator: {service}: {fixes}", style="dim")
        for stood_in in self.helped.stood_in:
            console.say(out, f"stood in for: {stood_in.service}: {', '.join(stood_in.operations)}", style="dim")
        if self.is_stable:
            console.say(out, "a second plan finds nothing to change", style="green")
        else:
            console.say(out, "a second plan is not empty:", style="red")
            summary.show(self.second_plan)


def _lowered(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
