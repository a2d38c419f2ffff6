"""Tags of what is stood in for, and of node groups, which moto cannot tag once they exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from backstay.sandbox.stand_ins.eks.store import SERVICE, clusters, extras_of
from backstay.sandbox.stand_ins.routing import Call, NotStoodInError

if TYPE_CHECKING:
    from backstay.sandbox.stand_ins.state import Thing


@SERVICE.operation("TagResource")
def tag_resource(call: Call) -> Thing:
    """Add or change tags."""
    _tags(call).update(call["tags"])
    return {}


@SERVICE.operation("UntagResource")
def untag_resource(call: Call) -> Thing:
    """Take tags away."""
    for key in call["tagKeys"]:
        _tags(call).pop(key, None)
    return {}


@SERVICE.operation("ListTagsForResource")
def list_tags_for_resource(call: Call) -> Thing:
    """The tags of one resource."""
    return {"tags": _tags(call)}


def _tags(call: Call) -> dict[str, str]:
    wanted = call["resourceArn"]
    for cluster in clusters(call).values():
        for group in cluster.nodegroups.values():
            if group.arn == wanted:
                return group.tags
        extras = extras_of(cluster)
        for things in (extras.addons, extras.entries, extras.identities):
            for thing in things.values():
                if wanted in thing.values():
                    return thing["tags"]
    raise NotStoodInError
