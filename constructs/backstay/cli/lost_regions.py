"""`--without REGION`: what a run leaves out, and what it does not read, because a region is lost."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from backstay.cli import console, regions
from backstay.terraform import Action, Outcome
from backstay.terraform.events import Phase, ResourceEvent
from backstay.topology import Cloud
from backstay.topology.control_planes import ControlPlane, control_plane_of
from backstay.topology.stack_regions import keeps_routing, stacks_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from backstay.terraform import StackResult, SynthesizedStack
    from backstay.terraform.command import EventListener
    from backstay.terraform.events import Event
    from backstay.terraform.interruption import Interruption
    from backstay.terraform.schedule import Work
    from backstay.topology import Environment, Region


@dataclass(frozen=True)
class Loss:
    """Lost regions, and what follows for the stacks.

    Attributes:
        regions: the lost ones.
        left_out: the stacks that are not run, with the reason.
        unread: the stacks whose real resources are not read, with the control planes that cannot be asked about them.
    """

    regions: tuple[str, ...] = ()
    left_out: Mapping[str, str] = field(default_factory=dict)
    unread: Mapping[str, tuple[ControlPlane, ...]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        environment: Environment,
        stacks: Sequence[SynthesizedStack],
        *,
        without: Sequence[str],
        failed_over: Sequence[str],
    ) -> Loss:
        """Return what it means for these stacks to lose the regions that `without` names.

        Raises:
            RefusedError: no region has such a name.

        """
        lost = regions.named(environment, without, option="--without")
        copied = regions.named(environment, failed_over, option="--failed-over")
        left_out: dict[str, str] = {}
        for region in lost:
            for stack in stacks:
                if stack.name == environment.names.routing_stack():
                    if keeps_routing(environment, region) and region not in copied:
                        left_out[stack.name] = (
                            f"its state is kept in {region.region}; after `backstay state failover`, "
                            f"--failed-over {region.region} runs it with the copy"
                        )
                elif _is_in(environment, region, stack):
                    left_out[stack.name] = f"it is in {region.region}"
        planes = {region.region for region in lost if region.cloud is Cloud.AWS}
        asked = {stack.name: _asks(stack, planes) for stack in stacks if stack.name not in left_out}
        unread = {name: found for name, found in asked.items() if found}
        return cls(tuple(dict.fromkeys(region.region for region in lost)), left_out, unread)

    def held_back(self, work: Work) -> Work:
        """Return work on a stack that is not read, which tells or refuses what lost control planes would have to do."""

        def cautious(
            stack: SynthesizedStack, action: Action, interruption: Interruption, on_event: EventListener
        ) -> StackResult:
            planned: list[ResourceEvent] = []

            def note(event: Event) -> None:
                if isinstance(event, ResourceEvent) and event.phase is Phase.PLANNED:
                    planned.append(event)
                if action.only_looks:
                    on_event(event)

            looked = work(stack, Action.PLAN if action is Action.APPLY else action, interruption, note)
            if why := self._why_not_now(stack, planned):
                looked = replace(looked, reason=why)
                return looked if action.only_looks else replace(looked, action=action, outcome=Outcome.SKIPPED)
            if action.only_looks or not looked.outcome.is_success:
                return replace(looked, action=action)
            return work(stack, action, interruption, on_event)

        return cautious

    def as_json(self) -> dict[str, Any]:
        """Return it for --json; nothing where no region is lost."""
        if not self.regions:
            return {}
        unread = {stack: [plane.title for plane in planes] for stack, planes in self.unread.items()}
        return {"without": {"regions": list(self.regions), "left_out": dict(self.left_out), "not_read": unread}}

    def tell(self) -> None:
        """Say on stdout what was left out, and what was not read."""
        if not self.regions:
            return
        out = console.stdout()
        console.say(out, f"without {', '.join(self.regions)}", style="yellow")
        for stack, why in self.left_out.items():
            console.say(out, f"left out: {stack}: {why}")
        for stack, planes in self.unread.items():
            console.say(out, f"not read, planned from its state alone: {stack}, for want of {_listed(planes)}")

    def _why_not_now(self, stack: SynthesizedStack, planned: Sequence[ResourceEvent]) -> str:
        lost = self.unread[stack.name]
        waiting = [event.address for event in planned if control_plane_of(_type(event.address)) in lost]
        if not waiting:
            return ""
        more = f" and {len(waiting) - 1} more" if len(waiting) > 1 else ""
        return f"{waiting[0]}{more} cannot be changed for want of {_listed(lost)}: apply the stack when that is back"


NOTHING_LOST = Loss()


def _is_in(environment: Environment, region: Region, stack: SynthesizedStack) -> bool:
    if stack.name in stacks_in(environment, region):
        return True
    # Stacks that a project has added say by their provider where they are.
    return region.cloud is Cloud.AWS and any(
        provider.get("region") == region.region for provider in _providers(stack.configuration())
    )


def _providers(configuration: dict[str, Any]) -> list[dict[str, Any]]:
    return configuration.get("provider", {}).get("aws", [])


def _asks(stack: SynthesizedStack, lost: set[str]) -> tuple[ControlPlane, ...]:
    """The control planes in lost regions that Terraform would ask about the stack's resources."""
    configuration = stack.configuration()
    kinds = [*configuration.get("resource", {}), *configuration.get("data", {})]
    planes = {plane for kind in kinds if (plane := control_plane_of(kind)) and plane.region in lost}
    return tuple(sorted(planes))


def _type(address: str) -> str:
    """The resource type in an address such as module.a[0].aws_iam_role.b."""
    return next((part for part in address.split(".") if part.startswith("aws_")), "")


def _listed(planes: Sequence[ControlPlane]) -> str:
    return " and ".join(str(plane) for plane in planes)
