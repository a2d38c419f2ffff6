"""Who may use a cluster, and with which policies."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from backstay.sandbox.stand_ins.eks.store import SERVICE, added, arn, extras
from backstay.sandbox.stand_ins.state import Thing, found, now, removed

if TYPE_CHECKING:
    from backstay.sandbox.stand_ins.routing import Call


@SERVICE.operation("CreateAccessEntry")
def create_access_entry(call: Call) -> Thing:
    """Store who may use the cluster."""
    principal = call["principalArn"]
    kind, _, name = principal.partition(":")[2].rpartition(":")[2].partition("/")
    entry = {
        "clusterName": call["clusterName"],
        "principalArn": principal,
        "kubernetesGroups": [],
        "accessEntryArn": arn(call, "access-entry", call["clusterName"], kind, call.account, name, str(uuid.uuid4())),
        "username": principal,
        "type": "STANDARD",
        "tags": {},
        **call.given("kubernetesGroups", "username", "type", "tags"),
    }
    return {"accessEntry": added(extras(call).entries, principal, entry)}


@SERVICE.operation("DescribeAccessEntry")
def describe_access_entry(call: Call) -> Thing:
    """Return a stored access entry."""
    return {"accessEntry": found(extras(call).entries, call["principalArn"])}


@SERVICE.operation("ListAccessEntries")
def list_access_entries(call: Call) -> Thing:
    """Everyone who may use the cluster."""
    return {"accessEntries": sorted(extras(call).entries)}


@SERVICE.operation("UpdateAccessEntry")
def update_access_entry(call: Call) -> Thing:
    """Change groups or user name."""
    entry = found(extras(call).entries, call["principalArn"])
    entry |= call.given("kubernetesGroups", "username")
    return {"accessEntry": entry}


@SERVICE.operation("DeleteAccessEntry")
def delete_access_entry(call: Call) -> Thing:
    """Forget an access entry and its policies."""
    removed(extras(call).entries, call["principalArn"])
    extras(call).policies.pop(call["principalArn"], None)
    return {}


@SERVICE.operation("AssociateAccessPolicy")
def associate_access_policy(call: Call) -> Thing:
    """Give an access entry a policy."""
    found(extras(call).entries, call["principalArn"])
    policy = {
        **call.given("policyArn", "accessScope"),
        "associatedAt": now(),
        "modifiedAt": now(),
    }
    extras(call).policies.setdefault(call["principalArn"], {})[call["policyArn"]] = policy
    return {**call.given("clusterName", "principalArn"), "associatedAccessPolicy": policy}


@SERVICE.operation("ListAssociatedAccessPolicies")
def list_associated_access_policies(call: Call) -> Thing:
    """The policies of an access entry."""
    found(extras(call).entries, call["principalArn"])
    policies = extras(call).policies.get(call["principalArn"], {})
    return {
        **call.given("clusterName", "principalArn"),
        "associatedAccessPolicies": list(policies.values()),
    }


@SERVICE.operation("DisassociateAccessPolicy")
def disassociate_access_policy(call: Call) -> Thing:
    """Take a policy from an access entry."""
    removed(extras(call).policies.get(call["principalArn"], {}), call["policyArn"])
    return {}
