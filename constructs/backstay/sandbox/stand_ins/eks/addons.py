"""Add-ons of a cluster."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from backstay.sandbox.stand_ins.eks.store import SERVICE, added, arn, extras, update
from backstay.sandbox.stand_ins.state import Thing, found, removed

if TYPE_CHECKING:
    from backstay.sandbox.stand_ins.routing import Call

_ONLY_VERSION = "v1.0.0-eksbuild.1"


@SERVICE.operation("DescribeAddonVersions")
def describe_addon_versions(call: Call) -> Thing:
    """One version of every add-on, for every cluster."""
    compatibility = {
        "clusterVersion": call.parameters.get("kubernetesVersion", "*"),
        "platformVersions": ["*"],
        "defaultVersion": True,
    }
    version = {
        "addonVersion": _ONLY_VERSION,
        "architecture": ["amd64", "arm64"],
        "compatibilities": [compatibility],
    }
    name = call.parameters.get("addonName", "vpc-cni")
    return {"addons": [{"addonName": name, "type": "networking", "addonVersions": [version]}]}


@SERVICE.operation("CreateAddon")
def create_addon(call: Call) -> Thing:
    """Store an add-on; without a version it gets the only one there is."""
    name = call["addonName"]
    addon = {
        "addonName": name,
        "clusterName": call["clusterName"],
        "status": "ACTIVE",
        "addonVersion": _ONLY_VERSION,
        "health": {"issues": []},
        "addonArn": arn(call, "addon", call["clusterName"], name, str(uuid.uuid4())),
        "tags": {},
        **call.given("addonVersion", "serviceAccountRoleArn", "configurationValues", "tags"),
    }
    return {"addon": added(extras(call).addons, name, addon)}


@SERVICE.operation("DescribeAddon")
def describe_addon(call: Call) -> Thing:
    """Return a stored add-on."""
    return {"addon": found(extras(call).addons, call["addonName"])}


@SERVICE.operation("ListAddons")
def list_addons(call: Call) -> Thing:
    """The names of a cluster's add-ons."""
    return {"addons": sorted(extras(call).addons)}


@SERVICE.operation("UpdateAddon")
def update_addon(call: Call) -> Thing:
    """Change what the caller names."""
    addon = found(extras(call).addons, call["addonName"])
    addon |= call.given("addonVersion", "serviceAccountRoleArn", "configurationValues")
    return {"update": update("AddonUpdate")}


@SERVICE.operation("DeleteAddon")
def delete_addon(call: Call) -> Thing:
    """Forget an add-on."""
    addon = removed(extras(call).addons, call["addonName"])
    return {"addon": addon | {"status": "DELETING"}}
