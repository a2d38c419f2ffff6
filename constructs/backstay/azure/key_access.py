"""Who may use a key: roles, which are given on the resource group that holds the key and nothing else.

A role takes minutes to reach a vault. One that is given on the group can be there before the vault is, and the vault
takes minutes too: so whatever needs both finds the role in force.
"""

from enum import StrEnum

from cdktf import Fn, Token
from cdktf_cdktf_provider_azurerm.data_azurerm_key_vault_key import DataAzurermKeyVaultKey
from cdktf_cdktf_provider_azurerm.role_assignment import RoleAssignment
from constructs import Construct

from backstay.outputs import KeyOutputs


class KeyRole(StrEnum):
    """What a principal may do with a key, by the names of Azure's own roles."""

    ADMINISTER = "Key Vault Crypto Officer"
    ENCRYPT_DECRYPT = "Key Vault Crypto User"
    WRAP_UNWRAP = "Key Vault Crypto Service Encryption User"
    """What Azure's own services need: they encrypt with a key that they keep wrapped by this one."""


def grant_key(scope: Construct, id_: str, *, key: KeyOutputs, principal: str, role: KeyRole) -> RoleAssignment:
    """Let the managed identity with the object id `principal` use a key."""
    return grant_group(scope, id_, group=key.alias, principal=principal, role=role)


def grant_group(scope: Construct, id_: str, *, group: str, principal: str, role: KeyRole) -> RoleAssignment:
    """Let a managed identity use the key that a resource group holds, which may be yet to come."""
    return RoleAssignment(
        scope,
        id_,
        scope=group,
        role_definition_name=role.value,
        principal_id=principal,
        # Said, so that Azure does not look for an identity which Entra may not show yet.
        principal_type="ServicePrincipal",
    )


def current_version(scope: Construct, id_: str, *, key: KeyOutputs) -> str:
    """The address of a key's newest version, for what does not follow its rotation by itself, such as AKS."""
    vault = Token.as_string(Fn.element(Fn.regex("https://([^.]+)", key.id), 0))
    return DataAzurermKeyVaultKey(
        scope,
        id_,
        name=Fn.basename(key.id),
        key_vault_id=f"{key.alias}/providers/Microsoft.KeyVault/vaults/{vault}",
    ).id
