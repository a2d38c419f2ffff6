"""Who administers a cluster."""

from collections.abc import Sequence

from cdktf import TerraformIterator, Token
from cdktf_cdktf_provider_google.container_cluster import ContainerCluster
from cdktf_cdktf_provider_google.project_iam_member import ProjectIamMember, ProjectIamMemberCondition
from constructs import Construct

from backstay.topology import AdminSpec


class ClusterAccess(Construct):
    """Give the named administrators one cluster, its API included, and no other cluster of the project.

    Whoever deploys needs no entry: who may make a cluster may administer it.
    """

    def __init__(
        self, scope: Construct, id_: str, *, cluster: ContainerCluster, project: str, admins: Sequence[AdminSpec]
    ) -> None:
        """Grant the role.

        Args:
            scope: what the access is part of.
            id_: its id there.
            cluster: the cluster.
            project: the cluster's project.
            admins: administrators; those of other clouds are left alone.
        """
        super().__init__(scope, id_)
        members = sorted({admin.google_member for admin in admins if admin.google_member})
        if members:
            named = TerraformIterator.from_list(members)
            self.admins = ProjectIamMember(
                self,
                "admin",
                for_each=named,
                project=project,
                role="roles/container.admin",
                member=Token.as_string(named.value),
                condition=ProjectIamMemberCondition(
                    title="one-cluster",
                    expression=f'resource.name == "{cluster.id}" || resource.name.startsWith("{cluster.id}/")',
                ),
            )
