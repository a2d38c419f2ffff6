"""Where a region's services write down what they do."""

from collections.abc import Sequence

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_azurerm.log_analytics_workspace import LogAnalyticsWorkspace
from cdktf_cdktf_provider_azurerm.monitor_diagnostic_setting import (
    MonitorDiagnosticSetting,
    MonitorDiagnosticSettingEnabledLog,
)
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from constructs import Construct

from backstay.azure.default_tags import default_tags

# https://learn.microsoft.com/azure/azure-monitor/logs/data-retention-configure
_LEAST_DAYS, _MOST_DAYS = 30, 730


class LogWorkspace(Construct):
    """Keep logs where they can be searched: for 30 days at least, and for two years at most.

    Azure's own keys encrypt them. Log Analytics takes a key of the customer's only for a dedicated cluster, which
    is bought for 100 GB a day and more.

    Survives: the loss of any other region; an apply that would delete the logs, unless disposable.
    Does not survive: the loss of its own region; the logs tell how a region was used, not what it holds.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        name: str,
        resource_group: ResourceGroup,
        retain_days: int,
        disposable: bool,
    ) -> None:
        super().__init__(scope, id_)
        self.workspace = LogAnalyticsWorkspace(
            self,
            "workspace",
            name=name,
            resource_group_name=resource_group.name,
            location=resource_group.location,
            sku="PerGB2018",
            retention_in_days=min(max(retain_days, _LEAST_DAYS), _MOST_DAYS),
            # Shared keys, which everybody who knows them is.
            local_authentication_enabled=False,
            tags=default_tags(self),
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )

    def collect(self, id_: str, *, resource: str, categories: Sequence[str]) -> MonitorDiagnosticSetting:
        """Send logs of a resource to the workspace, each category to a table of its own."""
        return MonitorDiagnosticSetting(
            self,
            id_,
            name="backstay",
            target_resource_id=resource,
            log_analytics_workspace_id=self.workspace.id,
            log_analytics_destination_type="Dedicated",
            enabled_log=[MonitorDiagnosticSettingEnabledLog(category=category) for category in categories],
        )
