"""Whom machines act as."""

from collections.abc import Mapping

from cdktf_cdktf_provider_google.project_iam_member import ProjectIamMember
from cdktf_cdktf_provider_google.service_account import ServiceAccount
from constructs import Construct

# What a machine may do is said by the roles of its account; scopes are the older way, and only narrow them further.
SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]


class MachineAccount(Construct):
    """Let machines act as themselves, without a key and never as the project's default account.

    Attributes:
        account: the service account.
        roles: its roles in the project; machines that start before them have nobody to talk to.
    """

    def __init__(self, scope: Construct, id_: str, *, name: str, of: str, roles: Mapping[str, str]) -> None:
        """Make the service account and grant its roles.

        Args:
            scope: what the account is part of.
            id_: its id there.
            name: its name, which is unique in the project.
            of: whose account it is, for people.
            roles: what it may do in its project, by the id of each grant.
        """
        super().__init__(scope, id_)
        self.account = ServiceAccount(self, "account", account_id=name, display_name=of)
        self.roles = [
            ProjectIamMember(self, role_id, project=self.account.project, role=role, member=self.account.member)
            for role_id, role in roles.items()
        ]
