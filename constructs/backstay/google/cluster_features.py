"""Which parts of GKE a cluster has switched on."""

from cdktf_cdktf_provider_google.container_cluster import (
    ContainerClusterAddonsConfig,
    ContainerClusterAddonsConfigDnsCacheConfig,
    ContainerClusterAddonsConfigGcePersistentDiskCsiDriverConfig,
    ContainerClusterAddonsConfigGcsFuseCsiDriverConfig,
    ContainerClusterAddonsConfigGkeBackupAgentConfig,
    ContainerClusterAddonsConfigHorizontalPodAutoscaling,
    ContainerClusterAddonsConfigHttpLoadBalancing,
    ContainerClusterLoggingConfig,
    ContainerClusterMonitoringConfig,
    ContainerClusterMonitoringConfigAdvancedDatapathObservabilityConfig,
    ContainerClusterMonitoringConfigManagedPrometheus,
)

# Both lists are in the order in which GKE gives them when it is asked for all: until version 8 of the provider makes
# them sets, another order would be a change in every plan.
_LOGS = ("SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER", "SCHEDULER", "CONTROLLER_MANAGER")
# DCGM tells of each GPU: its load, memory, temperature and errors.
_METRICS = (
    "SYSTEM_COMPONENTS",
    "APISERVER",
    "SCHEDULER",
    "CONTROLLER_MANAGER",
    "STORAGE",
    "POD",
    "DEPLOYMENT",
    "STATEFULSET",
    "DAEMONSET",
    "HPA",
    "JOBSET",
    "CADVISOR",
    "KUBELET",
    "DCGM",
)


def add_ons() -> ContainerClusterAddonsConfig:
    """Disks, buckets as file systems, backups, DNS beside the pods, and load balancers for services."""
    return ContainerClusterAddonsConfig(
        http_load_balancing=ContainerClusterAddonsConfigHttpLoadBalancing(disabled=False),
        horizontal_pod_autoscaling=ContainerClusterAddonsConfigHorizontalPodAutoscaling(disabled=False),
        dns_cache_config=ContainerClusterAddonsConfigDnsCacheConfig(enabled=True),
        gce_persistent_disk_csi_driver_config=ContainerClusterAddonsConfigGcePersistentDiskCsiDriverConfig(
            enabled=True
        ),
        gcs_fuse_csi_driver_config=ContainerClusterAddonsConfigGcsFuseCsiDriverConfig(enabled=True),
        gke_backup_agent_config=ContainerClusterAddonsConfigGkeBackupAgentConfig(enabled=True),
    )


def logging() -> ContainerClusterLoggingConfig:
    """What nodes, pods and the control plane say."""
    return ContainerClusterLoggingConfig(enable_components=[*_LOGS])


def monitoring() -> ContainerClusterMonitoringConfig:
    """Metrics of nodes, pods, GPUs and the control plane, and of what the network lets through."""
    return ContainerClusterMonitoringConfig(
        enable_components=[*_METRICS],
        managed_prometheus=ContainerClusterMonitoringConfigManagedPrometheus(enabled=True),
        advanced_datapath_observability_config=ContainerClusterMonitoringConfigAdvancedDatapathObservabilityConfig(
            enable_metrics=True, enable_relay=False
        ),
    )
