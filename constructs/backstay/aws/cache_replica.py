"""The cache's copy in another region."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.elasticache_replication_group import ElasticacheReplicationGroup
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from backstay.aws._cache import CacheFoundation, cache_name
from backstay.outputs import KeyOutputs, NetworkOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.catalog.aws_data import GLOBAL_DATASTORE_PREFIXES
from backstay.topology.data import CacheSpec

# The datastore decides all of them. The provider takes a copy for Redis until it has read it, and would turn it into
# that (https://github.com/hashicorp/terraform-provider-aws/issues/41713).
_THE_DATASTORE_OWNS = (
    "automatic_failover_enabled",
    "engine",
    "engine_version",
    "global_replication_group_id",
    "node_type",
    "parameter_group_name",
)


class CacheReplica(Construct):
    """Follow the cache of another region, to read here on a good day and to write here on a bad one.

    It finds the global datastore by its computed name, and is planned and applied without the region that made it.
    Clients log in with this region's own user, which has the same name.

    Survives: the loss of the region that takes writes, once it is promoted: it is usually less than a second behind
    (https://disaster-recovery.workshop.aws/en/services/databases/elasticache/global-datastore.html), and plans after
    the failover change nothing; the loss of a node or a zone.
    Does not survive: a flush, which it follows as well. ElastiCache refuses to delete it while it takes writes, so
    fail back first.
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
        source: CloudRegion,
        disposable: bool = False,
    ) -> None:
        """Make the copy.

        Args:
            scope: what the copy is part of.
            id_: its id there.
            spec: the cache's spec, as in the region that made it.
            region: where the copy is.
            names: the environment's names.
            network: where its clients are.
            key: encrypts what is stored here: this region's own key, which must admit caches.
            source: the region that made the global datastore, whichever takes writes now.
            disposable: whether an apply may delete it.

        Raises:
            ValueError: when ElastiCache has no global datastores in the region that made it.
        """
        super().__init__(scope, id_)
        self._region = region
        self.foundation = CacheFoundation(self, "foundation", names=names, network=network)
        self.group = ElasticacheReplicationGroup(
            self,
            "group",
            replication_group_id=self.foundation.name,
            description="Follows another region until a failover",
            global_replication_group_id=global_datastore_id(names, source),
            num_cache_clusters=spec.nodes,
            # Not sent, since the datastore decides it; the provider wants it beside the next one.
            automatic_failover_enabled=True,
            multi_az_enabled=True,
            subnet_group_name=self.foundation.subnets.name,
            security_group_ids=[self.foundation.security_group.id],
            user_group_ids=[self.foundation.user_group.user_group_id],
            kms_key_id=key.id,
            snapshot_retention_limit=spec.snapshot_days,
            apply_immediately=True,
            lifecycle=TerraformResourceLifecycle(
                ignore_changes=list(_THE_DATASTORE_OWNS), prevent_destroy=None if disposable else True
            ),
        )
        self.group.add_override(
            "//.checkov",
            {
                "CKV_AWS_29": "encrypted like the datastore that it belongs to, with the key that it names",
                "CKV_AWS_30": "encrypted like the datastore that it belongs to",
                "CKV_AWS_31": "clients log in with IAM, which takes the place of a token",
            },
        )
        self.outputs = self.foundation.outputs(self.group)

    def grant_connect(self, role: IamRole) -> IamRolePolicy:
        """Let `role` log in to the cache."""
        return self.foundation.connection(role, region=self._region)


def global_datastore_id(names: Names, source: CloudRegion) -> str:
    """The name under which every region finds the global datastore that `source` made.

    Raises:
        ValueError: when ElastiCache has no global datastores there.
    """
    prefix = GLOBAL_DATASTORE_PREFIXES.get(source.name)
    if prefix is None:
        raise ValueError(
            f"elasticache has no global datastores in {source.name!r}; it has them in "
            f"{', '.join(sorted(GLOBAL_DATASTORE_PREFIXES))}; say replication: cold, or move the cache"
        )
    return f"{prefix}-{cache_name(names)}"
