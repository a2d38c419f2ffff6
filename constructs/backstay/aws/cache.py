"""The cache of a region that takes writes."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.elasticache_global_replication_group import ElasticacheGlobalReplicationGroup
from cdktf_cdktf_provider_aws.elasticache_replication_group import ElasticacheReplicationGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from backstay.aws._cache import ENGINE, CacheFoundation, cache_name
from backstay.outputs import KeyOutputs, NetworkOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.data import CacheSpec

# A global datastore takes these over from its first member, and refuses that the member changes them.
_THE_DATASTORE_OWNS = ("engine_version", "global_replication_group_id", "node_type", "parameter_group_name")


class Cache(Construct):
    """Keep entries in Valkey, in three zones of this region, reached with TLS and IAM only.

    Where it is replicated it is the first member of a global datastore, which copies in other regions follow.

    Survives: the loss of a node or a zone, within a minute; the loss of this region, where there is a copy:
    asynchronous, usually less than a second behind, promoted in about a minute
    (https://disaster-recovery.workshop.aws/en/services/databases/elasticache/global-datastore.html).
    Does not survive: the loss of this region, where it is cold: the other regions' caches fill anew, and what
    stands behind them has to bear that. Nor with a copy does what had not reached it yet.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: CacheSpec,
        region: CloudRegion,
        names: Names,
        network: NetworkOutputs,
        key: KeyOutputs,
        replicated: bool,
        disposable: bool = False,
    ) -> None:
        """Make the cache.

        Args:
            scope: what the cache is part of.
            id_: its id there.
            spec: its version and size.
            region: where it is.
            names: the environment's names.
            network: where its clients are.
            key: encrypts what is stored; it must admit caches.
            replicated: whether copies in other regions follow it.
            disposable: whether an apply may delete it.
        """
        super().__init__(scope, id_)
        self._region = region
        self.foundation = CacheFoundation(self, "foundation", names=names, network=network)
        self.group = ElasticacheReplicationGroup(
            self,
            "group",
            replication_group_id=self.foundation.name,
            description="Takes writes until a failover",
            engine=ENGINE,
            engine_version=spec.engine_version,
            node_type=spec.node_type,
            num_cache_clusters=spec.nodes,
            automatic_failover_enabled=True,
            multi_az_enabled=True,
            subnet_group_name=self.foundation.subnets.name,
            security_group_ids=[self.foundation.security_group.id],
            user_group_ids=[self.foundation.user_group.user_group_id],
            transit_encryption_enabled=True,
            at_rest_encryption_enabled="true",
            kms_key_id=key.id,
            snapshot_retention_limit=spec.snapshot_days,
            # Or a change would wait for a night in the week, and every plan until then show it again.
            apply_immediately=True,
            lifecycle=_lifecycle(replicated=replicated, disposable=disposable),
        )
        self.global_datastore = self._global_datastore(spec, names, disposable=disposable) if replicated else None
        self.outputs = self.foundation.outputs(self.group)

    def grant_connect(self, role: IamRole) -> IamRolePolicy:
        """Let `role` log in to the cache."""
        return self.foundation.connection(role, region=self._region)

    def _global_datastore(
        self, spec: CacheSpec, names: Names, *, disposable: bool
    ) -> ElasticacheGlobalReplicationGroup:
        return ElasticacheGlobalReplicationGroup(
            self,
            "global",
            global_replication_group_id_suffix=cache_name(names),
            global_replication_group_description="Follows whichever region takes writes",
            primary_replication_group_id=self.group.id,
            engine_version=spec.engine_version,
            cache_node_type=spec.node_type,
            lifecycle=TerraformResourceLifecycle(
                # A failover moves it, and a plan that set it back would make the datastore anew, without its copies.
                ignore_changes=["primary_replication_group_id"],
                prevent_destroy=None if disposable else True,
            ),
        )


def _lifecycle(*, replicated: bool, disposable: bool) -> TerraformResourceLifecycle | None:
    if disposable and not replicated:
        return None
    return TerraformResourceLifecycle(
        ignore_changes=list(_THE_DATASTORE_OWNS) if replicated else None, prevent_destroy=None if disposable else True
    )
