"""TLS for the names under which a region answers."""

import re

from cdktf import Postcondition, TerraformResourceLifecycle, Token
from cdktf_cdktf_provider_azurerm.data_azurerm_resources import DataAzurermResources
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.role_assignment import RoleAssignment
from cdktf_cdktf_provider_azurerm.user_assigned_identity import UserAssignedIdentity
from constructs import Construct

from backstay.azure.default_tags import default_tags

_SECRET = re.compile(r"https://(?P<vault>[A-Za-z0-9-]+)\.vault\.azure\.net/secrets/(?P<name>[A-Za-z0-9-]+)")


class Certificate(Construct):
    """Let a load balancer read its certificate in Key Vault, and nothing else there.

    Key Vault renews the certificate, and the load balancer asks for the newest version every four hours. The vault
    has to be in the stack's subscription, give access by Azure roles, and admit trusted services of Azure.

    Survives: a renewal of the certificate; the loss of any other region.
    Does not survive: the loss of the vault's region for longer than the certificate is valid.

    Attributes:
        secret_id: the certificate with its private key, whatever its version.
        identity: reads it.
        reader: what lets the identity do so; use the certificate only after it.
    """

    def __init__(
        self, scope: Construct, id_: str, *, certificate: str | None, name: str, resource_group: ResourceGroup
    ) -> None:
        """Find the vault, and let an identity read one secret of it.

        Args:
            scope: what it is part of.
            id_: its id there.
            certificate: the address of the certificate's secret, without a version.
            name: the identity's name.
            resource_group: where the identity lies.

        Raises:
            ValueError: when the certificate is not given, or is not the address of a secret without a version.
        """
        super().__init__(scope, id_)
        secret = _SECRET.fullmatch(certificate or "")
        if certificate is None or secret is None:
            raise ValueError(
                f"certificate {certificate!r} is not the address of a secret in Key Vault, "
                "such as 'https://acme-certificates.vault.azure.net/secrets/llm'; put the certificate for the "
                "host name and the region's own name into a vault, and give its address without a version"
            )
        self.secret_id = certificate
        self.identity = UserAssignedIdentity(
            self,
            "identity",
            name=name,
            resource_group_name=resource_group.name,
            location=resource_group.location,
            tags=default_tags(self),
        )
        vault = secret["vault"]
        self.vaults = DataAzurermResources(self, "vaults", type="Microsoft.KeyVault/vaults", name=vault)
        self.vaults.lifecycle = TerraformResourceLifecycle(
            postcondition=[
                Postcondition(
                    condition="${length(self.resources) == 1}",
                    error_message=f"no key vault {vault} was found in the subscription; "
                    "move the certificate to a vault there",
                )
            ]
        )
        vault_id = Token.as_string(self.vaults.resources.get(0).id)
        self.reader = RoleAssignment(
            self,
            "reader",
            scope=f"{vault_id}/secrets/{secret['name']}",
            role_definition_name="Key Vault Secrets User",
            principal_id=self.identity.principal_id,
            principal_type="ServicePrincipal",
        )
