"""The cluster of routing controls, which any of its five regions answers for: the switch itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backstay.sandbox.stand_ins.routing import Service
from backstay.sandbox.stand_ins.routing_controls.store import STATE, switch
from backstay.sandbox.stand_ins.state import Thing, found

if TYPE_CHECKING:
    from backstay.sandbox.stand_ins.routing import Call

SERVICE = Service("route53-recovery-cluster", why="moto has nothing of it")


@SERVICE.operation("GetRoutingControlState")
def get_routing_control_state(call: Call) -> Thing:
    """Whether a routing control is on."""
    control = found(STATE.of(call).controls, call["RoutingControlArn"])
    return {
        "RoutingControlArn": control["RoutingControlArn"],
        "RoutingControlName": control["Name"],
        "RoutingControlState": STATE.of(call).switches[control["RoutingControlArn"]],
    }


@SERVICE.operation("ListRoutingControls")
def list_routing_controls(call: Call) -> Thing:
    """The routing controls of a control panel, or all, and whether they are on."""
    state, panel = STATE.of(call), call.parameters.get("ControlPanelArn")
    return {
        "RoutingControls": [
            {
                "ControlPanelArn": control["ControlPanelArn"],
                "RoutingControlArn": arn,
                "RoutingControlName": control["Name"],
                "RoutingControlState": state.switches[arn],
            }
            for arn, control in state.controls.items()
            if panel in (None, control["ControlPanelArn"])
        ]
    }


@SERVICE.operation("UpdateRoutingControlState")
def update_routing_control_state(call: Call) -> Thing:
    """Switch one routing control."""
    found(STATE.of(call).controls, call["RoutingControlArn"])
    wanted = {call["RoutingControlArn"]: call["RoutingControlState"]}
    switch(STATE.of(call), wanted, overridden=call.parameters.get("SafetyRulesToOverride", []))
    return {}


@SERVICE.operation("UpdateRoutingControlStates")
def update_routing_control_states(call: Call) -> Thing:
    """Switch several routing controls, all or none."""
    entries = call["UpdateRoutingControlStateEntries"]
    for entry in entries:
        found(STATE.of(call).controls, entry["RoutingControlArn"])
    wanted = {entry["RoutingControlArn"]: entry["RoutingControlState"] for entry in entries}
    switch(STATE.of(call), wanted, overridden=call.parameters.get("SafetyRulesToOverride", []))
    return {}
