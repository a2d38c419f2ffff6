"""What a controller is told of its region."""

from backstay.aws.failover.plan import machines
from tests.topology.sample import environment

NODES = "regions.secondary.cluster.gpu_nodes"


def sizes(changes: dict[str, object]) -> list[int]:
    sample = environment(changes)
    pools, fleets = machines(sample, sample.regions["secondary"])
    return [group.size for group in (*pools, *fleets)]


def test_a_standby_is_scaled_to_what_the_active_regions_have() -> None:
    assert sizes({f"{NODES}.desired": 1, f"{NODES}.maximum": 10}) == [3]


def test_a_fleet_is_scaled_as_well() -> None:
    fleet = {"start": "#!/bin/sh\nserve", "desired": 4}
    assert sizes({"fleet": fleet, "regions.secondary.fleet": {**fleet, "desired": 1, "maximum": 6}}) == [3, 4]


def test_larger_machines_are_started_in_smaller_numbers() -> None:
    assert sizes({f"{NODES}.desired": 0, f"{NODES}.instance_type": "g5.12xlarge"}) == [1]


def test_a_region_that_is_larger_than_the_lost_one_stays_so() -> None:
    assert sizes({f"{NODES}.desired": 7}) == [7]


def test_a_region_whose_shortage_was_accepted_is_asked_for_no_more_than_it_may_have() -> None:
    assert sizes({f"{NODES}.desired": 1, f"{NODES}.maximum": 2}) == [2]
