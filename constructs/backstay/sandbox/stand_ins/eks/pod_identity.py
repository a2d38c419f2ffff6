"""Which role a service account of a cluster has."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from backstay.sandbox.stand_ins.eks.store import SERVICE, added, arn, extras, in_use
from backstay.sandbox.stand_ins.state import Thing, found, removed

if TYPE_CHECKING:
    from backstay.sandbox.stand_ins.routing import Call


@SERVICE.operation("CreatePodIdentityAssociation")
def create_pod_identity_association(call: Call) -> Thing:
    """Store which role a service account has."""
    of = extras(call).identities
    pair = call.given("namespace", "serviceAccount")
    if any(known.items() >= pair.items() for known in of.values()):
        raise in_use(f"Association already exists: {pair}")
    id_ = "a-" + uuid.uuid4().hex[:17]
    association = {
        **call.given("clusterName", "roleArn", "targetRoleArn", "disableSessionTags"),
        **pair,
        "associationArn": arn(call, "podidentityassociation", call["clusterName"], id_),
        "associationId": id_,
        "tags": call.parameters.get("tags", {}),
    }
    return {"association": added(of, id_, association)}


@SERVICE.operation("DescribePodIdentityAssociation")
def describe_pod_identity_association(call: Call) -> Thing:
    """Return a stored association."""
    return {"association": found(extras(call).identities, call["associationId"])}


@SERVICE.operation("ListPodIdentityAssociations")
def list_pod_identity_associations(call: Call) -> Thing:
    """The associations of a cluster."""
    return {"associations": list(extras(call).identities.values())}


@SERVICE.operation("UpdatePodIdentityAssociation")
def update_pod_identity_association(call: Call) -> Thing:
    """Give a service account another role."""
    association = found(extras(call).identities, call["associationId"])
    association |= call.given("roleArn", "targetRoleArn", "disableSessionTags")
    return {"association": association}


@SERVICE.operation("DeletePodIdentityAssociation")
def delete_pod_identity_association(call: Call) -> Thing:
    """Forget an association."""
    association = removed(extras(call).identities, call["associationId"])
    return {"association": association}
