"""The identity with which a cluster's control plane acts on what is around it."""

from collections.abc import Mapping

from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.role_assignment import RoleAssignment
from cdktf_cdktf_provider_azurerm.user_assigned_identity import UserAssignedIdentity
from constructs import Construct

from backstay.azure.default_tags import default_tags


class ClusterIdentity(Construct):
    """Let a control plane do what it has to, before it is made: it cannot start without.

    Attributes:
        identity: who it is.
        roles: what lets it act; make the cluster only after them.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        resource_group: ResourceGroup,
        roles: Mapping[str, tuple[str, str]],
    ) -> None:
        """Make the identity and give it its roles.

        Args:
            scope: what it is part of.
            id_: its id there.
            name: its name.
            resource_group: where it lies.
            roles: each role and what it is for, by the id of its assignment.
        """
        super().__init__(scope, id_)
        self.identity = UserAssignedIdentity(
            self,
            "identity",
            name=name,
            resource_group_name=resource_group.name,
            location=resource_group.location,
            tags=default_tags(self),
        )
        self.roles = [
            RoleAssignment(
                self,
                role_id,
                scope=resource,
                role_definition_name=role,
                principal_id=self.identity.principal_id,
                principal_type="ServicePrincipal",
            )
            for role_id, (role, resource) in roles.items()
        ]
