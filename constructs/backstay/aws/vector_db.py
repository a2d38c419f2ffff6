"""The vector database where it is made: the region that writes until a failover."""

from cdktf import TerraformResourceLifecycle, TerraformStack
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.rds_cluster import RdsCluster
from cdktf_cdktf_provider_aws.rds_global_cluster import RdsGlobalCluster
from constructs import Construct

from backstay.aws._vector_db import (
    ENGINE,
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

# Arguments that take an ephemeral value and keep it nowhere came with it.
TERRAFORM_NEEDED = "1.11.0"

_OWNER = "dba"
_PASSWORD_TYPE = "aws_secretsmanager_random_password"  # noqa: S105 - the name of a resource type
_PASSWORD_LENGTH = 64


class VectorDb(Construct):
    """Store vectors in Aurora PostgreSQL, in three zones of this region, and let copies in other regions follow.

    Nobody knows the password of the user `dba`: it is made up while Terraform runs and kept nowhere, since Secrets
    Manager does not manage passwords of global databases. Whoever may `rds:ModifyDBCluster` sets one for a while,
    in the region that writes, to make users, grant them `rds_iam`, and `CREATE EXTENSION vector`; all of that
    reaches the copies. From then on clients log in with IAM.

    Survives: the loss of a zone, within a minute, where there are two instances; a deletion by mistake; a bad
    statement, by restoring any second of the last `backup_days`; the loss of this region, where there is a copy:
    storage-level, asynchronous, typically less than a second behind
    (https://disaster-recovery.workshop.aws/en/services/databases/aurora/global-database.html).
    Does not survive: the loss of this region with what had not reached a copy yet, unless `enforce_rpo` bounds that;
    then the loss of the only copy's region stops the writes here
    (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html).
    Nor does it move by itself: the failover controller promotes a copy.
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
        """Make the global database and its first cluster.

        The stack needs Terraform `TERRAFORM_NEEDED`.

        Args:
            scope: what the database is part of.
            id_: its id there.
            spec: its version, size and backups.
            region: where it is made.
            names: the environment's names.
            network: where its clients are.
            key: encrypts what is stored; it must admit databases.
            log_key: encrypts its log; it must admit CloudWatch Logs.
            rpo: how far every copy may be behind before commits wait, where the spec enforces it.
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
        self.global_cluster = RdsGlobalCluster(
            self,
            "global",
            global_cluster_identifier=cluster_identifier(names),
            engine=ENGINE,
            engine_version=spec.engine_version,
            database_name=spec.database,
            storage_encrypted=True,
            deletion_protection=not disposable,
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        self.cluster = RdsCluster(
            self,
            "cluster",
            database_name=spec.database,
            master_username=_OWNER,
            master_password_wo_version=1,
            **cluster_settings(
                self.foundation,
                spec=spec,
                global_cluster=self.global_cluster.id,
                names=names,
                key=key,
                disposable=disposable,
            ),
        )
        self.cluster.add_override("master_password_wo", self._password())
        self.instances = instances(self, self.cluster, spec=spec, network=network, key=key)
        self.outputs = DatabaseOutputs(
            name=self.foundation.identifier,
            endpoint=self.cluster.endpoint,
            reader_endpoint=self.cluster.reader_endpoint,
            writer_endpoint=self.global_cluster.endpoint,
            port=PORT,
            database=spec.database,
            security_group=self.foundation.security_group.id,
            terraform=TERRAFORM_NEEDED,
        )

    def grant_connect(self, role: IamRole, user: str) -> IamRolePolicy:
        """Let `role` log in here as a user of the database who has been granted `rds_iam`."""
        return connection(role, user, cluster=self.cluster, region=self._region)

    def _password(self) -> str:
        name = self.cluster.friendly_unique_id
        # cdktf 0.21 predates ephemeral resources, so it has no class for this one. PostgreSQL's owner may have no
        # slash, quote or at sign in the password.
        TerraformStack.of(self).add_override(
            f"ephemeral.{_PASSWORD_TYPE}.{name}", {"password_length": _PASSWORD_LENGTH, "exclude_punctuation": True}
        )
        return f"${{ephemeral.{_PASSWORD_TYPE}.{name}.random_password}}"
