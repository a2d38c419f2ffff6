"""Encryption keys that the account itself holds."""

import re
from collections.abc import Collection

from cdktf import TerraformResourceLifecycle, Token
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.kms_alias import KmsAlias
from cdktf_cdktf_provider_aws.kms_key import KmsKey
from constructs import Construct

from backstay.aws.key_policy import DECRYPT, ENCRYPT_DECRYPT, KeyOwner, key_policy
from backstay.aws.policy import allow, document
from backstay.outputs import KeyOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.keys import KeyUse

__all__ = ["Key", "KeyUse"]

# KMS waits 7 to 30 days before it deletes a key; within them the deletion can be taken back.
_DELETION_DAYS = 30
_DISPOSABLE_DELETION_DAYS = 7


class Key(Construct):
    """Encrypt what one purpose stores with a key of its own, which only that purpose's services may use.

    Survives: its yearly rotation, since old data keeps its old key material; a deletion by mistake, which can be
    taken back for 30 days (7 where disposable).
    Does not survive: the loss of its region. A key belongs to one region, so what is copied to another region
    is encrypted there with that region's key.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        purpose: str,
        uses: Collection[KeyUse],
        region: CloudRegion,
        names: Names,
        account: str | None = None,
        disposable: bool = False,
    ) -> None:
        """Make the key and its alias.

        Args:
            scope: what the key is part of.
            id_: its id there.
            purpose: what it is for, in one word; part of its alias.
            uses: what it encrypts.
            region: where it lives.
            names: the environment's names.
            account: the account's 12 digits; by default the account of the credentials in use.
            disposable: whether an apply may delete it.

        Raises:
            ValueError: when there are no uses, or the account is not 12 digits.
        """
        super().__init__(scope, id_)
        if not uses:
            raise ValueError(f"key {purpose!r} has no uses; name at least one of {', '.join(KeyUse)}")
        if account is not None and not Token.is_unresolved(account) and not re.fullmatch("[0-9]{12}", account):
            raise ValueError(
                f"account {account!r} is not an AWS account id; write its 12 digits, or leave it out for the "
                "account of the credentials in use"
            )
        owner = KeyOwner(
            account=account or DataAwsCallerIdentity(self, "account").account_id,
            partition=DataAwsPartition(self, "partition").partition,
            region=region.name,
        )
        self.purpose = purpose
        self.key = KmsKey(
            self,
            "key",
            description=f"{names.namespace} {names.environment}: {purpose}",
            policy=key_policy(uses, owner),
            enable_key_rotation=True,
            deletion_window_in_days=deletion_days(disposable=disposable),
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        self.alias = KmsAlias(self, "alias", name=names.key_alias(purpose), target_key_id=self.key.key_id)
        self.outputs = KeyOutputs(id=self.key.arn, alias=names.key_alias(purpose))

    def grant_decrypt(self, role: IamRole) -> IamRolePolicy:
        """Let `role` read what the key encrypts, through the services that the key's uses name."""
        return self._grant(role, "decrypt", DECRYPT)

    def grant_encrypt_decrypt(self, role: IamRole) -> IamRolePolicy:
        """Let `role` read and write what the key encrypts, through the services that the key's uses name."""
        return self._grant(role, "encrypt-decrypt", ENCRYPT_DECRYPT)

    def _grant(self, role: IamRole, verb: str, actions: Collection[str]) -> IamRolePolicy:
        # The role is the scope, since two roles of different constructs may have the same id.
        name = f"{verb}-{self.purpose}"
        policy = document(allow([*actions], [self.key.arn]))
        return IamRolePolicy(role, name, name=name, role=role.name, policy=policy)


def deletion_days(*, disposable: bool) -> int:
    """How long the deletion of a key can be taken back, in days."""
    return _DISPOSABLE_DELETION_DAYS if disposable else _DELETION_DAYS
