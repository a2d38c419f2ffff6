"""Elastic Kubernetes Service."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from backstay.sandbox.corrections.registry import around, correction, instead


@correction
def keep_cluster_settings() -> None:
    """A cluster keeps its access, upgrade, zonal shift and deletion settings.

    CreateCluster drops them, so the next plan replaces the cluster.
    """
    from moto.eks.responses import EKSResponse

    @around(EKSResponse, "create_cluster")
    def create_cluster(original: Any, self: Any) -> Any:
        answer = original(self)
        cluster = self.eks_backend.clusters[self._get_param("name")]
        access = self._get_param("accessConfig") or {}
        # What AWS returns; the flag about the creator is only ever sent, never returned as false.
        cluster.access_config = {"authenticationMode": access.get("authenticationMode", "CONFIG_MAP")}
        cluster.upgrade_policy = self._get_param("upgradePolicy") or {"supportType": "EXTENDED"}
        cluster.zonal_shift_config = self._get_param("zonalShiftConfig") or {"enabled": False}
        cluster.deletion_protection = bool(self._get_param("deletionProtection"))
        return answer


@correction
def give_cluster_a_security_group() -> None:
    """A cluster says which VPC it is in and has a security group of its own there.

    Both are empty, so a rule that lets something into the cluster cannot be made.
    """
    from moto.ec2.exceptions import InvalidSubnetIdError
    from moto.ec2.models import ec2_backends
    from moto.eks.models import EKSBackend

    @around(EKSBackend, "create_cluster")
    def create_cluster(original: Any, self: Any, **sent: Any) -> Any:
        cluster = original(self, **sent)
        config = cluster.resources_vpc_config
        config.setdefault("endpointPublicAccess", True)
        config.setdefault("endpointPrivateAccess", False)
        ec2 = ec2_backends[self.account_id][self.region_name]
        try:
            config["vpcId"] = ec2.get_subnet(config["subnetIds"][0]).vpc_id
        except InvalidSubnetIdError:
            return cluster
        group = ec2.create_security_group(
            f"eks-cluster-sg-{cluster.name}-{uuid.uuid4().int % 10**9}",
            "EKS created security group",
            vpc_id=config["vpcId"],
            tags={"Name": f"eks-cluster-sg-{cluster.name}", f"kubernetes.io/cluster/{cluster.name}": "owned"},
        )
        config["clusterSecurityGroupId"] = group.id
        return cluster

    @around(EKSBackend, "delete_cluster")
    def delete_cluster(original: Any, self: Any, name: str) -> Any:
        cluster = original(self, name)
        group = cluster.resources_vpc_config.get("clusterSecurityGroupId")
        if group:
            ec2_backends[self.account_id][self.region_name].delete_security_group(group_id=group)
        return cluster


@correction
def update_what_was_named() -> None:
    """Changing a cluster changes what was named and answers with a record of the update.

    UpdateClusterConfig replaces the whole network configuration and answers with the cluster.
    """
    from moto.core.responses import ActionResult
    from moto.eks.responses import EKSResponse

    @instead(EKSResponse, "update_cluster_config")
    def update_cluster_config(self: Any) -> Any:
        cluster = self.eks_backend.describe_cluster(self._get_param("name"))
        cluster.resources_vpc_config |= self._get_param("resourcesVpcConfig") or {}
        for parameter, attribute in _CHANGEABLE.items():
            if (sent := self._get_param(parameter)) is not None:
                setattr(cluster, attribute, sent)
        if access := self._get_param("accessConfig"):
            cluster.access_config = cluster.access_config | access
        update = {
            "id": str(uuid.uuid4()),
            "status": "Successful",
            "type": "ConfigUpdate",
            "params": [],
            "errors": [],
            "createdAt": datetime.now(UTC),
        }
        return ActionResult({"update": update})


_CHANGEABLE = {
    "logging": "logging",
    "upgradePolicy": "upgrade_policy",
    "zonalShiftConfig": "zonal_shift_config",
    "kubernetesNetworkConfig": "kubernetes_network_config",
    "remoteNetworkConfig": "remote_network_config",
    "deletionProtection": "deletion_protection",
}


@correction
def invent_no_remote_access() -> None:
    """A node group has remote access only when it was asked for.

    Moto invents a key pair, so the next plan replaces the node group.
    """
    import moto.eks.models

    moto.eks.models.DEFAULT_REMOTE_ACCESS = None  # pyright: ignore[reportAttributeAccessIssue]


@correction
def keep_node_group_settings() -> None:
    """A node group keeps its update and repair settings and runs its cluster's Kubernetes version.

    CreateNodegroup drops updateConfig and nodeRepairConfig and invents version 1.19.
    """
    from moto.eks.responses import EKSResponse

    @around(EKSResponse, "create_nodegroup")
    def create_nodegroup(original: Any, self: Any) -> Any:
        answer = original(self)
        cluster = self.eks_backend.clusters[self._get_param("name")]
        group = cluster.nodegroups[self._get_param("nodegroupName")]
        group.update_config = self._get_param("updateConfig") or {"maxUnavailable": 1}
        group.node_repair_config = self._get_param("nodeRepairConfig")
        group.version = self._get_param("version") or cluster.version
        return answer
