"""A record of who talked to whom in a network."""

from cdktf_cdktf_provider_azurerm.network_watcher_flow_log import (
    NetworkWatcherFlowLog,
    NetworkWatcherFlowLogRetentionPolicy,
)
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from cdktf_cdktf_provider_azurerm.storage_account import (
    StorageAccountBlobProperties,
    StorageAccountBlobPropertiesDeleteRetentionPolicy,
)
from cdktf_cdktf_provider_azurerm.storage_management_policy import (
    StorageManagementPolicy,
    StorageManagementPolicyRule,
    StorageManagementPolicyRuleActions,
    StorageManagementPolicyRuleActionsBaseBlob,
    StorageManagementPolicyRuleFilters,
)
from constructs import Construct

from backstay.azure.default_tags import default_tags
from backstay.azure.encrypted_storage import EncryptedStorage
from backstay.outputs import KeyOutputs
from backstay.topology import CloudRegion, Names

# Azure itself makes one watcher in each region that has a network, and allows no second.
_WATCHERS_GROUP = "NetworkWatcherRG"
_UNDELETE_DAYS = 7


class FlowLogs(Construct):
    """See, weeks later, which connections a network accepted and refused.

    Network Watcher writes the records. Azure switches it on with the region's first network, unless the subscription
    opted out of that.

    Survives: the network, unless disposable: an apply cannot delete the records; the loss of a zone.
    Does not survive: the loss of its region.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        network: str,
        region: CloudRegion,
        names: Names,
        resource_group: ResourceGroup,
        key: KeyOutputs,
        keep_days: int,
        disposable: bool = False,
    ) -> None:
        """Record a network's traffic.

        Args:
            scope: the network.
            id_: its id there.
            network: the network's id.
            region: where the network lives.
            names: the environment's names.
            resource_group: where the records belong.
            key: encrypts the records.
            keep_days: how long records are kept, in days.
            disposable: whether an apply may delete the records.
        """
        super().__init__(scope, id_)
        self.storage = EncryptedStorage(
            self,
            "storage",
            name=names.storage_account("flow", region),
            region=region,
            resource_group=resource_group,
            key=key,
            replication="ZRS",
            blob_properties=StorageAccountBlobProperties(
                delete_retention_policy=StorageAccountBlobPropertiesDeleteRetentionPolicy(days=_UNDELETE_DAYS)
            ),
            closed=True,
            waivers={"CKV_AZURE_206": "records tell of one region's network, and are kept in its three zones"},
            # https://github.com/hashicorp/terraform-provider-azurerm/issues/30219
            account_keys="azurerm cannot give a flow log an identity, and without one it writes with a key",
            disposable=disposable,
        )
        account = self.storage.account.id
        self.flow_log = NetworkWatcherFlowLog(
            self,
            "flow-log",
            name=names.resource("flow"),
            network_watcher_name=f"NetworkWatcher_{region.name}",
            resource_group_name=_WATCHERS_GROUP,
            location=region.name,
            target_resource_id=network,
            storage_account_id=account,
            enabled=True,
            version=2,
            # Azure would write a rule of its own over the one below, and knows no more than a year.
            retention_policy=NetworkWatcherFlowLogRetentionPolicy(enabled=False, days=0),
            tags=default_tags(self),
        )
        self.flow_log.add_override("//.checkov", {"CKV_AZURE_12": "the storage account deletes what is old enough"})
        self.expiry = StorageManagementPolicy(
            self,
            "expiry",
            storage_account_id=account,
            rule=[
                StorageManagementPolicyRule(
                    name="old-records",
                    enabled=True,
                    filters=StorageManagementPolicyRuleFilters(blob_types=["blockBlob"]),
                    actions=StorageManagementPolicyRuleActions(
                        base_blob=StorageManagementPolicyRuleActionsBaseBlob(
                            delete_after_days_since_modification_greater_than=keep_days
                        )
                    ),
                )
            ],
            depends_on=[self.flow_log],
        )
