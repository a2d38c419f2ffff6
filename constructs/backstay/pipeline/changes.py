"""What a plan found, as one JSON document that may be published: it holds no value of any attribute."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from backstay.pipeline.holds_data import HOLDS_DATA
from backstay.pipeline.traffic import only_moves_traffic
from backstay.terraform import Action, Outcome
from backstay.terraform.events import NO_CHANGES, Counts
from backstay.terraform.resource_change import ChangeAction, ResourceChange
from backstay.topology.stack_regions import stacks_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from backstay.terraform import StackResult
    from backstay.topology import Environment

VERSION = 1
"""Of the document's schema; whoever reads another refuses it."""

_LONGEST_ERROR = 300


class ChangesError(Exception):
    """A document of changes cannot be read; the message says which and why."""


@dataclass(frozen=True)
class StackError:
    """Why a stack could not be planned; the rest of what Terraform said is in the job's log."""

    summary: str
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class StackChanges:
    """What a plan found in one stack; `cloud` and `region` are empty where the environment does not know the stack."""

    name: str
    cloud: str
    region: str
    outcome: Outcome
    reason: str = ""
    counts: Counts = NO_CHANGES
    changes: tuple[ResourceChange, ...] = ()
    errors: tuple[StackError, ...] = ()

    @property
    def moves_traffic_only(self) -> bool:
        """Whether all that it changes is how much traffic goes where."""
        return self.outcome is Outcome.CHANGED and only_moves_traffic(self.changes)


@dataclass(frozen=True, kw_only=True)
class Changes:
    """What a plan, or a look for drift, found in the stacks of an environment."""

    environment: str
    action: Action
    stacks: tuple[StackChanges, ...] = field(default_factory=tuple)

    @classmethod
    def of(cls, environment: Environment, action: Action, results: Iterable[StackResult]) -> Changes:
        """Return what became of the stacks of a run."""
        places = _places(environment)
        stacks = tuple(_stack(result, *places.get(result.stack, ("", ""))) for result in results)
        return cls(environment=environment.name, action=action, stacks=stacks)

    @classmethod
    def parse(cls, text: str, *, source: str) -> Changes:
        """Read a document.

        Raises:
            ChangesError: it is not one, or of another version.

        """
        try:
            document = json.loads(text)
            version = document["version"]
            if version != VERSION:
                raise ChangesError(
                    f"{source} has version {version!r} of the schema, and {VERSION} is known; "
                    "make it and read it with the same Backstay"
                )
            return cls(
                environment=str(document["environment"]),
                action=Action(document["action"]),
                stacks=tuple(_parsed(stack) for stack in document["stacks"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ChangesError(
                f"{source} is no document of changes ({type(error).__name__}: {error}); "
                "`backstay plan ENV --changes` writes one"
            ) from error

    def as_json(self) -> dict[str, Any]:
        """Return the document."""
        return {
            "version": VERSION,
            "environment": self.environment,
            "action": str(self.action),
            "stacks": [_entry(stack) for stack in self.stacks],
        }

    def write(self, file: Path) -> None:
        """Write the document, and the folders that it lies in."""
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(self.as_json(), indent=2) + "\n", encoding="utf-8")


def merged(parts: Iterable[Changes]) -> Changes:
    """Return one document of what several jobs have found of one environment, its stacks in the order of their names.

    Raises:
        ChangesError: there is none, they are of different environments or actions, or two tell of one stack.

    """
    found = list(parts)
    kinds = {(part.environment, part.action) for part in found}
    if len(kinds) != 1:
        given = ", ".join(sorted(f"{action} of {environment}" for environment, action in kinds)) or "none"
        raise ChangesError(f"documents of one environment and one action are needed, got: {given}")
    stacks = sorted((stack for part in found for stack in part.stacks), key=lambda stack: stack.name)
    for first, second in pairwise(stacks):
        if first.name == second.name:
            raise ChangesError(f"two documents tell of the stack {first.name}; give each stack's once")
    ((environment, action),) = kinds
    return Changes(environment=environment, action=action, stacks=tuple(stacks))


def _places(environment: Environment) -> dict[str, tuple[str, str]]:
    """The cloud and the region of each stack that the environment can have."""
    places = {
        stack: (str(region.cloud), region.region)
        for region in environment.regions.values()
        for stack in stacks_in(environment, region)
    }
    return {environment.names.routing_stack(): (str(environment.service.zone.cloud), ""), **places}


def _stack(result: StackResult, cloud: str, region: str) -> StackChanges:
    return StackChanges(
        name=result.stack,
        cloud=cloud,
        region=region,
        outcome=result.outcome,
        reason=result.reason[:_LONGEST_ERROR],
        counts=result.counts,
        changes=result.changes,
        errors=tuple(StackError(error.summary[:_LONGEST_ERROR], error.address) for error in result.errors),
    )


def _entry(stack: StackChanges) -> dict[str, Any]:
    return {
        "name": stack.name,
        "cloud": stack.cloud,
        "region": stack.region,
        "outcome": str(stack.outcome),
        "reason": stack.reason,
        "counts": asdict(stack.counts),
        "changes": [
            {
                "address": change.address,
                "type": change.type,
                "action": str(change.action),
                "previous_address": change.previous_address or None,
                "renamed": change.is_renamed,
                "because": list(change.because),
                "shrinks": list(change.shrinks),
                "holds_data": change.type in HOLDS_DATA,
            }
            for change in stack.changes
        ],
        "errors": [asdict(error) for error in stack.errors],
        "moves_traffic_only": stack.moves_traffic_only,
    }


def _parsed(stack: Mapping[str, Any]) -> StackChanges:
    return StackChanges(
        name=str(stack["name"]),
        cloud=str(stack["cloud"]),
        region=str(stack["region"]),
        outcome=Outcome(stack["outcome"]),
        reason=str(stack["reason"]),
        counts=Counts(**{name: int(number) for name, number in stack["counts"].items()}),
        changes=tuple(
            ResourceChange(
                address=str(change["address"]),
                type=str(change["type"]),
                action=ChangeAction(change["action"]),
                previous_address=str(change["previous_address"] or ""),
                because=tuple(map(str, change["because"])),
                shrinks=tuple(map(str, change["shrinks"])),
                is_renamed=bool(change["renamed"]),
            )
            for change in stack["changes"]
        ),
        errors=tuple(StackError(str(error["summary"]), str(error["address"])) for error in stack["errors"]),
    )
