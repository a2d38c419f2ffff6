"""What the identities of a pipeline may do in their subscription.

Azure's roles know no prefixes of names and no tags: what they allow, they allow in the whole scope that they are
assigned in, and the environment's resource groups are made by what is applied. So environments that have to be kept
apart want subscriptions of their own.
"""

from collections.abc import Sequence

# The services that the constructs use.
_SERVICES = (
    "Microsoft.Authorization",
    "Microsoft.Compute",
    "Microsoft.ContainerService",
    "Microsoft.Insights",
    "Microsoft.KeyVault",
    "Microsoft.ManagedIdentity",
    "Microsoft.Network",
    "Microsoft.OperationalInsights",
    "Microsoft.Resources",
    "Microsoft.Storage",
)

PLAN_ACTIONS = [
    *(f"{service}/*/read" for service in _SERVICES),
    # The provider asks for it whenever it reads a cluster; without local accounts there is no credential in it.
    "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action",
]
PLAN_DATA_ACTIONS = [
    "Microsoft.KeyVault/vaults/keyrotationpolicies/read",
    "Microsoft.KeyVault/vaults/keys/read",
]
"""A key's public half and when it is replaced: the provider reads both in the vault itself."""

APPLY_ACTIONS = [
    *PLAN_ACTIONS,
    "Microsoft.Authorization/roleAssignments/delete",
    "Microsoft.Authorization/roleAssignments/write",
    "Microsoft.Compute/diskEncryptionSets/*",
    "Microsoft.Compute/disks/*",
    "Microsoft.Compute/virtualMachineScaleSets/*",
    "Microsoft.Compute/virtualMachines/*",
    "Microsoft.ContainerService/managedClusters/*",
    "Microsoft.Insights/autoscaleSettings/*",
    "Microsoft.Insights/diagnosticSettings/*",
    "Microsoft.KeyVault/vaults/delete",
    "Microsoft.KeyVault/vaults/write",
    "Microsoft.ManagedIdentity/userAssignedIdentities/*",
    "Microsoft.Network/applicationGateways/*",
    "Microsoft.Network/natGateways/*",
    "Microsoft.Network/networkInterfaces/*",
    "Microsoft.Network/networkSecurityGroups/*",
    "Microsoft.Network/networkWatchers/*",
    "Microsoft.Network/publicIPAddresses/*",
    "Microsoft.Network/virtualNetworks/*",
    "Microsoft.OperationalInsights/workspaces/*",
    "Microsoft.Resources/deployments/*",
    "Microsoft.Resources/subscriptions/resourceGroups/delete",
    "Microsoft.Resources/subscriptions/resourceGroups/write",
    "Microsoft.Storage/storageAccounts/*",
]
APPLY_DATA_ACTIONS = [
    *PLAN_DATA_ACTIONS,
    # What is in a cluster, whoever made the cluster.
    "Microsoft.ContainerService/managedClusters/*",
]
APPLY_NOT_ACTIONS = [
    "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/runCommand/action",
    "Microsoft.Compute/virtualMachines/runCommand/action",
    "Microsoft.ContainerService/managedClusters/accessProfiles/listCredential/action",
    "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
    "Microsoft.ContainerService/managedClusters/runCommand/action",
    "Microsoft.Storage/storageAccounts/listKeys/action",
    "Microsoft.Storage/storageAccounts/regenerateKey/action",
]

GIVEN = {
    "cluster-admin": "Azure Kubernetes Service RBAC Cluster Admin",
    "key-officer": "Key Vault Crypto Officer",
    "key-service": "Key Vault Crypto Service Encryption User",
    "key-user": "Key Vault Crypto User",
    "network": "Network Contributor",
    "secrets": "Key Vault Secrets User",
    "states": "Storage Blob Data Contributor",
}
"""The roles that the constructs give to what they make."""

_ASSIGNMENTS = "Microsoft.Authorization/roleAssignments"
_BLOBS = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs"


def only_giving(roles: Sequence[str]) -> str:
    """The condition that of all roles these may be given and taken away, by their ids; none that gives roles itself."""
    ids = ", ".join(roles)
    sides = {"write": "@Request", "delete": "@Resource"}
    return " AND ".join(
        f"((!(ActionMatches{{'{_ASSIGNMENTS}/{verb}'}})) OR "
        f"({side}[{_ASSIGNMENTS}:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {{{ids}}}))"
        for verb, side in sides.items()
    )


def only_writing_states_but(own: str) -> str:
    """The condition that states are written, and none deleted or the pipeline's own changed.

    Args:
        own: how the path of the pipeline's own state begins.
    """
    written = " AND ".join(f"!(ActionMatches{{'{_BLOBS}/{verb}'}})" for verb in ("write", "add/action"))
    path = f"@Resource[{_BLOBS}:path] StringNotLike '{own}*'"
    return f"(!(ActionMatches{{'{_BLOBS}/delete'}})) AND (({written}) OR ({path}))"
