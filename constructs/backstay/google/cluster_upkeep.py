"""When GKE may touch a cluster by itself, and what it may do then."""

from datetime import date

from cdktf_cdktf_provider_google.container_cluster import (
    ContainerClusterMaintenancePolicy,
    ContainerClusterMaintenancePolicyMaintenanceExclusion,
    ContainerClusterMaintenancePolicyMaintenanceExclusionExclusionOptions,
    ContainerClusterMaintenancePolicyRecurringWindow,
)

from backstay.topology import CloudRegion
from backstay.topology.catalog import catalog

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# Any Monday; what counts is the time of day, in UTC. GKE asks for 48 hours in 32 days.
_WINDOW_START, _WINDOW_END = "2026-01-05T00:00:00Z", "2026-01-05T12:00:00Z"
# Before any of the versions that a cluster may run, since a day that moves would be a change in every plan. GKE lets an
# exclusion begin in the past.
_EXCLUSION_START = "2025-01-01T00:00:00Z"


def maintenance_policy(region: CloudRegion, *, until: date) -> ContainerClusterMaintenancePolicy:
    """Patches half a day a week, not on the same day in neighbouring regions; minor versions when somebody asks.

    Args:
        region: the cluster's region, which settles the day of the week.
        until: the last day of support of the cluster's minor version, on which GKE takes the next one by itself.
    """
    facts = catalog(region.cloud).regions.get(region.name)
    day = _DAYS[(facts.slot if facts else 0) % len(_DAYS)]
    minor_versions = ContainerClusterMaintenancePolicyMaintenanceExclusionExclusionOptions(scope="NO_MINOR_UPGRADES")
    return ContainerClusterMaintenancePolicy(
        recurring_window=ContainerClusterMaintenancePolicyRecurringWindow(
            start_time=_WINDOW_START, end_time=_WINDOW_END, recurrence=f"FREQ=WEEKLY;BYDAY={day}"
        ),
        maintenance_exclusion=[
            ContainerClusterMaintenancePolicyMaintenanceExclusion(
                exclusion_name="minor-versions",
                start_time=_EXCLUSION_START,
                end_time=f"{until}T00:00:00Z",
                exclusion_options=minor_versions,
            )
        ],
    )
