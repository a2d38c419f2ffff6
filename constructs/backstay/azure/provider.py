"""The one provider of a stack: the subscription that the environment names."""

from collections.abc import Mapping

from cdktf import TerraformStack
from cdktf_cdktf_provider_azurerm.provider import (
    AzurermProvider,
    AzurermProviderFeatures,
    AzurermProviderFeaturesKeyVault,
    AzurermProviderFeaturesLogAnalyticsWorkspace,
    AzurermProviderFeaturesResourceGroup,
    AzurermProviderFeaturesStorage,
)

from backstay.azure.default_tags import set_default_tags
from backstay.azure.deploy_from import set_deploy_from
from backstay.topology import AzureSpec, CloudRegion

# The bindings are made from 4.55; version 5 removed arguments that version 4 needs, such as those of DNS zone links.
PROVIDER_VERSIONS = ">= 4.55.0, < 5.0.0"

# What the constructs make. Left to itself, version 4 registers some 60 of them, for which a pipeline would need
# rights in the whole subscription; those that are registered already need none.
_RESOURCE_PROVIDERS = (
    "Microsoft.Authorization",
    "Microsoft.Compute",
    "Microsoft.ContainerService",
    "Microsoft.KeyVault",
    "Microsoft.ManagedIdentity",
    "Microsoft.Network",
    "Microsoft.OperationalInsights",
    "Microsoft.Storage",
    "Microsoft.PolicyInsights",
    "microsoft.insights",
)


def attach_provider(
    stack: TerraformStack,
    *,
    region: CloudRegion,  # noqa: ARG001 - as in every cloud; here each resource names its region itself
    account: AzureSpec | None = None,
    tags: Mapping[str, str],
) -> AzurermProvider:
    """Bind a stack to one subscription, before anything else is put into it.

    Credentials are looked for where the provider always does: Azure CLI, OpenID Connect, a managed identity.

    Args:
        stack: the stack.
        region: where everything in the stack lives.
        account: the subscription and its tenant; by default those of the environment variables ARM_SUBSCRIPTION_ID
            and ARM_TENANT_ID.
        tags: what everything in the stack carries.

    Raises:
        ValueError: when the stack holds constructs already.
    """
    set_default_tags(stack, tags)
    set_deploy_from(stack, account.deploy_from if account else ())
    provider = AzurermProvider(
        stack,
        "azure",
        subscription_id=account.subscription if account else None,
        tenant_id=account.tenant if account else None,
        # Shared keys are switched off on every storage account.
        storage_use_azuread=True,
        resource_provider_registrations="none",
        resource_providers_to_register=[*_RESOURCE_PROVIDERS],
        features=[_keep_what_was_deleted()],
    )
    stack.add_override("terraform.required_providers.azurerm.version", PROVIDER_VERSIONS)
    return provider


def _keep_what_was_deleted() -> AzurermProviderFeatures:
    return AzurermProviderFeatures(
        key_vault=[
            AzurermProviderFeaturesKeyVault(
                purge_soft_delete_on_destroy=False,
                purge_soft_deleted_keys_on_destroy=False,
                purge_soft_deleted_secrets_on_destroy=False,
                purge_soft_deleted_certificates_on_destroy=False,
                recover_soft_deleted_key_vaults=True,
                recover_soft_deleted_keys=True,
            )
        ],
        log_analytics_workspace=[AzurermProviderFeaturesLogAnalyticsWorkspace(permanently_delete_on_destroy=False)],
        resource_group=[AzurermProviderFeaturesResourceGroup(prevent_deletion_if_contains_resources=True)],
        # Everything that the constructs set is on the management side, which answers wherever a deployment comes from.
        storage=[AzurermProviderFeaturesStorage(data_plane_available=False)],
    )
