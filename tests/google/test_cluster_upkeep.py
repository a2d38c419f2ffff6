"""When GKE may touch a cluster by itself."""

from datetime import date, datetime
from typing import Any

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_google.container_cluster import ContainerCluster

from backstay.google.cluster_upkeep import maintenance_policy
from backstay.topology import google_region
from backstay.topology.catalog import catalog
from tests.google.surroundings import REGION, in_region

END = date(2027, 4, 11)


def upkeep(region: str = "europe-west4") -> dict[str, Any]:
    def build(scope: TerraformStack) -> None:
        ContainerCluster(
            scope, "cluster", name="made", maintenance_policy=maintenance_policy(google_region(region), until=END)
        )

    return in_region(build).only("google_container_cluster")["maintenance_policy"]


def test_minor_versions_wait_for_somebody_until_their_support_ends() -> None:
    (exclusion,) = upkeep()["maintenance_exclusion"]
    assert exclusion["exclusion_options"] == {"scope": "NO_MINOR_UPGRADES"}
    assert exclusion["end_time"] == "2027-04-11T00:00:00Z"
    assert exclusion["start_time"] < "2026"


def test_the_window_is_as_long_as_gke_asks_for() -> None:
    window = upkeep()["recurring_window"]
    start, end = (datetime.fromisoformat(window[key]) for key in ("start_time", "end_time"))
    weeks = 32 // 7
    assert (end - start).total_seconds() / 3600 * weeks >= 48
    assert start.weekday() == 0


@pytest.mark.parametrize("neighbours", [("europe-west3", "europe-west4"), ("us-central1", "us-east1")])
def test_neighbouring_regions_are_not_touched_on_the_same_day(neighbours: tuple[str, str]) -> None:
    days = {upkeep(region)["recurring_window"]["recurrence"] for region in neighbours}
    assert len(days) == 2


def test_every_region_has_a_day() -> None:
    days = {upkeep(region)["recurring_window"]["recurrence"] for region in list(catalog(REGION.cloud).regions)[:7]}
    assert days == {f"FREQ=WEEKLY;BYDAY={day}" for day in ("MO", "TU", "WE", "TH", "FR", "SA", "SU")}


def test_a_region_that_nobody_knows_has_a_day_as_well() -> None:
    assert upkeep("mars-north1")["recurring_window"]["recurrence"] == "FREQ=WEEKLY;BYDAY=MO"
