"""Encryption keys that the subscription itself holds."""

from collections.abc import Collection

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_azurerm.data_azurerm_client_config import DataAzurermClientConfig
from cdktf_cdktf_provider_azurerm.disk_encryption_set import DiskEncryptionSet, DiskEncryptionSetIdentity
from cdktf_cdktf_provider_azurerm.key_vault import KeyVault, KeyVaultNetworkAcls
from cdktf_cdktf_provider_azurerm.key_vault_key import (
    KeyVaultKey,
    KeyVaultKeyRotationPolicy,
    KeyVaultKeyRotationPolicyAutomatic,
)
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.role_assignment import RoleAssignment
from cdktf_cdktf_provider_azurerm.user_assigned_identity import UserAssignedIdentity
from constructs import Construct

from backstay.azure.default_tags import default_tags
from backstay.azure.deploy_from import deploy_from
from backstay.azure.key_access import KeyRole, grant_group
from backstay.outputs import KeyOutputs
from backstay.topology import CloudRegion, Names
from backstay.topology.keys import KeyUse

__all__ = ["Key", "KeyUse"]

# How long a deleted vault or key can be had back; Key Vault allows 7 to 90 days.
_DELETION_DAYS = 90
_DISPOSABLE_DELETION_DAYS = 7


class Key(Construct):
    """Encrypt what one purpose stores with a key of its own, in a hardware-backed vault that holds nothing else.

    Whoever deploys first becomes the key's administrator. Everybody else who plans or deploys needs the role Key
    Vault Crypto Officer on the vault or above it.

    Survives: its yearly rotation, since old data keeps its old version; a deletion by mistake, even by an
    administrator, which can be taken back for 90 days (7 where disposable).
    Does not survive: the loss of its region, from which on it is read-only in Microsoft's paired region, if there is
    one. What is copied to another region is encrypted there with that region's key.
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
        disposable: bool = False,
    ) -> None:
        """Make the vault and the key in it.

        Args:
            scope: what the key is part of.
            id_: its id there.
            purpose: what it is for, in one word; part of its name.
            uses: what it encrypts.
            region: where it lives.
            names: the environment's names.
            disposable: whether an apply may delete it.

        Raises:
            ValueError: when there are no uses.
        """
        super().__init__(scope, id_)
        if not uses:
            raise ValueError(f"key {purpose!r} has no uses; name at least one of {', '.join(KeyUse)}")
        self._place = {"location": region.name, "tags": default_tags(self)}
        self._keep = None if disposable else TerraformResourceLifecycle(prevent_destroy=True)
        self.purpose = purpose
        self.group = ResourceGroup(self, "group", name=names.resource_group(f"{purpose}-key", region), **self._place)
        self.deployer = DataAzurermClientConfig(self, "deployer")
        self.administration = RoleAssignment(
            self,
            "administration",
            scope=self.group.id,
            role_definition_name=KeyRole.ADMINISTER.value,
            principal_id=self.deployer.object_id,
            # Whoever deploys next would take the role from whoever deployed before.
            lifecycle=TerraformResourceLifecycle(ignore_changes=["principal_id"]),
        )
        roles, disks_name = [self.administration], names.resource(f"{purpose}-disks")
        if KeyUse.DISKS in uses:
            self.disk_identity = UserAssignedIdentity(
                self, "disk-identity", name=disks_name, resource_group_name=self.group.name, **self._place
            )
            self.disk_access = grant_group(
                self,
                "disk-access",
                group=self.group.id,
                principal=self.disk_identity.principal_id,
                role=KeyRole.WRAP_UNWRAP,
            )
            roles.append(self.disk_access)
        self.vault = self._vault(names.vault(purpose, region), uses, roles, disposable=disposable)
        self.key = self._key()
        if KeyUse.DISKS in uses:
            self.disk_encryption = self._disk_encryption(disks_name)
        self.outputs = KeyOutputs(
            id=self.key.versionless_id,
            alias=self.group.id,
            disk_encryption=self.disk_encryption.id if KeyUse.DISKS in uses else None,
        )

    def grant_encrypt_decrypt(self, identity: UserAssignedIdentity) -> RoleAssignment:
        """Let a managed identity encrypt and decrypt with the key itself, as Kubernetes does with its secrets."""
        return self._grant(identity, "encrypt-decrypt", KeyRole.ENCRYPT_DECRYPT)

    def grant_wrap_unwrap(self, identity: UserAssignedIdentity) -> RoleAssignment:
        """Let the managed identity of an Azure service wrap its own keys with the key, as storage does."""
        return self._grant(identity, "wrap-unwrap", KeyRole.WRAP_UNWRAP)

    def _grant(self, identity: UserAssignedIdentity, verb: str, role: KeyRole) -> RoleAssignment:
        # The identity is the scope, since two identities of different constructs may have the same id.
        return grant_group(
            identity, f"{verb}-{self.purpose}", group=self.group.id, principal=identity.principal_id, role=role
        )

    def _vault(self, name: str, uses: Collection[KeyUse], roles: list[RoleAssignment], *, disposable: bool) -> KeyVault:
        # AKS reaches the key that encrypts its secrets from addresses of its own, and is no trusted service.
        allowed = [] if KeyUse.CLUSTER_SECRETS in uses else deploy_from(self)
        vault = KeyVault(
            self,
            "vault",
            name=name,
            resource_group_name=self.group.name,
            tenant_id=self.deployer.tenant_id,
            sku_name="premium",
            rbac_authorization_enabled=True,
            # Disks and storage refuse a vault that could be purged under them.
            purge_protection_enabled=True,
            soft_delete_retention_days=_DISPOSABLE_DELETION_DAYS if disposable else _DELETION_DAYS,
            network_acls=KeyVaultNetworkAcls(
                default_action="Deny" if allowed else "Allow", bypass="AzureServices", ip_rules=allowed or None
            ),
            lifecycle=self._keep,
            depends_on=roles,
            **self._place,
        )
        vault.add_override("//.checkov", _VAULT_WAIVERS if allowed else _VAULT_WAIVERS | _OPEN_VAULT_WAIVERS)
        return vault

    def _key(self) -> KeyVaultKey:
        key = KeyVaultKey(
            self,
            "key",
            name=self.purpose,
            key_vault_id=self.vault.id,
            key_type="RSA-HSM",
            key_size=3072,
            key_opts=["decrypt", "encrypt", "unwrapKey", "wrapKey"],
            rotation_policy=KeyVaultKeyRotationPolicy(
                automatic=KeyVaultKeyRotationPolicyAutomatic(time_after_creation="P365D")
            ),
            lifecycle=self._keep,
            tags=default_tags(self),
        )
        key.add_override(
            "//.checkov", {"CKV_AZURE_40": "what an expired key encrypts is lost; each year a new version takes over"}
        )
        return key

    def _disk_encryption(self, name: str) -> DiskEncryptionSet:
        return DiskEncryptionSet(
            self,
            "disk-encryption",
            name=name,
            resource_group_name=self.group.name,
            key_vault_key_id=self.key.versionless_id,
            auto_key_rotation_enabled=True,
            identity=DiskEncryptionSetIdentity(type="UserAssigned", identity_ids=[self.disk_identity.id]),
            lifecycle=self._keep,
            depends_on=[self.disk_access],
            **self._place,
        )


_VAULT_WAIVERS = {
    "CKV_AZURE_189": "deployments come from outside; every request needs a role in Entra",
    "CKV2_AZURE_32": "nothing inside the network asks the vault: disks and storage do, which are trusted services",
}
_OPEN_VAULT_WAIVERS = {
    "CKV_AZURE_109": "no networks are named that deployments come from, or AKS has to reach the key",
}
