"""Which kinds of machines a cluster has."""

import pytest

from backstay.aws.cluster_pools import gpu_pool, system_pool
from backstay.topology import GpuNodesSpec, ReservationSpec, SystemNodesSpec
from backstay.topology.catalog import catalog
from tests.aws.surroundings import REGION

RESERVATION = ReservationSpec(id="cr-0123456789abcdef0")
BLOCK = ReservationSpec(id="cr-0123456789abcdef0", kind="capacity-block")


@pytest.mark.parametrize(
    "size", ["m7i.large", "c6a.xlarge", "t3.medium", "m5zn.large", "r7iz.large", "u7i-6tb.112xlarge"]
)
def test_intel_and_amd_machines_get_the_image_for_them(size: str) -> None:
    assert system_pool(SystemNodesSpec(instance_type=size)).ami_type == "AL2023_x86_64_STANDARD"


@pytest.mark.parametrize(
    "size", ["m7g.large", "t4g.medium", "c6gn.xlarge", "r8gd.large", "im4gn.large", "is4gen.large"]
)
def test_graviton_machines_get_the_image_for_arm(size: str) -> None:
    assert system_pool(SystemNodesSpec(instance_type=size)).ami_type == "AL2023_ARM_64_STANDARD"


@pytest.mark.parametrize(
    ("size", "image"),
    [
        ("g6.xlarge", "AL2023_x86_64_NVIDIA"),
        ("p5.48xlarge", "AL2023_x86_64_NVIDIA"),
        ("g5g.xlarge", "AL2023_ARM_64_NVIDIA"),
    ],
)
def test_gpu_machines_get_the_nvidia_image_for_their_processor(size: str, image: str) -> None:
    assert gpu_pool(GpuNodesSpec(instance_type=size), REGION).ami_type == image


def test_every_gpu_size_of_the_catalog_has_an_image() -> None:
    tables = catalog(REGION.cloud)
    assert tables
    for size in tables.gpu_types:
        assert gpu_pool(GpuNodesSpec(instance_type=size), REGION).ami_type.endswith("_NVIDIA")


def test_a_size_without_a_gpu_is_refused_with_the_nearest_that_has_one() -> None:
    with pytest.raises(ValueError, match=r"^machine size 'g6.xlarg' .*; did you mean 'g6.xlarge'\?"):
        gpu_pool(GpuNodesSpec(instance_type="g6.xlarg"), REGION)
    with pytest.raises(ValueError, match=r"a small one is 'g6.xlarge'"):
        gpu_pool(GpuNodesSpec(instance_type="nothing"), REGION)


def test_only_pods_that_tolerate_the_gpu_taint_run_on_gpu_machines() -> None:
    taint = gpu_pool(GpuNodesSpec(), REGION).taint
    assert taint
    assert (taint.key, taint.value, taint.effect) == ("nvidia.com/gpu", "true", "NO_SCHEDULE")


def test_any_pod_runs_on_system_machines() -> None:
    assert system_pool(SystemNodesSpec()).taint is None


@pytest.mark.parametrize(
    ("spec", "capacity_type"),
    [
        (GpuNodesSpec(), "ON_DEMAND"),
        (GpuNodesSpec(purchase="spot"), "SPOT"),
        (GpuNodesSpec(reservation=RESERVATION), "ON_DEMAND"),
        (GpuNodesSpec(reservation=BLOCK), "CAPACITY_BLOCK"),
    ],
)
def test_capacity_is_bought_as_the_spec_says(spec: GpuNodesSpec, capacity_type: str) -> None:
    assert gpu_pool(spec, REGION).capacity_type == capacity_type


@pytest.mark.parametrize("reservation", [RESERVATION, BLOCK])
def test_spot_machines_with_a_reservation_are_refused(reservation: ReservationSpec) -> None:
    with pytest.raises(ValueError, match=r"spot and name reservation 'cr-0123456789abcdef0'.*drop one of the two"):
        gpu_pool(GpuNodesSpec(purchase="spot", reservation=reservation), REGION)
