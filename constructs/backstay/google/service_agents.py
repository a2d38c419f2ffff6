"""The accounts by which Google's own services act in a project."""

from collections.abc import Callable, Mapping
from functools import cached_property

from cdktf_cdktf_provider_google.data_google_logging_project_cmek_settings import (
    DataGoogleLoggingProjectCmekSettings,
)
from cdktf_cdktf_provider_google.data_google_project import DataGoogleProject
from cdktf_cdktf_provider_google.data_google_storage_project_service_account import (
    DataGoogleStorageProjectServiceAccount,
)
from constructs import Construct

from backstay.topology.keys import KeyUse


class ServiceAgents(Construct):
    """Name the service that does the encrypting for a use of a key.

    What is looked up is looked up when it is first asked for.
    """

    def member(self, use: KeyUse) -> str:
        """The service agent that needs the key, as a member of IAM policies."""
        return f"serviceAccount:{_AGENTS[use](self)}"

    @cached_property
    def project(self) -> DataGoogleProject:
        """The project of the provider."""
        return DataGoogleProject(self, "project")

    def numbered(self, service: str) -> str:
        """The agent of a service that names agents by the project's number."""
        return f"service-{self.project.number}@{service}.iam.gserviceaccount.com"

    @cached_property
    def storage(self) -> str:
        """The agent of Cloud Storage, which does not exist until somebody asks for it."""
        return DataGoogleStorageProjectServiceAccount(self, "storage").email_address

    @cached_property
    def logging(self) -> str:
        """The agent of Cloud Logging, whose name follows no rule that Google promises."""
        settings = DataGoogleLoggingProjectCmekSettings(self, "logging", project=self.project.project_id)
        return settings.service_account_id


# https://docs.cloud.google.com/iam/docs/service-agents
_AGENTS: Mapping[KeyUse, Callable[[ServiceAgents], str]] = {
    KeyUse.DISKS: lambda agents: agents.numbered("compute-system"),
    KeyUse.CLUSTER_SECRETS: lambda agents: agents.numbered("container-engine-robot"),
    KeyUse.LOGS: lambda agents: agents.logging,
    KeyUse.STATE: lambda agents: agents.storage,
    KeyUse.SECRETS: lambda agents: agents.numbered("gcp-sa-secretmanager"),
    KeyUse.DATABASES: lambda agents: agents.numbered("gcp-sa-cloud-sql"),
    KeyUse.CACHES: lambda agents: agents.numbered("cloud-redis"),
    KeyUse.TABLES: lambda agents: agents.numbered("gcp-sa-firestore"),
    KeyUse.QUEUES: lambda agents: agents.numbered("gcp-sa-pubsub"),
    KeyUse.OBJECTS: lambda agents: agents.storage,
    KeyUse.IMAGES: lambda agents: agents.numbered("gcp-sa-artifactregistry"),
    KeyUse.BACKUPS: lambda agents: agents.numbered("gcp-sa-gkebackup"),
    KeyUse.ALARMS: lambda agents: agents.numbered("gcp-sa-monitoring-notification"),
}
