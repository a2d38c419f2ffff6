"""The vector database's copy in another region."""

from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.rds_cluster import RdsCluster
from constructs import Construct

from backstay.aws._vector_db import (
    PORT,
    VectorDbFoundation,
    cluster_identifier,
    cluster_settings,
    connection,
    instances,
)
from backstay.outputs import DatabaseOutputs, KeyOutputs, NetworkOutputs
from backstay.topology import CloudRegion, Duration, Names
from backstay.topology.data import VectorDbSpec


class VectorDbReplica(Construct):
    """Follow the vector database of another region, to read here on a good day and to write here on a bad one.

    It finds the global database by its computed name, and is planned and applied without the region that made it.
    Its users, and their right to log in with IAM, come with the data.

    Survives: the loss of the region that writes, once it is promoted: it is typically less than a second behind
    (https://disaster-recovery.workshop.aws/en/services/databases/aurora/global-database.html), and plans after the
    failover change nothing; the loss of a zone, where there are two instances.
    Does not survive: a bad statement, which it follows as well: restoring is against that. Aurora refuses to delete
    it while it writes and others follow, so fail back first.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: VectorDbSpec,
        region: CloudRegion,
        names: Names,
        network: NetworkOutputs,
        key: KeyOutputs,
        log_key: KeyOutputs,
        rpo: Duration,
        disposable: bool = False,
    ) -> None:
        """Make the copy.

        Args:
            scope: what the copy is part of.
            id_: its id there.
            spec: the database's spec, as in the region that made it.
            region: where the copy is.
            names: the environment's names.
            network: where its clients are.
            key: encrypts what is stored here: this region's own key, which must admit databases.
            log_key: encrypts its log; it must admit CloudWatch Logs.
            rpo: how far every copy may be behind before commits wait, once this one is promoted.
            disposable: whether an apply may delete it, without a last snapshot.
        """
        super().__init__(scope, id_)
        self._region = region
        self.foundation = VectorDbFoundation(
            self,
            "foundation",
            spec=spec,
            names=names,
            network=network,
            log_key=log_key,
            rpo=rpo,
            disposable=disposable,
        )
        self.cluster = RdsCluster(
            self,
            "cluster",
            **cluster_settings(
                self.foundation,
                spec=spec,
                global_cluster=cluster_identifier(names),
                names=names,
                key=key,
                disposable=disposable,
            ),
        )
        self.instances = instances(self, self.cluster, spec=spec, network=network, key=key)
        self.outputs = DatabaseOutputs(
            name=self.foundation.identifier,
            endpoint=self.cluster.endpoint,
            reader_endpoint=self.cluster.reader_endpoint,
            writer_endpoint=None,
            port=PORT,
            database=spec.database,
            security_group=self.foundation.security_group.id,
        )

    def grant_connect(self, role: IamRole, user: str) -> IamRolePolicy:
        """Let `role` log in here as a user of the database who has been granted `rds_iam`."""
        return connection(role, user, cluster=self.cluster, region=self._region)
