"""Where a region's Terraform state lives."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.dynamodb_table import (
    DynamodbTable,
    DynamodbTableAttribute,
    DynamodbTablePointInTimeRecovery,
    DynamodbTableServerSideEncryption,
)
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from backstay.aws.key_policy import ENCRYPT_DECRYPT
from backstay.aws.keys import Key
from backstay.aws.policy import allow, document
from backstay.aws.state_bucket import StateBucket
from backstay.outputs import StateOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.keys import KeyUse


class RemoteState(Construct):
    """Keep a region's Terraform state in that region, locked, encrypted and recoverable.

    Survives: two applies at once, of which the second is refused; a state that was overwritten or deleted, for
    90 days and 20 versions; every other region's loss.
    Does not survive: the loss of its region, with which what the state describes is lost too, unless a
    `BucketReplication` keeps a copy where it can be read.
    """

    def __init__(
        self, scope: Construct, id_: str, *, region: CloudRegion, names: Names, disposable: bool = False
    ) -> None:
        """Make the bucket, the lock table and their key.

        Args:
            scope: what the state is part of.
            id_: its id there.
            region: where it lives.
            names: the environment's names.
            disposable: whether an apply may delete the state, with all that is in it.
        """
        super().__init__(scope, id_)
        self.names = names
        self.key = Key(
            self, "key", purpose="state", uses={KeyUse.STATE}, region=region, names=names, disposable=disposable
        )
        self.bucket = StateBucket(
            self, "bucket", name=names.bucket("state", region), key=self.key.outputs, disposable=disposable
        )
        self.lock_table = DynamodbTable(
            self,
            "locks",
            name=names.lock_table(region),
            billing_mode="PAY_PER_REQUEST",
            # Terraform's own choice of name.
            hash_key="LockID",
            attribute=[DynamodbTableAttribute(name="LockID", type="S")],
            point_in_time_recovery=DynamodbTablePointInTimeRecovery(enabled=True),
            server_side_encryption=DynamodbTableServerSideEncryption(enabled=True, kms_key_arn=self.key.outputs.id),
            deletion_protection_enabled=not disposable,
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        self.outputs = StateOutputs(
            bucket=names.bucket("state", region), lock_table=names.lock_table(region), key=self.key.outputs.id
        )

    def grant_use(self, role: IamRole) -> IamRolePolicy:
        """Let `role` run Terraform with its state here: read, write and lock it, but not delete it."""
        bucket = self.bucket.bucket.arn
        states = f"{bucket}/{self.names.state_key('*')}"
        lock_files = f"{states}.tflock"
        policy = document(
            # Terraform asks for the workspaces first, under another prefix than the state's.
            allow(["s3:ListBucket"], [bucket], sid="FindState"),
            allow(["s3:GetObject", "s3:PutObject"], [states, lock_files], sid="ReadAndWriteState"),
            allow(["s3:DeleteObject"], [lock_files], sid="UnlockByFile"),
            allow(
                ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"],
                [self.lock_table.arn],
                sid="LockByTable",
            ),
            allow(ENCRYPT_DECRYPT, [self.key.outputs.id], sid="EncryptState"),
        )
        # The role is the scope, since two roles of different constructs may have the same id.
        return IamRolePolicy(role, "use-state", name="use-state", role=role.name, policy=policy)
