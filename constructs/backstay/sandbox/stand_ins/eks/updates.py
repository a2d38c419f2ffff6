"""New Kubernetes versions, and the records of updates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from backstay.sandbox.stand_ins.eks.store import SERVICE, cluster, update
from backstay.sandbox.stand_ins.state import Thing, found

if TYPE_CHECKING:
    from backstay.sandbox.stand_ins.routing import Call


@SERVICE.operation("DescribeUpdate")
def describe_update(call: Call) -> Thing:
    """Every update has succeeded by the time anyone asks."""
    return {"update": update("ConfigUpdate") | {"id": call["updateId"]}}


@SERVICE.operation("UpdateClusterVersion")
def update_cluster_version(call: Call) -> Thing:
    """Move a cluster to another Kubernetes version."""
    cluster(call, "name").version = call["version"]
    return {"update": update("VersionUpdate")}


@SERVICE.operation("UpdateNodegroupVersion")
def update_node_group_version(call: Call) -> Thing:
    """Move a node group to another Kubernetes version, image or launch template."""
    group: Any = found(cluster(call).nodegroups, call["nodegroupName"])
    group.version = call.parameters.get("version", group.version)
    group.release_version = call.parameters.get("releaseVersion", group.release_version)
    if "launchTemplate" in call.parameters:
        group.launch_template = group.launch_template | call["launchTemplate"]
    return {"update": update("VersionUpdate")}
