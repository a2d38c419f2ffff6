"""Which machine sizes have GPUs, where, and what Google Cloud calls them."""

import pytest

from backstay.google.gpu_size import accelerator, boot_disk_type, require_gpu, zones_with
from backstay.topology import google_region
from backstay.topology.catalog import catalog
from tests.google.surroundings import NETWORK, REGION

SIZES = sorted(catalog(REGION.cloud).gpu_types)


@pytest.mark.parametrize("size", SIZES)
def test_every_gpu_size_of_the_catalog_has_a_name_for_its_gpu(size: str) -> None:
    gpu = require_gpu(size, REGION)
    assert gpu.gpu.lower().replace(" ", "-") in accelerator(gpu)


def test_gpus_of_one_model_with_different_memory_have_different_names() -> None:
    small, large = require_gpu("a2-highgpu-1g", REGION), require_gpu("a2-ultragpu-1g", REGION)
    assert (accelerator(small), accelerator(large)) == ("nvidia-tesla-a100", "nvidia-a100-80gb")


def test_a_size_without_a_gpu_is_refused_with_the_nearest_that_has_one() -> None:
    with pytest.raises(ValueError, match=r"^machine size 'g2-standard-80' .*; did you mean 'g2-standard-8'\?"):
        require_gpu("g2-standard-80", REGION)
    with pytest.raises(ValueError, match=r"a small one is 'g2-standard-8'"):
        require_gpu("nothing", REGION)


def test_a_retired_gpu_is_refused_with_its_successor() -> None:
    with pytest.raises(ValueError, match=r"with K80 is retired .*; use 'g2-standard-8'"):
        require_gpu("nvidia-tesla-k80", REGION)


def test_only_zones_that_have_the_gpu_are_used() -> None:
    assert zones_with("a3-highgpu-8g", NETWORK.zones, REGION) == ("europe-west4-b", "europe-west4-c")
    assert zones_with("g2-standard-8", NETWORK.zones, REGION) == NETWORK.zones


def test_a_size_that_no_zone_of_the_network_has_is_refused_with_the_zones_that_do() -> None:
    with pytest.raises(
        ValueError, match=r"none of the network's zones europe-west4-b, .*; name some of europe-west4-a"
    ):
        zones_with("a3-ultragpu-8g", NETWORK.zones[1:], REGION)


def test_a_size_that_no_zone_of_the_region_has_is_refused() -> None:
    region = google_region("europe-west12")
    with pytest.raises(ValueError, match=r"in none of the network's zones .*; choose another size or region"):
        zones_with("a4-highgpu-8g", [f"{region}-a", f"{NETWORK.zones[2]}"], region)


def test_zones_that_were_not_recorded_are_believed_to_have_it() -> None:
    assert zones_with("g2-standard-8", ["mars-north1-a"], google_region("mars-north1")) == ("mars-north1-a",)


@pytest.mark.parametrize(
    ("size", "disk"),
    [
        ("g2-standard-8", "pd-balanced"),
        ("a3-highgpu-8g", "pd-balanced"),
        ("a3-ultragpu-8g", "hyperdisk-balanced"),
        ("a4-highgpu-8g", "hyperdisk-balanced"),
        ("g4-standard-48", "hyperdisk-balanced"),
        ("e2-standard-4", "pd-balanced"),
        ("n4-standard-4", "hyperdisk-balanced"),
        ("c4a-standard-4", "hyperdisk-balanced"),
    ],
)
def test_machines_start_from_a_disk_that_their_series_takes(size: str, disk: str) -> None:
    assert boot_disk_type(size) == disk
