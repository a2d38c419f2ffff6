"""Storage that is encrypted with a key of the subscription's own and closed to everybody but named networks."""

from collections.abc import Mapping, Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.role_assignment import RoleAssignment
from cdktf_cdktf_provider_azurerm.storage_account import (
    StorageAccount,
    StorageAccountBlobProperties,
    StorageAccountCustomerManagedKey,
    StorageAccountIdentity,
    StorageAccountNetworkRules,
    StorageAccountSasPolicy,
)
from cdktf_cdktf_provider_azurerm.user_assigned_identity import UserAssignedIdentity
from constructs import Construct

from backstay.azure.default_tags import default_tags
from backstay.azure.deploy_from import deploy_from
from backstay.azure.key_access import KeyRole, grant_key
from backstay.outputs import KeyOutputs
from backstay.topology import CloudRegion


class EncryptedStorage(Construct):
    """Keep blobs where neither a leaked account key nor the public opens them.

    Survives: the loss of a zone, and the key's rotation; an apply that would delete the account, unless disposable.
    Does not survive: the loss of its key.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        region: CloudRegion,
        resource_group: ResourceGroup,
        key: KeyOutputs,
        replication: str,
        blob_properties: StorageAccountBlobProperties,
        closed: bool,
        waivers: Mapping[str, str],
        account_keys: str | None = None,
        after: Sequence[RoleAssignment] = (),
        disposable: bool = False,
    ) -> None:
        """Make the account.

        Args:
            scope: what the storage is part of.
            id_: its id there.
            name: the account's name, which is unique in the world.
            region: where it lives.
            resource_group: where it belongs.
            key: encrypts what is in it.
            replication: where copies are, in Azure's words, such as `ZRS`.
            blob_properties: how long what was changed or deleted can be had back.
            closed: whether only Azure's own services, and the networks that deployments come from, reach it.
            waivers: findings of checkov that are chosen, with their reasons.
            account_keys: the reason why the account's keys, which know no roles, open it. By default they do not.
            after: roles that have to be in force when the account is there.
            disposable: whether an apply may delete it with all that is in it.
        """
        super().__init__(scope, id_)
        self.identity = UserAssignedIdentity(
            self,
            "identity",
            name=f"{name}-key",
            resource_group_name=resource_group.name,
            location=region.name,
            tags=default_tags(self),
        )
        self.key_access = grant_key(
            self, "key-access", key=key, principal=self.identity.principal_id, role=KeyRole.WRAP_UNWRAP
        )
        self.account = StorageAccount(
            self,
            "account",
            name=name,
            resource_group_name=resource_group.name,
            location=region.name,
            account_kind="StorageV2",
            account_tier="Standard",
            account_replication_type=replication,
            min_tls_version="TLS1_2",
            https_traffic_only_enabled=True,
            shared_access_key_enabled=account_keys is not None,
            sas_policy=StorageAccountSasPolicy(expiration_period="01.00:00:00"),
            default_to_oauth_authentication=True,
            local_user_enabled=False,
            allow_nested_items_to_be_public=False,
            cross_tenant_replication_enabled=False,
            network_rules=StorageAccountNetworkRules(
                default_action="Deny" if closed else "Allow",
                bypass=["AzureServices"],
                ip_rules=(deploy_from(self) or None) if closed else None,
            ),
            identity=StorageAccountIdentity(type="UserAssigned", identity_ids=[self.identity.id]),
            customer_managed_key=StorageAccountCustomerManagedKey(
                key_vault_key_id=key.id, user_assigned_identity_id=self.identity.id
            ),
            blob_properties=blob_properties,
            tags=default_tags(self),
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
            depends_on=[self.key_access, *after],
        )
        by_key = {"CKV2_AZURE_40": account_keys} if account_keys else {}
        self.account.add_override("//.checkov", {**_WAIVERS, **waivers, **by_key})


_WAIVERS = {
    "CKV_AZURE_59": "the account has a public name; rules and roles decide who passes",
    "CKV2_AZURE_33": "nothing inside the network asks for it: deployments do, and services of Azure",
    "CKV_AZURE_33": "queues are not used",
}
