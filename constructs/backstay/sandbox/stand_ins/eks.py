"""Elastic Kubernetes Service: add-ons, access entries, Pod Identity and the record of updates."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from backstay.sandbox.stand_ins.routing import ApiError, Call, NotStoodInError, Service

SERVICE = Service("eks", why="moto has no add-ons, access entries, Pod Identity or update records")


@dataclass
class _Extras:
    """What hangs on one cluster, and goes with it."""

    addons: dict[str, dict[str, Any]] = field(default_factory=dict)
    entries: dict[str, dict[str, Any]] = field(default_factory=dict)
    policies: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    identities: dict[str, dict[str, Any]] = field(default_factory=dict)


_extras: WeakKeyDictionary[Any, _Extras] = WeakKeyDictionary()


def _clusters(call: Call) -> dict[str, Any]:
    from moto.eks.models import eks_backends

    return eks_backends[call.account][call.region].clusters


def _of(call: Call, parameter: str = "clusterName") -> _Extras:
    cluster = _clusters(call).get(call[parameter])
    if cluster is None:
        raise ApiError("ResourceNotFoundException", f"No cluster found for name: {call[parameter]}.", status=404)
    return _extras.setdefault(cluster, _Extras())


def _found(things: dict[str, dict[str, Any]], key: str, kind: str) -> dict[str, Any]:
    if key not in things:
        raise ApiError("ResourceNotFoundException", f"No {kind} found: {key}", status=404)
    return things[key]


def _added(things: dict[str, dict[str, Any]], key: str, kind: str, thing: dict[str, Any]) -> dict[str, Any]:
    if key in things:
        raise ApiError("ResourceInUseException", f"{kind} already exists: {key}", status=409)
    things[key] = thing | {"createdAt": time.time(), "modifiedAt": time.time()}
    return things[key]


def _arn(call: Call, kind: str, *parts: str) -> str:
    return f"arn:aws:eks:{call.region}:{call.account}:{kind}/" + "/".join(parts)


def _update(kind: str) -> dict[str, Any]:
    return {
        "id": str(uuid.uuid4()),
        "status": "Successful",
        "type": kind,
        "params": [],
        "errors": [],
        "createdAt": time.time(),
    }


@SERVICE.operation("DescribeUpdate")
def describe_update(call: Call) -> dict[str, Any]:
    """Every update has succeeded by the time anyone asks."""
    return {"update": _update("ConfigUpdate") | {"id": call["updateId"]}}


@SERVICE.operation("CreateAddon")
def create_addon(call: Call) -> dict[str, Any]:
    """Store an add-on; without a version it gets the only one there is."""
    name = call["addonName"]
    addon = {
        "addonName": name,
        "clusterName": call["clusterName"],
        "status": "ACTIVE",
        "addonVersion": _ADDON_VERSION,
        "health": {"issues": []},
        "addonArn": _arn(call, "addon", call["clusterName"], name, str(uuid.uuid4())),
        "tags": {},
        **call.given("addonVersion", "serviceAccountRoleArn", "configurationValues", "tags"),
    }
    return {"addon": _added(_of(call).addons, name, "Addon", addon)}


_ADDON_VERSION = "v1.0.0-eksbuild.1"


@SERVICE.operation("DescribeAddonVersions")
def describe_addon_versions(call: Call) -> dict[str, Any]:
    """One version of every add-on, compatible with every cluster."""
    compatibility = {
        "clusterVersion": call.parameters.get("kubernetesVersion", "*"),
        "platformVersions": ["*"],
        "defaultVersion": True,
    }
    version = {
        "addonVersion": _ADDON_VERSION,
        "architecture": ["amd64", "arm64"],
        "compatibilities": [compatibility],
    }
    name = call.parameters.get("addonName", "vpc-cni")
    return {"addons": [{"addonName": name, "type": "networking", "addonVersions": [version]}]}


@SERVICE.operation("DescribeAddon")
def describe_addon(call: Call) -> dict[str, Any]:
    """Return a stored add-on."""
    return {"addon": _found(_of(call).addons, call["addonName"], "addon")}


@SERVICE.operation("ListAddons")
def list_addons(call: Call) -> dict[str, Any]:
    """The names of a cluster's add-ons."""
    return {"addons": sorted(_of(call).addons)}


@SERVICE.operation("UpdateAddon")
def update_addon(call: Call) -> dict[str, Any]:
    """Change what the caller names."""
    addon = _found(_of(call).addons, call["addonName"], "addon")
    addon |= call.given("addonVersion", "serviceAccountRoleArn", "configurationValues")
    return {"update": _update("AddonUpdate")}


@SERVICE.operation("DeleteAddon")
def delete_addon(call: Call) -> dict[str, Any]:
    """Forget an add-on."""
    addon = _found(_of(call).addons, call["addonName"], "addon")
    del _of(call).addons[call["addonName"]]
    return {"addon": addon | {"status": "DELETING"}}


@SERVICE.operation("CreateAccessEntry")
def create_access_entry(call: Call) -> dict[str, Any]:
    """Store who may use the cluster."""
    principal = call["principalArn"]
    kind, _, name = principal.partition(":")[2].rpartition(":")[2].partition("/")
    entry = {
        "clusterName": call["clusterName"],
        "principalArn": principal,
        "kubernetesGroups": [],
        "accessEntryArn": _arn(call, "access-entry", call["clusterName"], kind, call.account, name, str(uuid.uuid4())),
        "username": principal,
        "type": "STANDARD",
        "tags": {},
        **call.given("kubernetesGroups", "username", "type", "tags"),
    }
    return {"accessEntry": _added(_of(call).entries, principal, "Access entry", entry)}


@SERVICE.operation("DescribeAccessEntry")
def describe_access_entry(call: Call) -> dict[str, Any]:
    """Return a stored access entry."""
    return {"accessEntry": _found(_of(call).entries, call["principalArn"], "access entry")}


@SERVICE.operation("ListAccessEntries")
def list_access_entries(call: Call) -> dict[str, Any]:
    """Everyone who may use the cluster."""
    return {"accessEntries": sorted(_of(call).entries)}


@SERVICE.operation("UpdateAccessEntry")
def update_access_entry(call: Call) -> dict[str, Any]:
    """Change groups or user name."""
    entry = _found(_of(call).entries, call["principalArn"], "access entry")
    entry |= call.given("kubernetesGroups", "username")
    return {"accessEntry": entry}


@SERVICE.operation("DeleteAccessEntry")
def delete_access_entry(call: Call) -> dict[str, Any]:
    """Forget an access entry and its policies."""
    _found(_of(call).entries, call["principalArn"], "access entry")
    del _of(call).entries[call["principalArn"]]
    _of(call).policies.pop(call["principalArn"], None)
    return {}


@SERVICE.operation("AssociateAccessPolicy")
def associate_access_policy(call: Call) -> dict[str, Any]:
    """Give an access entry a policy."""
    _found(_of(call).entries, call["principalArn"], "access entry")
    policy = {
        **call.given("policyArn", "accessScope"),
        "associatedAt": time.time(),
        "modifiedAt": time.time(),
    }
    _of(call).policies.setdefault(call["principalArn"], {})[call["policyArn"]] = policy
    return {**call.given("clusterName", "principalArn"), "associatedAccessPolicy": policy}


@SERVICE.operation("ListAssociatedAccessPolicies")
def list_associated_access_policies(call: Call) -> dict[str, Any]:
    """The policies of an access entry."""
    _found(_of(call).entries, call["principalArn"], "access entry")
    policies = _of(call).policies.get(call["principalArn"], {})
    return {
        **call.given("clusterName", "principalArn"),
        "associatedAccessPolicies": list(policies.values()),
    }


@SERVICE.operation("DisassociateAccessPolicy")
def disassociate_access_policy(call: Call) -> dict[str, Any]:
    """Take a policy from an access entry."""
    policies = _of(call).policies.get(call["principalArn"], {})
    _found(policies, call["policyArn"], "associated policy")
    del policies[call["policyArn"]]
    return {}


@SERVICE.operation("CreatePodIdentityAssociation")
def create_pod_identity_association(call: Call) -> dict[str, Any]:
    """Store which role a service account has."""
    of = _of(call).identities
    pair = call.given("namespace", "serviceAccount")
    if any(known.items() >= pair.items() for known in of.values()):
        raise ApiError("ResourceInUseException", f"Association already exists: {pair}", status=409)
    id_ = "a-" + uuid.uuid4().hex[:17]
    association = {
        **call.given("clusterName", "roleArn", "targetRoleArn", "disableSessionTags"),
        **pair,
        "associationArn": _arn(call, "podidentityassociation", call["clusterName"], id_),
        "associationId": id_,
        "tags": call.parameters.get("tags", {}),
    }
    return {"association": _added(of, id_, "Association", association)}


@SERVICE.operation("DescribePodIdentityAssociation")
def describe_pod_identity_association(call: Call) -> dict[str, Any]:
    """Return a stored association."""
    return {"association": _found(_of(call).identities, call["associationId"], "association")}


@SERVICE.operation("ListPodIdentityAssociations")
def list_pod_identity_associations(call: Call) -> dict[str, Any]:
    """The associations of a cluster."""
    return {"associations": list(_of(call).identities.values())}


@SERVICE.operation("UpdatePodIdentityAssociation")
def update_pod_identity_association(call: Call) -> dict[str, Any]:
    """Give a service account another role."""
    association = _found(_of(call).identities, call["associationId"], "association")
    association |= call.given("roleArn", "targetRoleArn", "disableSessionTags")
    return {"association": association}


@SERVICE.operation("DeletePodIdentityAssociation")
def delete_pod_identity_association(call: Call) -> dict[str, Any]:
    """Forget an association."""
    association = _found(_of(call).identities, call["associationId"], "association")
    del _of(call).identities[call["associationId"]]
    return {"association": association}


@SERVICE.operation("TagResource")
def tag_resource(call: Call) -> dict[str, Any]:
    """Tag what is stood in for."""
    _tagged(call)["tags"] |= call["tags"]
    return {}


@SERVICE.operation("UntagResource")
def untag_resource(call: Call) -> dict[str, Any]:
    """Untag what is stood in for."""
    for key in call["tagKeys"]:
        _tagged(call)["tags"].pop(key, None)
    return {}


@SERVICE.operation("ListTagsForResource")
def list_tags_for_resource(call: Call) -> dict[str, Any]:
    """The tags of what is stood in for."""
    return {"tags": _tagged(call)["tags"]}


def _tagged(call: Call) -> dict[str, Any]:
    for cluster in _clusters(call).values():
        extras = _extras.get(cluster, _Extras())
        for things in (extras.addons, extras.entries, extras.identities):
            for thing in things.values():
                if call["resourceArn"] in thing.values():
                    return thing
    raise NotStoodInError
