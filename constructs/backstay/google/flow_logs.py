"""A record of who talked to whom in a network."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_google.compute_subnetwork import ComputeSubnetwork
from cdktf_cdktf_provider_google.data_google_project import DataGoogleProject
from cdktf_cdktf_provider_google.logging_project_bucket_config import (
    LoggingProjectBucketConfig,
    LoggingProjectBucketConfigCmekSettings,
)
from cdktf_cdktf_provider_google.logging_project_exclusion import LoggingProjectExclusion
from cdktf_cdktf_provider_google.logging_project_sink import LoggingProjectSink
from constructs import Construct

from backstay.google.first_use import first_use
from backstay.outputs import KeyOutputs
from backstay.topology import CloudRegion, Names

_LONGEST_DAYS = 3_650


class FlowLogs(Construct):
    """See, weeks later, which connections a network had and which its firewall refused.

    The records lie in a log bucket of the region, encrypted with the region's key, and not in the project's own, which
    has no region.

    Survives: the network, unless disposable: an apply cannot delete the log bucket.
    Does not survive: the loss of its region.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        subnet: ComputeSubnetwork,
        region: CloudRegion,
        names: Names,
        key: KeyOutputs,
        keep_days: int,
        disposable: bool = False,
    ) -> None:
        """Keep a subnet's records.

        Args:
            scope: the network.
            id_: its id there.
            subnet: the subnet, which logs its flows.
            region: where the network lives.
            names: the environment's names.
            key: encrypts the records; it must admit Cloud Logging.
            keep_days: how long records are kept, in days; ten years at most.
            disposable: whether an apply may delete the records.
        """
        super().__init__(scope, id_)
        project = DataGoogleProject(self, "project").project_id
        bucket = names.resource("flow-logs")
        self.bucket = LoggingProjectBucketConfig(
            self,
            "bucket",
            project=project,
            location=region.name,
            bucket_id=first_use(self, bucket) if disposable else bucket,
            retention_days=min(keep_days, _LONGEST_DAYS),
            cmek_settings=LoggingProjectBucketConfigCmekSettings(kms_key_name=key.id),
            # By then the key's grant to Cloud Logging has most likely spread.
            depends_on=[subnet],
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        # Sinks and exclusions have no region, and all regions of an environment share a project.
        name = names.resource(f"flow-logs-{region.name}")
        records = f'resource.type="gce_subnetwork" AND resource.labels.subnetwork_id="{subnet.subnetwork_id}"'
        self.sink = LoggingProjectSink(
            self,
            "sink",
            name=name,
            destination=f"logging.googleapis.com/{self.bucket.id}",
            filter=records,
            unique_writer_identity=True,
        )
        self.exclusion = LoggingProjectExclusion(
            self,
            "exclusion",
            name=name,
            description="Kept in a log bucket of their own region.",
            filter=records,
            # Otherwise records of the time in between would be kept nowhere.
            depends_on=[self.sink],
        )
