"""Application Recovery Controller: clusters, control panels, routing controls and safety rules."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from backstay.sandbox.api_error import ApiError
from backstay.sandbox.stand_ins.routing import Service
from backstay.sandbox.stand_ins.routing_controls.store import STATE
from backstay.sandbox.stand_ins.state import Thing, found, removed

if TYPE_CHECKING:
    from backstay.sandbox.stand_ins.routing import Call

SERVICE = Service("route53-recovery-control-config", why="moto has nothing of it")

# Where AWS places the five endpoints of a cluster.
# Source: Amazon Application Recovery Controller developer guide, "Clusters".
_ENDPOINT_REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "ap-northeast-1", "ap-southeast-2")


def _arn(call: Call, kind: str) -> str:
    return f"arn:aws:route53-recovery-control::{call.account}:{kind}/{uuid.uuid4().hex}"


@SERVICE.operation("CreateCluster")
def create_cluster(call: Call) -> Thing:
    """Store a cluster, and the control panel that each has from the beginning."""
    arn = _arn(call, "cluster")
    cluster = {
        "ClusterArn": arn,
        "Name": call["ClusterName"],
        "Status": "DEPLOYED",
        "NetworkType": call.parameters.get("NetworkType", "IPV4"),
        "ClusterEndpoints": [
            {
                "Endpoint": f"https://{uuid.uuid4().hex[:8]}.route53-recovery-cluster.{region}.amazonaws.com/v1",
                "Region": region,
            }
            for region in _ENDPOINT_REGIONS
        ],
    }
    STATE.of(call).clusters[arn] = cluster
    _add_panel(call, arn, "DefaultControlPanel", is_default=True)
    STATE.of(call).tags[arn] = dict(call.parameters.get("Tags", {}))
    return {"Cluster": cluster}


def _endpoint(region: str) -> str:
    return f"https://{uuid.uuid4().hex[:8]}.route53-recovery-cluster.{region}.amazonaws.com/v1"


@SERVICE.operation("DescribeCluster")
def describe_cluster(call: Call) -> Thing:
    """Return a cluster."""
    return {"Cluster": found(STATE.of(call).clusters, call["ClusterArn"])}


@SERVICE.operation("ListClusters")
def list_clusters(call: Call) -> Thing:
    """Every cluster of the account."""
    return {"Clusters": list(STATE.of(call).clusters.values())}


@SERVICE.operation("DeleteCluster")
def delete_cluster(call: Call) -> Thing:
    """Forget a cluster and its first control panel."""
    state = STATE.of(call)
    removed(state.clusters, call["ClusterArn"])
    for arn in [arn for arn, panel in state.panels.items() if panel["ClusterArn"] == call["ClusterArn"]]:
        del state.panels[arn]
    return {}


def _add_panel(call: Call, cluster: str, name: str, *, is_default: bool = False) -> Thing:
    panel = {
        "ControlPanelArn": _arn(call, "controlpanel"),
        "ClusterArn": cluster,
        "Name": name,
        "DefaultControlPanel": is_default,
        "RoutingControlCount": 0,
        "Status": "DEPLOYED",
    }
    STATE.of(call).panels[panel["ControlPanelArn"]] = panel
    return panel


@SERVICE.operation("CreateControlPanel")
def create_control_panel(call: Call) -> Thing:
    """Store a control panel."""
    found(STATE.of(call).clusters, call["ClusterArn"])
    panel = _add_panel(call, call["ClusterArn"], call["ControlPanelName"])
    STATE.of(call).tags[panel["ControlPanelArn"]] = dict(call.parameters.get("Tags", {}))
    return {"ControlPanel": panel}


@SERVICE.operation("DescribeControlPanel")
def describe_control_panel(call: Call) -> Thing:
    """Return a control panel."""
    return {"ControlPanel": found(STATE.of(call).panels, call["ControlPanelArn"])}


@SERVICE.operation("ListControlPanels")
def list_control_panels(call: Call) -> Thing:
    """The control panels of a cluster, or all."""
    cluster = call.parameters.get("ClusterArn")
    panels = STATE.of(call).panels.values()
    return {"ControlPanels": [panel for panel in panels if cluster in (None, panel["ClusterArn"])]}


@SERVICE.operation("UpdateControlPanel")
def update_control_panel(call: Call) -> Thing:
    """Rename a control panel."""
    panel = found(STATE.of(call).panels, call["ControlPanelArn"])
    panel["Name"] = call["ControlPanelName"]
    return {"ControlPanel": panel}


@SERVICE.operation("DeleteControlPanel")
def delete_control_panel(call: Call) -> Thing:
    """Forget a control panel."""
    removed(STATE.of(call).panels, call["ControlPanelArn"])
    return {}


@SERVICE.operation("CreateRoutingControl")
def create_routing_control(call: Call) -> Thing:
    """Store a routing control, switched off."""
    state = STATE.of(call)
    panel = call.parameters.get("ControlPanelArn") or _default_panel(call)
    arn = f"{panel}/routingcontrol/{uuid.uuid4().hex[:16]}"
    control = {
        "RoutingControlArn": arn,
        "ControlPanelArn": found(state.panels, panel)["ControlPanelArn"],
        "Name": call["RoutingControlName"],
        "Status": "DEPLOYED",
    }
    state.controls[arn] = control
    state.switches[arn] = "Off"
    state.panels[panel]["RoutingControlCount"] += 1
    return {"RoutingControl": control}


def _default_panel(call: Call) -> str:
    for arn, panel in STATE.of(call).panels.items():
        if panel["DefaultControlPanel"] and panel["ClusterArn"] == call["ClusterArn"]:
            return arn
    raise ApiError("404 Not Found", "ResourceNotFoundException", f"Not found: {call['ClusterArn']}")


@SERVICE.operation("DescribeRoutingControl")
def describe_routing_control(call: Call) -> Thing:
    """Return a routing control."""
    return {"RoutingControl": found(STATE.of(call).controls, call["RoutingControlArn"])}


@SERVICE.operation("UpdateRoutingControl")
def update_routing_control(call: Call) -> Thing:
    """Rename a routing control."""
    control = found(STATE.of(call).controls, call["RoutingControlArn"])
    control["Name"] = call["RoutingControlName"]
    return {"RoutingControl": control}


@SERVICE.operation("DeleteRoutingControl")
def delete_routing_control(call: Call) -> Thing:
    """Forget a routing control."""
    state = STATE.of(call)
    control = removed(state.controls, call["RoutingControlArn"])
    del state.switches[call["RoutingControlArn"]]
    state.panels[control["ControlPanelArn"]]["RoutingControlCount"] -= 1
    return {}


@SERVICE.operation("CreateSafetyRule")
def create_safety_rule(call: Call) -> Thing:
    """Store a rule about which controls may be switched."""
    ((kind, given),) = call.given("AssertionRule", "GatingRule").items()
    panel = found(STATE.of(call).panels, given["ControlPanelArn"])["ControlPanelArn"]
    arn = f"{panel}/safetyrule/{uuid.uuid4().hex[:16]}"
    rule = {kind: {**given, "SafetyRuleArn": arn, "Status": "DEPLOYED"}}
    STATE.of(call).rules[arn] = rule
    STATE.of(call).tags[arn] = dict(call.parameters.get("Tags", {}))
    return rule


@SERVICE.operation("DescribeSafetyRule")
def describe_safety_rule(call: Call) -> Thing:
    """Return a safety rule."""
    return found(STATE.of(call).rules, call["SafetyRuleArn"])


@SERVICE.operation("UpdateSafetyRule")
def update_safety_rule(call: Call) -> Thing:
    """Change the name or the waiting time of a safety rule."""
    ((kind, changes),) = call.given("AssertionRuleUpdate", "GatingRuleUpdate").items()
    rule = found(STATE.of(call).rules, changes["SafetyRuleArn"])
    rule[kind.removesuffix("Update")] |= changes
    return rule


@SERVICE.operation("DeleteSafetyRule")
def delete_safety_rule(call: Call) -> Thing:
    """Forget a safety rule."""
    removed(STATE.of(call).rules, call["SafetyRuleArn"])
    return {}


@SERVICE.operation("TagResource")
def tag_resource(call: Call) -> Thing:
    """Add or change tags."""
    STATE.of(call).tags.setdefault(call["ResourceArn"], {}).update(call["Tags"])
    return {}


@SERVICE.operation("UntagResource")
def untag_resource(call: Call) -> Thing:
    """Take tags away."""
    for key in call["TagKeys"]:
        STATE.of(call).tags.get(call["ResourceArn"], {}).pop(key, None)
    return {}


@SERVICE.operation("ListTagsForResource")
def list_tags_for_resource(call: Call) -> Thing:
    """The tags of one resource."""
    return {"Tags": STATE.of(call).tags.get(call["ResourceArn"], {})}
