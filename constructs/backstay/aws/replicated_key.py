"""Keys that are in several regions, for what applications encrypt by themselves."""

from collections.abc import Collection

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from cdktf_cdktf_provider_aws.kms_replica_key import KmsReplicaKey
from constructs import Construct

from backstay.aws.key_policy import DECRYPT, ENCRYPT_DECRYPT, KeyOwner, application_key_policy
from backstay.aws.keys import deletion_days
from backstay.aws.policy import allow, document
from backstay.outputs import KeyOutputs
from backstay.topology import CloudRegion, Names


class _ApplicationKey(Construct):
    purpose: str
    outputs: KeyOutputs

    def grant_decrypt(self, role: IamRole) -> IamRolePolicy:
        """Let `role` read what the key encrypted, here or elsewhere."""
        return self._grant(role, "decrypt", DECRYPT)

    def grant_encrypt_decrypt(self, role: IamRole) -> IamRolePolicy:
        """Let `role` encrypt, and read what the key encrypted, here or elsewhere."""
        return self._grant(role, "encrypt-decrypt", ENCRYPT_DECRYPT)

    def _grant(self, role: IamRole, verb: str, actions: Collection[str]) -> IamRolePolicy:
        # The role is the scope, since two roles of different constructs may have the same id.
        name = f"{verb}-{self.purpose}"
        policy = document(allow([*actions], [self.outputs.id]))
        return IamRolePolicy(role, name, name=name, role=role.name, policy=policy)


class ReplicatedKey(_ApplicationKey):
    """Encrypt in one region what must be read in another as it is, such as fields in a replicated database.

    What AWS services encrypt needs no such key: they encrypt a copy anew, with the key of the region that it is in.

    Survives: the loss of its region, for whoever has a `KeyReplica` elsewhere: it encrypts and decrypts by itself.
    Does not survive: by itself, the loss of its region. While that is lost, no further replica can be made.
    """

    def __init__(
        self, scope: Construct, id_: str, *, purpose: str, region: CloudRegion, names: Names, disposable: bool = False
    ) -> None:
        """Make the first of the keys, and its alias.

        Args:
            scope: what the key is part of.
            id_: its id there.
            purpose: what it is for, in one word; part of its alias.
            region: where it lives.
            names: the environment's names.
            disposable: whether an apply may delete it.
        """
        super().__init__(scope, id_)
        self.purpose = purpose
        self.key = KmsKey(
            self,
            "key",
            description=f"{names.namespace} {names.environment}: {purpose}",
            multi_region=True,
            policy=_policy(self, region),
            enable_key_rotation=True,
            deletion_window_in_days=deletion_days(disposable=disposable),
            lifecycle=_kept(disposable=disposable),
        )
        self.alias = KmsAlias(self, "alias", name=names.key_alias(purpose), target_key_id=self.key.key_id)
        self.outputs = KeyOutputs(id=self.key.arn, alias=names.key_alias(purpose))


class KeyReplica(_ApplicationKey):
    """Read in this region, and encrypt, what a `ReplicatedKey` of another region is for.

    It has the alias of the key that it copies, so that an application asks for the same name in every region.

    Survives: the loss of the region of the key that it copies, and of every other region.
    Does not survive: the loss of its own region, where the others go on.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        copy_of: str,
        purpose: str,
        region: CloudRegion,
        names: Names,
        disposable: bool = False,
    ) -> None:
        """Copy a key.

        Args:
            scope: what the replica is part of: a stack of the region that gets it.
            id_: its id there.
            copy_of: the ARN of the `ReplicatedKey`. KMS makes up the key's id and finds it by nothing else, so it
                cannot be computed: note it down when the key is there.
            purpose: the purpose of the key that it copies.
            region: where the replica lives.
            names: the environment's names.
            disposable: whether an apply may delete it.
        """
        super().__init__(scope, id_)
        self.purpose = purpose
        self.key = KmsReplicaKey(
            self,
            "key",
            primary_key_arn=copy_of,
            description=f"{names.namespace} {names.environment}: {purpose}",
            policy=_policy(self, region),
            deletion_window_in_days=deletion_days(disposable=disposable),
            lifecycle=_kept(disposable=disposable),
        )
        self.alias = KmsAlias(self, "alias", name=names.key_alias(purpose), target_key_id=self.key.key_id)
        self.outputs = KeyOutputs(id=self.key.arn, alias=names.key_alias(purpose))


def _policy(scope: Construct, region: CloudRegion) -> str:
    return application_key_policy(
        KeyOwner(
            account=DataAwsCallerIdentity(scope, "account").account_id,
            partition=DataAwsPartition(scope, "partition").partition,
            region=region.name,
        )
    )


def _kept(*, disposable: bool) -> TerraformResourceLifecycle | None:
    return None if disposable else TerraformResourceLifecycle(prevent_destroy=True)
