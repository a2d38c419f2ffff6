"""Secrets that are in several regions."""

from collections.abc import Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.secretsmanager_secret import SecretsmanagerSecret, SecretsmanagerSecretReplica
from constructs import Construct

from backstay.outputs import KeyOutputs
from backstay.topology import CloudRegion, Names

# The longest that Secrets Manager offers.
_RECOVERY_DAYS = 30


class ReplicatedSecret(Construct):
    """Put a secret in once, and read it in every region, each from its own Secrets Manager.

    The secret is made empty, and no value passes through Terraform: somebody puts it in afterwards, with
    `aws secretsmanager put-secret-value`. Replicas follow every later value.

    Survives: the loss of the region that it is made in: the others read on. To change the value meanwhile, promote a
    replica (`aws secretsmanager stop-replication-to-replica`, in its region). When the region is back, Terraform never
    overwrites a promoted secret: put its value into this one, delete it, and apply.
    Does not survive: a value that is put into all regions and wrong; the one before stays as `AWSPREVIOUS`.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        region: CloudRegion,
        replicas: Sequence[CloudRegion],
        names: Names,
        key: KeyOutputs,
        disposable: bool = False,
    ) -> None:
        """Make the secret and its replicas.

        Args:
            scope: what the secret is part of: a stack of the region that it is made in.
            id_: its id there.
            name: what it is called, the same in every region.
            region: where it is made.
            replicas: the other regions that get it.
            names: the environment's names.
            key: encrypts it; a key of the same alias encrypts it in the other regions.
            disposable: whether an apply may delete it, at once.

        Raises:
            ValueError: when the region that it is made in is to get a replica.
        """
        super().__init__(scope, id_)
        if region in replicas:
            raise ValueError(f"secret {name!r} is made in {region} and cannot have a replica there; leave {region} out")
        account = DataAwsCallerIdentity(self, "account").account_id
        partition = DataAwsPartition(self, "partition").partition
        self.secret = SecretsmanagerSecret(
            self,
            "secret",
            name=name,
            description=f"{names.namespace} {names.environment}",
            kms_key_id=key.id,
            recovery_window_in_days=0 if disposable else _RECOVERY_DAYS,
            # What was promoted after a loss holds the newest value.
            force_overwrite_replica_secret=False,
            replica=[
                SecretsmanagerSecretReplica(
                    region=replica.name,
                    kms_key_id=f"arn:{partition}:kms:{replica.name}:{account}:{key.alias}",
                )
                for replica in replicas
            ],
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        self.secret.add_override(
            "//.checkov", {"CKV2_AWS_57": "whoever puts the value in changes it, where it came from as well as here"}
        )
