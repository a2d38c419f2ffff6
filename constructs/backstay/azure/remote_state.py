"""Where a region's Terraform state lives."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_azurerm.data_azurerm_client_config import DataAzurermClientConfig
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.role_assignment import RoleAssignment
from cdktf_cdktf_provider_azurerm.storage_account import (
    StorageAccountBlobProperties,
    StorageAccountBlobPropertiesContainerDeleteRetentionPolicy,
    StorageAccountBlobPropertiesDeleteRetentionPolicy,
)
from cdktf_cdktf_provider_azurerm.storage_container import StorageContainer
from cdktf_cdktf_provider_azurerm.storage_management_policy import (
    StorageManagementPolicy,
    StorageManagementPolicyRule,
    StorageManagementPolicyRuleActions,
    StorageManagementPolicyRuleActionsVersion,
    StorageManagementPolicyRuleFilters,
)
from cdktf_cdktf_provider_azurerm.user_assigned_identity import UserAssignedIdentity
from constructs import Construct

from backstay.azure.default_tags import default_tags
from backstay.azure.deploy_from import deploy_from
from backstay.azure.encrypted_storage import EncryptedStorage
from backstay.azure.keys import Key
from backstay.azure.region_pairs import WITHOUT_PAIR
from backstay.outputs import StateOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.keys import KeyUse

CONTAINER = "tfstate"
"""The container in the storage account."""

_READ_AND_WRITE = "Storage Blob Data Contributor"
# Terraform itself never deletes a state; what it unlocks is the lease on the blob.
_DELETE = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete"
# Long enough to notice a bad apply.
_UNDELETE_DAYS = 90


class RemoteState(Construct):
    """Keep a region's Terraform state in that region, locked, encrypted and recoverable.

    Whoever deploys first may read and write the state; `grant_use` lets others.

    Survives: two applies at once, of which the second is refused; a state that was overwritten or deleted, for
    90 days; the loss of a zone; every other region's loss.
    Does not survive: the loss of its region, with which what the state describes is lost too. Where Microsoft pairs
    the region with another, a copy can be read there.
    """

    def __init__(
        self, scope: Construct, id_: str, *, region: CloudRegion, names: Names, disposable: bool = False
    ) -> None:
        """Make the storage account, the container and their key.

        Args:
            scope: what the state is part of.
            id_: its id there.
            region: where it lives.
            names: the environment's names.
            disposable: whether an apply may delete the state, with all that is in it.
        """
        super().__init__(scope, id_)
        self.key = Key(
            self, "key", purpose="state", uses={KeyUse.STATE}, region=region, names=names, disposable=disposable
        )
        self.group = ResourceGroup(
            self,
            "group",
            name=names.resource_group("state", region),
            location=region.name,
            tags=default_tags(self),
        )
        self.deployer = RoleAssignment(
            self,
            "deployer",
            # Not on the account, which is there too late: a role takes minutes, and the state moves in at once.
            scope=self.group.id,
            role_definition_name=_READ_AND_WRITE,
            principal_id=DataAzurermClientConfig(self, "client").object_id,
            # Whoever deploys next would take the role from whoever deployed before.
            lifecycle=TerraformResourceLifecycle(ignore_changes=["principal_id"]),
        )
        self.storage = EncryptedStorage(
            self,
            "storage",
            name=names.storage_account("state", region),
            region=region,
            resource_group=self.group,
            key=self.key.outputs,
            replication="ZRS" if region.name in WITHOUT_PAIR else "RAGZRS",
            blob_properties=StorageAccountBlobProperties(
                versioning_enabled=True,
                delete_retention_policy=StorageAccountBlobPropertiesDeleteRetentionPolicy(days=_UNDELETE_DAYS),
                container_delete_retention_policy=StorageAccountBlobPropertiesContainerDeleteRetentionPolicy(
                    days=_UNDELETE_DAYS
                ),
            ),
            closed=bool(deploy_from(self)),
            waivers=_WAIVERS,
            after=[self.deployer],
            disposable=disposable,
        )
        self.container = StorageContainer(
            self,
            "container",
            name=CONTAINER,
            storage_account_id=self.storage.account.id,
            container_access_type="private",
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        self.container.add_override("//.checkov", {"CKV2_AZURE_21": "the versions of a state tell who wrote it when"})
        self.expiry = StorageManagementPolicy(
            self,
            "expiry",
            storage_account_id=self.storage.account.id,
            rule=[
                StorageManagementPolicyRule(
                    name="old-versions",
                    enabled=True,
                    filters=StorageManagementPolicyRuleFilters(blob_types=["blockBlob"]),
                    actions=StorageManagementPolicyRuleActions(
                        # A version may have been current until yesterday; deleted ones can be had back as long again.
                        version=StorageManagementPolicyRuleActionsVersion(
                            delete_after_days_since_creation=_UNDELETE_DAYS
                        )
                    ),
                )
            ],
        )
        self.outputs = StateOutputs(bucket=CONTAINER, lock_table=None, key=self.key.outputs.id)

    def grant_use(self, identity: UserAssignedIdentity) -> RoleAssignment:
        """Let a managed identity run Terraform with its state here: read, write and lock it, but not delete it."""
        # The identity is the scope, since two identities of different constructs may have the same id.
        return RoleAssignment(
            identity,
            "use-state",
            scope=self.container.id,
            role_definition_name=_READ_AND_WRITE,
            principal_id=identity.principal_id,
            principal_type="ServicePrincipal",
            condition=f"(!(ActionMatches{{'{_DELETE}'}}))",
            condition_version="2.0",
        )


_WAIVERS = {
    "CKV_AZURE_35": "no networks are named that deployments come from; every request needs a role in Entra",
    "CKV_AZURE_206": "the region has no pair to which Azure could copy",
}
