"""Who may plan and apply an environment from GitHub, without a key that anybody could lose."""

from collections.abc import Sequence

from cdktf_cdktf_provider_azurerm.data_azurerm_role_definition import DataAzurermRoleDefinition
from cdktf_cdktf_provider_azurerm.data_azurerm_subscription import DataAzurermSubscription
from cdktf_cdktf_provider_azurerm.federated_identity_credential import FederatedIdentityCredential
from cdktf_cdktf_provider_azurerm.management_lock import ManagementLock
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.role_assignment import RoleAssignment
from cdktf_cdktf_provider_azurerm.role_definition import RoleDefinition, RoleDefinitionPermissions
from cdktf_cdktf_provider_azurerm.user_assigned_identity import UserAssignedIdentity
from constructs import Construct

from backstay.azure.default_tags import default_tags
from backstay.azure.pipeline import rights
from backstay.azure.remote_state import CONTAINER
from backstay.outputs import PipelineOutputs
from backstay.topology import Access, Cloud, CloudRegion, Names, PipelineSpec
from backstay.topology.pipeline import ISSUER

AUDIENCE = "api://AzureADTokenExchange"
"""Whom the tokens are for, as the provider asks for them."""


class PipelineAccess(Construct):
    """Let a repository's workflows plan an environment by reading it, and apply it without giving themselves more.

    Each of the two is an identity that takes the tokens of its own GitHub environment only. Azure compares nothing but
    issuer, audience and subject, so on which branch something is applied is for the GitHub environment to say. A lock
    keeps both identities as they are; whoever changes them takes it off first.

    Survives: a key that leaks, as there is none; a pull request that runs whatever it likes while it is planned; the
    loss of any region but that of the identities, which Entra knows everywhere for as long as they are not changed.
    Does not survive: whoever may approve a deployment and means harm, who reaches as far as the subscription.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: PipelineSpec,
        region: CloudRegion,
        regions: Sequence[CloudRegion],
        names: Names,
        has_states: bool = True,
        zone: str | None = None,  # noqa: ARG002 - as in every cloud; Azure's zones hold no records of Backstay's
        secrets: Sequence[str] = (),  # noqa: ARG002 - as in every cloud; vaults that exist have roles of their own
        disposable: bool = False,  # noqa: ARG002 - as in every cloud; nobody else uses what is made here
    ) -> None:
        """Make the identities and their roles.

        Args:
            scope: what they are part of.
            id_: their id there.
            spec: the repository.
            region: where the identities live.
            regions: the environment's regions on this cloud.
            names: the environment's names.
            has_states: whether the regions have stores of states that Backstay made.
            zone: the zone on this cloud that the environment's records are in.
            secrets: the stored secrets that Terraform passes on to clusters.
            disposable: whether an apply may delete what others may use.
        """
        super().__init__(scope, id_)
        self._names, self._spec = names, spec
        self.subscription = DataAzurermSubscription(self, "subscription")
        self.group = ResourceGroup(
            self,
            "group",
            name=names.resource_group("pipeline", region),
            location=region.name,
            tags=default_tags(self),
        )
        self.given = {id_: DataAzurermRoleDefinition(self, id_, name=role) for id_, role in rights.GIVEN.items()}
        self.plan = self._identity(Access.PLAN)
        self.apply = self._identity(Access.APPLY)
        self._may(
            self.plan,
            Access.PLAN,
            RoleDefinitionPermissions(actions=rights.PLAN_ACTIONS, data_actions=rights.PLAN_DATA_ACTIONS),
        )
        self._may(
            self.apply,
            Access.APPLY,
            RoleDefinitionPermissions(
                actions=rights.APPLY_ACTIONS,
                not_actions=rights.APPLY_NOT_ACTIONS,
                data_actions=rights.APPLY_DATA_ACTIONS,
            ),
            condition=rights.only_giving([role.role_definition_id for role in self.given.values()]),
        )
        for place in regions if has_states else ():
            self._use_states(place)
        trusted = [credential for identity in (self.plan, self.apply) for credential in self._trust(identity)]
        self.lock = ManagementLock(
            self,
            "lock",
            name="pipeline",
            scope=self.group.id,
            lock_level="ReadOnly",
            notes="These identities say what workflows may do: take the lock off to change them, by hand.",
            depends_on=trusted,
        )
        self.outputs = PipelineOutputs(
            plan=self.plan.client_id, apply=self.apply.client_id, provider=self.plan.tenant_id
        )

    def _identity(self, access: Access) -> UserAssignedIdentity:
        return UserAssignedIdentity(
            self,
            str(access),
            name=self._names.pipeline_role(access),
            resource_group_name=self.group.name,
            location=self.group.location,
            tags=default_tags(self),
        )

    def _trust(self, identity: UserAssignedIdentity) -> list[FederatedIdentityCredential]:
        subjects = self._spec.subjects(self._names.environment, Access(identity.node.id))
        # The first has the numbers of owner and repository in it, if they are known; the second could be taken over.
        return [
            FederatedIdentityCredential(
                identity,
                "trust",
                name="github",
                resource_group_name=self.group.name,
                parent_id=identity.id,
                issuer=ISSUER,
                audience=[AUDIENCE],
                subject=subjects[0],
            )
        ]

    def _may(
        self,
        identity: UserAssignedIdentity,
        access: Access,
        permissions: RoleDefinitionPermissions,
        condition: str | None = None,
    ) -> None:
        role = RoleDefinition(
            identity,
            "role",
            name=self._names.pipeline_role(access),
            description=f"What workflows need to {access} {self._names.environment}.",
            scope=self.subscription.id,
            assignable_scopes=[self.subscription.id],
            permissions=[permissions],
        )
        RoleAssignment(
            identity,
            "may",
            scope=self.subscription.id,
            role_definition_id=role.role_definition_resource_id,
            principal_id=identity.principal_id,
            principal_type="ServicePrincipal",
            condition=condition,
            condition_version="2.0" if condition else None,
        )

    def _use_states(self, region: CloudRegion) -> None:
        names = self._names
        states = (
            f"{self.subscription.id}/resourceGroups/{names.resource_group('state', region)}/providers/"
            f"Microsoft.Storage/storageAccounts/{names.storage_account('state', region)}/"
            f"blobServices/default/containers/{CONTAINER}"
        )
        own = names.state_key(names.pipeline_stack(Cloud.AZURE))
        for identity, role, condition in (
            (self.plan, "Storage Blob Data Reader", None),
            (self.apply, "Storage Blob Data Contributor", rights.only_writing_states_but(own)),
        ):
            RoleAssignment(
                identity,
                f"states-{region.name}",
                scope=states,
                role_definition_name=role,
                principal_id=identity.principal_id,
                principal_type="ServicePrincipal",
                condition=condition,
                condition_version="2.0" if condition else None,
            )
