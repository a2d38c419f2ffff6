"""Relational Database Service: instances, and clusters that are in several regions."""

from __future__ import annotations

import uuid
from typing import Any

from backstay.sandbox.corrections.registry import around, correction, instead


@correction
def tell_instances_apart() -> None:
    """Each instance has a resource id of its own.

    All of moto's have the same, so the provider finds the wrong one as soon as there are two.
    """
    from moto.rds.models import DBInstance

    @around(DBInstance, "__init__")
    def create(original: Any, self: Any, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        self.dbi_resource_id = f"db-{uuid.uuid4().hex[:26].upper()}"


@correction
def scale_only_what_is_serverless() -> None:
    """A cluster has a scaling configuration only when it was given one.

    Moto returns an empty one: a diff in every plan.
    """
    from moto.rds.models import DBCluster

    @instead(DBCluster, "scaling_configuration_info")
    @property
    def scaling_configuration_info(self: Any, original: Any = DBCluster.scaling_configuration_info) -> Any:
        return original.fget(self) if self.scaling_configuration else None


@correction
def keep_performance_insights() -> None:
    """An instance says whether Performance Insights is on, with which key, and for how long.

    Moto forgets all of it: a diff in every plan.
    """
    from moto.rds.models import RDSBackend

    def keep(instance: Any, given: Any) -> Any:
        if given.get("enable_performance_insights") is not None:
            instance.performance_insights_enabled = given["enable_performance_insights"]
        for name in ("performance_insights_kms_key_id", "performance_insights_retention_period"):
            if given.get(name):
                setattr(instance, name, given[name])
        return instance

    @around(RDSBackend, "create_db_instance")
    def create_db_instance(original: Any, self: Any, given: Any) -> Any:
        return keep(original(self, given), given)

    @around(RDSBackend, "modify_db_instance")
    def modify_db_instance(original: Any, self: Any, name: str, given: Any) -> Any:
        return keep(original(self, name, given), given)


@correction
def keep_global_cluster_settings() -> None:
    """A global cluster keeps the name of its database and its tags.

    Moto forgets both: the next plan replaces the cluster, and every plan tags it.
    """
    from moto.rds.models import RDSBackend, rds_backends
    from moto.rds.responses import RDSResponse

    @around(RDSResponse, "create_global_cluster")
    def create_global_cluster(original: Any, self: Any) -> Any:
        answer = original(self)
        cluster = answer.result["GlobalCluster"]
        cluster.database_name = self.params.get("DatabaseName")
        cluster.tags = self.params.get("Tags")
        return answer

    @around(RDSBackend, "_get_resource_for_tagging")
    def get_resource_for_tagging(original: Any, self: Any, arn: str) -> Any:
        _, is_global, name = arn.partition(":global-cluster:")
        # Moto keeps what belongs to no region in this one.
        return rds_backends[self.account_id]["us-east-1"].global_clusters[name] if is_global else original(self, arn)


@correction
def modify_global_clusters() -> None:
    """A global cluster can be protected against deletion, or not any more.

    ModifyGlobalCluster is not implemented.
    """
    from moto.core.responses import ActionResult
    from moto.rds.responses import RDSResponse

    @instead(RDSResponse, "modify_global_cluster")
    def modify_global_cluster(self: Any) -> Any:
        cluster = self.global_backend.global_clusters[self.params["GlobalClusterIdentifier"]]
        if (protected := self.params.get("DeletionProtection")) is not None:
            cluster.deletion_protection = protected
        if version := self.params.get("EngineVersion"):
            cluster.engine_version = version
        return ActionResult({"GlobalCluster": cluster})


@correction
def leave_global_clusters() -> None:
    """A cluster leaves its global cluster when it is detached or deleted, from whichever region.

    Moto looks in the wrong region and says nothing, so that a global cluster can never be deleted.
    """
    from moto.core.responses import ActionResult
    from moto.rds.models import RDSBackend, rds_backends
    from moto.rds.responses import RDSResponse

    @instead(RDSResponse, "remove_from_global_cluster")
    def remove_from_global_cluster(self: Any) -> Any:
        cluster = self.global_backend.global_clusters[self.params["GlobalClusterIdentifier"]]
        _leave(cluster, self.params["DbClusterIdentifier"])
        return ActionResult({"GlobalCluster": cluster})

    @around(RDSBackend, "delete_db_cluster")
    def delete_db_cluster(original: Any, self: Any, *args: Any, **kwargs: Any) -> Any:
        deleted = original(self, *args, **kwargs)
        for backend in rds_backends[self.account_id].values():
            for cluster in backend.global_clusters.values():
                _leave(cluster, deleted.db_cluster_arn)
        return deleted


def _leave(cluster: Any, arn: str) -> None:
    for member in cluster.members:
        if member.db_cluster_arn == arn:
            member.replication_source_identifier = None
    cluster.members[:] = [member for member in cluster.members if member.db_cluster_arn != arn]


@correction
def name_the_source() -> None:
    """A cluster that follows another one in its global cluster says which.

    Moto leaves it empty, so that no plan shows what it would do to a cluster that a failover made a follower.
    """
    from moto.rds.models import RDSBackend, rds_backends

    @around(RDSBackend, "create_db_cluster")
    def create_db_cluster(original: Any, self: Any, given: Any) -> Any:
        made = original(self, given)
        for backend in rds_backends[self.account_id].values():
            for cluster in backend.global_clusters.values():
                if made in cluster.members:
                    _follow(cluster)
        return made


def _follow(cluster: Any) -> None:
    (writer,) = (member.db_cluster_arn for member in cluster.members if member.is_writer)
    for member in cluster.members:
        member.replication_source_identifier = None if member.is_writer else writer


@correction
def move_the_writer() -> None:
    """The writer of a global cluster can be moved to another region, planned or not.

    FailoverGlobalCluster and SwitchoverGlobalCluster are not implemented.
    """
    from moto.core.responses import ActionResult
    from moto.rds.exceptions import DBClusterNotFoundError
    from moto.rds.responses import RDSResponse

    def move(self: Any) -> Any:
        cluster = self.global_backend.global_clusters[self.params["GlobalClusterIdentifier"]]
        target = self.params["TargetDbClusterIdentifier"]
        if target not in [member.db_cluster_arn for member in cluster.members]:
            raise DBClusterNotFoundError(target)
        for member in cluster.members:
            member.is_writer = member.db_cluster_arn == target
        _follow(cluster)
        return ActionResult({"GlobalCluster": cluster})

    instead(RDSResponse, "failover_global_cluster")(move)
    instead(RDSResponse, "switchover_global_cluster")(move)
