"""What the two services of routing controls share: one configures them, the other switches them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from backstay.sandbox.api_error import ApiError
from backstay.sandbox.stand_ins.state import State, Thing, Things

Switch = Literal["On", "Off"]


@dataclass
class Controls:
    """The routing controls of an account, by ARN, and what they belong to."""

    clusters: Things = field(default_factory=dict)
    panels: Things = field(default_factory=dict)
    controls: Things = field(default_factory=dict)
    rules: Things = field(default_factory=dict)
    """Safety rules, each under the one key that says its kind: AssertionRule or GatingRule."""
    switches: dict[str, Switch] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)


STATE = State(Controls, is_global=True)


def switch(state: Controls, wanted: dict[str, Switch], *, overridden: list[str]) -> None:
    """Switch routing controls, all or none.

    Raises ApiError when a safety rule that is not overridden forbids it.
    """
    after = state.switches | wanted
    for arn, rule in state.rules.items():
        assertion = rule.get("AssertionRule")
        if assertion is None or arn in overridden or not wanted.keys() & set(assertion["AssertedControls"]):
            continue
        on = [after.get(control) == "On" for control in assertion["AssertedControls"]]
        if not _holds(assertion["RuleConfig"], on):
            message = f"the safety rule {assertion['Name']!r} forbids this"
            raise ApiError("409 Conflict", "ConflictException", message)
    state.switches |= wanted


def _holds(config: Thing, on: list[bool]) -> bool:
    match config["Type"]:
        case "AND":
            holds = all(on)
        case "OR":
            holds = any(on)
        case _:
            holds = sum(on) >= config["Threshold"]
    return holds is not config["Inverted"]
