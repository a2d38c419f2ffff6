"""Who administers a cluster."""

from collections.abc import Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_azurerm.data_azurerm_client_config import DataAzurermClientConfig
from cdktf_cdktf_provider_azurerm.role_assignment import RoleAssignment
from constructs import Construct

_ADMINISTRATOR = "Azure Kubernetes Service RBAC Cluster Admin"
# Administering the cluster's inside says nothing about finding it from outside.
_VISITOR = "Azure Kubernetes Service Cluster User Role"


class ClusterAccess(Construct):
    """Give whoever deploys first, and the named groups, the whole cluster through its API.

    The first deployer keeps the role when somebody else applies later, so that a plan does not depend on who
    makes it. Everybody else who deploys has to be in a group of administrators.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        cluster: str,
        caller: DataAzurermClientConfig,
        groups: Sequence[str],
    ) -> None:
        """Make the role assignments.

        Args:
            scope: what the access is part of.
            id_: its id there.
            cluster: the cluster's resource id.
            caller: whoever deploys.
            groups: the object ids of Entra groups that administer the cluster besides whoever deploys.
        """
        super().__init__(scope, id_)
        self.deployer = RoleAssignment(
            self,
            "deployer",
            scope=cluster,
            role_definition_name=_ADMINISTRATOR,
            principal_id=caller.object_id,
            lifecycle=TerraformResourceLifecycle(ignore_changes=["principal_id"]),
        )
        for group in groups:
            administrators = Construct(self, group)
            for id_, role in (("administrator", _ADMINISTRATOR), ("visitor", _VISITOR)):
                RoleAssignment(
                    administrators,
                    id_,
                    scope=cluster,
                    role_definition_name=role,
                    principal_id=group,
                    principal_type="Group",
                )
