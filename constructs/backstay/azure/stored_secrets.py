"""How a cluster reads secrets of a key vault by itself, so that Terraform never sees their values."""

import json
from collections.abc import Sequence

from cdktf_cdktf_provider_azurerm.data_azurerm_kubernetes_cluster import DataAzurermKubernetesCluster
from cdktf_cdktf_provider_azurerm.federated_identity_credential import FederatedIdentityCredential
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.role_assignment import RoleAssignment
from cdktf_cdktf_provider_azurerm.user_assigned_identity import UserAssignedIdentity
from constructs import Construct

from backstay.azure.default_tags import default_tags
from backstay.azure.secrets import require_distinct, stored_name
from backstay.outputs import SecretStoreOutputs
from backstay.topology import CloudRegion, Names, SecretSpec

# https://learn.microsoft.com/azure/aks/csi-secrets-store-identity-access
_DRIVER, _PROVIDER = "secrets-store.csi.k8s.io", "azure"
_AUDIENCE = "api://AzureADTokenExchange"
_READER = "Key Vault Secrets User"


class StoredSecrets(Construct):
    """Let the pods of one service account, and nobody else in the cluster, read certain secrets of the region's vault.

    They act as an identity of their own. The one that AKS makes for the driver would do for every pod of the cluster,
    and for every process on its nodes.

    The vault has to be one that asks Entra for roles, and has to be reachable from the cluster's network. Whoever
    applies has to be allowed to assign roles on its secrets, and needs no right to read them.

    Survives: the loss of every other region; a stolen state, which holds the names of secrets and no values.
    Does not survive: the loss of the vault. Pods that run keep what they have read, and no pod starts.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        specs: Sequence[SecretSpec],
        namespace: str,
        service_account: str,
        region: CloudRegion,
        names: Names,
        vault: str | None,
    ) -> None:
        """Make the identity, and let it read.

        Args:
            scope: what the secrets are part of.
            id_: their id there.
            specs: the secrets, all of them stored.
            namespace: the pods' namespace.
            service_account: the pods' service account.
            region: where the cluster is, which is found by its computed name.
            names: the environment's names.
            vault: the resource id of the key vault that holds the secrets.

        Raises:
            ValueError: when no vault is given, when two secrets have one name, here or in the vault, or when a name is
                too long for one.
        """
        super().__init__(scope, id_)
        require_distinct(specs)
        if vault is None:
            raise ValueError(
                f"secrets are to be read from a key vault in {region} and none is given; "
                "name the region's vault under azure.vaults"
            )
        stored = {spec.name: stored_name(spec.stored_as) for spec in specs if spec.stored_as}
        cluster = DataAzurermKubernetesCluster(
            self, "cluster", name=names.cluster(), resource_group_name=names.resource_group("cluster", region)
        )
        self.group = ResourceGroup(
            self,
            "group",
            name=names.resource_group("secrets", region),
            location=region.name,
            tags=default_tags(self),
        )
        self.identity = UserAssignedIdentity(
            self,
            "identity",
            name=names.resource("secrets"),
            resource_group_name=self.group.name,
            location=self.group.location,
            tags=default_tags(self),
        )
        self.credential = FederatedIdentityCredential(
            self,
            "credential",
            name=service_account,
            resource_group_name=self.group.name,
            parent_id=self.identity.id,
            issuer=cluster.oidc_issuer_url,
            subject=f"system:serviceaccount:{namespace}:{service_account}",
            audience=[_AUDIENCE],
        )
        self.readers = [
            RoleAssignment(
                self,
                f"read-{name}",
                scope=f"{vault}/secrets/{name}",
                role_definition_name=_READER,
                principal_id=self.identity.principal_id,
                principal_type="ServicePrincipal",
            )
            for name in sorted(set(stored.values()))
        ]
        self.outputs = SecretStoreOutputs(
            driver=_DRIVER,
            provider=_PROVIDER,
            parameters={
                "usePodIdentity": "false",
                "clientID": self.identity.client_id,
                "tenantId": self.identity.tenant_id,
                "keyvaultName": vault.rpartition("/")[-1],
                "objects": _objects(stored),
            },
            annotations={},
            syncs=True,
        )


def _objects(stored: dict[str, str]) -> str:
    """What the provider reads: YAML, of which JSON is a part, with YAML in it."""
    return json.dumps(
        {
            "array": [
                json.dumps({"objectName": name, "objectType": "secret", "objectAlias": alias})
                for alias, name in stored.items()
            ]
        }
    )
