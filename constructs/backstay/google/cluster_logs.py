"""Where what a cluster's control plane writes is kept."""

from cdktf import TerraformResourceLifecycle
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

# https://cloud.google.com/kubernetes-engine/docs/how-to/view-logs; the API's audit log is that of `k8s_cluster`.
_CONTROL_PLANE = ("gke_cluster", "k8s_cluster", "k8s_control_plane_component")
_LONGEST_DAYS = 3_650


class ClusterLogs(Construct):
    """Keep a control plane's logs in the cluster's region, encrypted with a key of one's own.

    Survives: the loss of any other region; an apply that would delete them, unless disposable.
    Does not survive: the loss of its region.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        project: str,
        days: int,
        region: CloudRegion,
        names: Names,
        key: KeyOutputs,
        disposable: bool = False,
    ) -> None:
        """Make the log bucket, and route the logs into it.

        Args:
            scope: what the logs are part of.
            id_: their id there.
            project: the cluster's project.
            days: how long they are kept; ten years at most.
            region: the cluster's region.
            names: the environment's names.
            key: what encrypts them. It must admit Cloud Logging.
            disposable: whether an apply may delete them.
        """
        super().__init__(scope, id_)
        bucket = names.resource("cluster")
        self.bucket = LoggingProjectBucketConfig(
            self,
            "bucket",
            project=project,
            location=region.name,
            bucket_id=first_use(self, bucket) if disposable else bucket,
            retention_days=min(days, _LONGEST_DAYS),
            cmek_settings=LoggingProjectBucketConfigCmekSettings(kms_key_name=key.id),
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        # Sinks and exclusions have no region, and all regions of an environment share a project.
        name = names.resource(f"cluster-{region.name}")
        kinds = " OR ".join(f'"{kind}"' for kind in _CONTROL_PLANE)
        records = (
            f'resource.type=({kinds}) AND resource.labels.cluster_name="{names.cluster()}" '
            f'AND resource.labels.location="{region.name}"'
        )
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
