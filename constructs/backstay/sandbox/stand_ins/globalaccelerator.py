"""Global Accelerator: two fixed addresses in front of several regions."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from backstay.sandbox.stand_ins.routing import Service
from backstay.sandbox.stand_ins.state import State, Thing, Things, found, now, removed

if TYPE_CHECKING:
    from backstay.sandbox.stand_ins.routing import Call

SERVICE = Service("globalaccelerator", why="moto has nothing of it")

_NO_ACCELERATOR = "AcceleratorNotFoundException"
_NO_LISTENER = "ListenerNotFoundException"
_NO_GROUP = "EndpointGroupNotFoundException"

# Addresses that are reserved for documentation, so that nobody's traffic goes there.
_ADDRESSES = ["192.0.2.1", "198.51.100.1"]

_GROUP_SETTINGS = (
    "HealthCheckIntervalSeconds",
    "HealthCheckPath",
    "HealthCheckPort",
    "HealthCheckProtocol",
    "PortOverrides",
    "ThresholdCount",
    "TrafficDialPercentage",
)


@dataclass
class _Accelerators:
    accelerators: Things = field(default_factory=dict)
    attributes: Things = field(default_factory=dict)
    listeners: Things = field(default_factory=dict)
    groups: Things = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)


_STATE = State(_Accelerators, is_global=True)


@SERVICE.operation("CreateAccelerator")
def create_accelerator(call: Call) -> Thing:
    """Store an accelerator."""
    id_ = uuid.uuid4()
    arn = f"arn:aws:globalaccelerator::{call.account}:accelerator/{id_}"
    accelerator = {
        "AcceleratorArn": arn,
        "IpAddressType": "IPV4",
        "Enabled": True,
        **call.given("Name", "IpAddressType", "Enabled"),
        "IpSets": [{"IpFamily": "IPv4", "IpAddressFamily": "IPv4", "IpAddresses": _ADDRESSES}],
        "DnsName": f"a{id_.hex[:16]}.awsglobalaccelerator.com",
        "Status": "DEPLOYED",
        "CreatedTime": now(),
        "LastModifiedTime": now(),
    }
    state = _STATE.of(call)
    state.accelerators[arn] = accelerator
    state.attributes[arn] = {"FlowLogsEnabled": False}
    state.tags[arn] = {tag["Key"]: tag["Value"] for tag in call.parameters.get("Tags", [])}
    return {"Accelerator": accelerator}


@SERVICE.operation("DescribeAccelerator")
def describe_accelerator(call: Call) -> Thing:
    """Return an accelerator."""
    return {"Accelerator": found(_STATE.of(call).accelerators, call["AcceleratorArn"], code=_NO_ACCELERATOR)}


@SERVICE.operation("ListAccelerators")
def list_accelerators(call: Call) -> Thing:
    """Every accelerator of the account."""
    return {"Accelerators": list(_STATE.of(call).accelerators.values())}


@SERVICE.operation("UpdateAccelerator")
def update_accelerator(call: Call) -> Thing:
    """Change what the caller names."""
    accelerator = found(_STATE.of(call).accelerators, call["AcceleratorArn"], code=_NO_ACCELERATOR)
    accelerator |= call.given("Name", "IpAddressType", "Enabled") | {"LastModifiedTime": now()}
    return {"Accelerator": accelerator}


@SERVICE.operation("DeleteAccelerator")
def delete_accelerator(call: Call) -> Thing:
    """Forget an accelerator."""
    state = _STATE.of(call)
    removed(state.accelerators, call["AcceleratorArn"], code=_NO_ACCELERATOR)
    del state.attributes[call["AcceleratorArn"]], state.tags[call["AcceleratorArn"]]
    return {}


@SERVICE.operation("DescribeAcceleratorAttributes")
def describe_accelerator_attributes(call: Call) -> Thing:
    """Return where an accelerator's flow logs go."""
    attributes = found(_STATE.of(call).attributes, call["AcceleratorArn"], code=_NO_ACCELERATOR)
    return {"AcceleratorAttributes": attributes}


@SERVICE.operation("UpdateAcceleratorAttributes")
def update_accelerator_attributes(call: Call) -> Thing:
    """Change where an accelerator's flow logs go."""
    attributes = found(_STATE.of(call).attributes, call["AcceleratorArn"], code=_NO_ACCELERATOR)
    attributes |= call.given("FlowLogsEnabled", "FlowLogsS3Bucket", "FlowLogsS3Prefix")
    return {"AcceleratorAttributes": attributes}


@SERVICE.operation("CreateListener")
def create_listener(call: Call) -> Thing:
    """Store on which ports an accelerator listens."""
    found(_STATE.of(call).accelerators, call["AcceleratorArn"], code=_NO_ACCELERATOR)
    listener = {
        "ListenerArn": f"{call['AcceleratorArn']}/listener/{uuid.uuid4().hex[:8]}",
        "Protocol": "TCP",
        "ClientAffinity": "NONE",
        **call.given("PortRanges", "Protocol", "ClientAffinity"),
    }
    _STATE.of(call).listeners[listener["ListenerArn"]] = listener
    return {"Listener": listener}


@SERVICE.operation("DescribeListener")
def describe_listener(call: Call) -> Thing:
    """Return a listener."""
    return {"Listener": found(_STATE.of(call).listeners, call["ListenerArn"], code=_NO_LISTENER)}


@SERVICE.operation("UpdateListener")
def update_listener(call: Call) -> Thing:
    """Change what the caller names."""
    listener = found(_STATE.of(call).listeners, call["ListenerArn"], code=_NO_LISTENER)
    listener |= call.given("PortRanges", "Protocol", "ClientAffinity")
    return {"Listener": listener}


@SERVICE.operation("DeleteListener")
def delete_listener(call: Call) -> Thing:
    """Forget a listener."""
    removed(_STATE.of(call).listeners, call["ListenerArn"], code=_NO_LISTENER)
    return {}


@SERVICE.operation("CreateEndpointGroup")
def create_endpoint_group(call: Call) -> Thing:
    """Store what a listener sends to one region."""
    found(_STATE.of(call).listeners, call["ListenerArn"], code=_NO_LISTENER)
    group = {
        "EndpointGroupArn": f"{call['ListenerArn']}/endpoint-group/{uuid.uuid4().hex[:12]}",
        "EndpointGroupRegion": call["EndpointGroupRegion"],
        "EndpointDescriptions": _endpoints(call),
        "TrafficDialPercentage": 100.0,
        "HealthCheckPort": 443,
        "HealthCheckProtocol": "TCP",
        "HealthCheckIntervalSeconds": 30,
        "ThresholdCount": 3,
        "PortOverrides": [],
        **call.given(*_GROUP_SETTINGS),
    }
    _STATE.of(call).groups[group["EndpointGroupArn"]] = group
    return {"EndpointGroup": group}


def _endpoints(call: Call) -> list[Thing]:
    return [
        {"Weight": 128, "ClientIPPreservationEnabled": False, "HealthState": "HEALTHY", **endpoint}
        for endpoint in call.parameters.get("EndpointConfigurations", [])
    ]


@SERVICE.operation("DescribeEndpointGroup")
def describe_endpoint_group(call: Call) -> Thing:
    """Return an endpoint group."""
    return {"EndpointGroup": found(_STATE.of(call).groups, call["EndpointGroupArn"], code=_NO_GROUP)}


@SERVICE.operation("ListEndpointGroups")
def list_endpoint_groups(call: Call) -> Thing:
    """The endpoint groups of a listener."""
    groups = _STATE.of(call).groups.values()
    return {"EndpointGroups": [g for g in groups if g["EndpointGroupArn"].startswith(f"{call['ListenerArn']}/")]}


@SERVICE.operation("UpdateEndpointGroup")
def update_endpoint_group(call: Call) -> Thing:
    """Change what the caller names: the dial of a region's traffic, above all."""
    group = found(_STATE.of(call).groups, call["EndpointGroupArn"], code=_NO_GROUP)
    group |= call.given(*_GROUP_SETTINGS)
    if "EndpointConfigurations" in call.parameters:
        group["EndpointDescriptions"] = _endpoints(call)
    return {"EndpointGroup": group}


@SERVICE.operation("DeleteEndpointGroup")
def delete_endpoint_group(call: Call) -> Thing:
    """Forget an endpoint group."""
    removed(_STATE.of(call).groups, call["EndpointGroupArn"], code=_NO_GROUP)
    return {}


@SERVICE.operation("ListCrossAccountResources")
def list_cross_account_resources(_call: Call) -> Thing:
    """What other accounts let this one send requests to: nothing, as accounts here share nothing."""
    return {"CrossAccountResources": []}


@SERVICE.operation("TagResource")
def tag_resource(call: Call) -> Thing:
    """Add or change tags."""
    tags = found(_STATE.of(call).tags, call["ResourceArn"], code=_NO_ACCELERATOR)
    tags |= {tag["Key"]: tag["Value"] for tag in call["Tags"]}
    return {}


@SERVICE.operation("UntagResource")
def untag_resource(call: Call) -> Thing:
    """Take tags away."""
    for key in call["TagKeys"]:
        found(_STATE.of(call).tags, call["ResourceArn"], code=_NO_ACCELERATOR).pop(key, None)
    return {}


@SERVICE.operation("ListTagsForResource")
def list_tags_for_resource(call: Call) -> Thing:
    """The tags of an accelerator."""
    tags = found(_STATE.of(call).tags, call["ResourceArn"], code=_NO_ACCELERATOR)
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}
