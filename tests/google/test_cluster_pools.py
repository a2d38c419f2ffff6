"""Which kinds of machines a cluster has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.google.cluster_pools import Gpus, Pool, Taint, gpu_pool, system_pool
from backstay.topology import GpuNodesSpec, ReservationSpec, SystemNodesSpec
from tests.google.surroundings import NETWORK, REGION

ZONES = NETWORK.zones
RESERVATION = ReservationSpec(id="gpu-reservation")


def gpu(size: str = "g2-standard-8", **spec: object) -> Pool:
    return gpu_pool(GpuNodesSpec.model_validate({"instance_type": size, **spec}), ZONES, REGION)


def test_gpu_machines_have_the_gpus_of_their_size() -> None:
    assert gpu("g2-standard-24").gpus == Gpus("nvidia-l4", 2)
    assert gpu("a3-highgpu-8g").gpus == Gpus("nvidia-h100-80gb", 8)


def test_gpu_machines_stand_only_where_their_gpu_is() -> None:
    assert gpu("a3-highgpu-8g").zones == ("europe-west4-b", "europe-west4-c")


def test_only_pods_that_tolerate_the_gpu_taint_run_on_gpu_machines() -> None:
    assert gpu().taint == Taint("nvidia.com/gpu", "present", "NO_SCHEDULE")
    assert gpu().labels["accelerator"] == "gpu"


def test_any_pod_runs_on_system_machines_in_every_zone() -> None:
    pool = system_pool(SystemNodesSpec(), ZONES)
    assert pool.taint is None
    assert pool.gpus is None
    assert pool.zones == ZONES


def test_reserved_machines_stand_in_the_first_zone_and_are_updated_in_their_place() -> None:
    pool = gpu("a3-highgpu-8g", reservation=RESERVATION)
    assert pool.zones == ("europe-west4-b",)
    assert pool.max_surge == 0
    assert gpu().max_surge == 1


def test_gpus_are_taken_wherever_there_are_some_unless_they_are_reserved() -> None:
    assert gpu().location_policy == "ANY"
    assert gpu(reservation=RESERVATION).location_policy == "BALANCED"
    assert system_pool(SystemNodesSpec(), ZONES).location_policy == "BALANCED"


def test_spot_machines_with_a_reservation_are_refused() -> None:
    with pytest.raises(ValueError, match=r"spot and name reservation 'gpu-reservation'.*drop one of the two"):
        gpu(purchase="spot", reservation=RESERVATION)


@pytest.mark.parametrize(
    ("desired", "maximum", "zones", "each"),
    [
        (3, 6, 3, 1),
        (4, 8, 3, 2),
        # Two in each of three zones would be more than the ceiling.
        (4, 4, 2, 2),
        (1, 2, 2, 1),
        (1, 1, 1, 1),
        (5, 5, 1, 5),
        (0, 1, 3, 0),
    ],
)
def test_numbers_of_the_spec_are_those_of_the_whole_region(desired: int, maximum: int, zones: int, each: int) -> None:
    assert gpu(desired=desired, maximum=maximum).starting == (ZONES[:zones], each)


@given(desired=st.integers(0, 1000), beyond=st.integers(0, 1000))
def test_a_pool_starts_with_what_was_wished_and_never_with_more_than_its_ceiling(desired: int, beyond: int) -> None:
    ceiling = max(1, desired + beyond)
    zones, each = system_pool(SystemNodesSpec.model_construct(desired=desired, maximum=ceiling), ZONES).starting
    assert desired <= each * len(zones) <= ceiling
