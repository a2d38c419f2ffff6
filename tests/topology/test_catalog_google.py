"""What Google Cloud offers."""

import pytest

from backstay.topology import Cloud, google_region
from backstay.topology.catalog import catalog
from backstay.topology.network import default_network

GOOGLE, AWS, AZURE = (catalog(cloud) for cloud in (Cloud.GOOGLE, Cloud.AWS, Cloud.AZURE))


@pytest.mark.parametrize(
    ("size", "gpu", "count", "family"),
    [
        ("g2-standard-8", "L4", 1, "g2-standard"),
        ("g2-standard-96", "L4", 8, "g2-standard"),
        ("g4-standard-192", "RTX PRO 6000", 4, "g4-standard"),
        ("a2-highgpu-1g", "A100", 1, "a2-highgpu"),
        ("a2-megagpu-16g", "A100", 16, "a2-megagpu"),
        ("a3-highgpu-8g", "H100", 8, "a3-highgpu"),
        ("a3-ultragpu-8g", "H200", 8, "a3-ultragpu"),
        ("a4-highgpu-8g", "B200", 8, "a4-highgpu"),
    ],
)
def test_a_size_is_known_with_its_gpus(size: str, gpu: str, count: int, family: str) -> None:
    found = GOOGLE.gpu_types[size]
    assert (found.gpu, found.count, found.family) == (gpu, count, family)


def test_the_number_in_a_sizes_name_is_that_of_its_gpus() -> None:
    for size, facts in GOOGLE.gpu_types.items():
        last = size.rsplit("-", 1)[-1]
        assert not last.endswith("g") or last == f"{facts.count}g"


def test_the_same_gpu_has_the_same_memory_on_aws() -> None:
    on_aws = {(facts.gpu, facts.memory_mib) for facts in AWS.gpu_types.values()}
    assert {(facts.gpu, facts.memory_mib) for facts in GOOGLE.gpu_types.values()} <= on_aws


@pytest.mark.parametrize("size", ["n1-standard-8", "g4-standard-6", "a4x-highgpu-4g", "e2-standard-4"])
def test_sizes_without_a_whole_gpu_of_their_own_are_left_out(size: str) -> None:
    assert size not in GOOGLE.gpu_types


def test_the_k80_has_a_successor() -> None:
    retired = GOOGLE.retired("nvidia-tesla-k80")
    assert retired is not None
    assert GOOGLE.gpu_types[retired.successor].gpu == "L4"


def test_every_region_has_three_zones_or_more_that_bear_its_name() -> None:
    for name, facts in GOOGLE.regions.items():
        assert facts.zones == len(facts.zone_names) >= 3
        assert all(zone.rsplit("-", 1)[0] == name for zone in facts.zone_names)


def test_zones_are_not_always_the_first_letters() -> None:
    assert GOOGLE.regions["europe-west1"].zone_names == ("europe-west1-b", "europe-west1-c", "europe-west1-d")
    assert GOOGLE.regions["us-central1"].zone_names[-1] == "us-central1-f"


def test_neighbours_of_other_clouds_share_a_geography() -> None:
    assert GOOGLE.regions["us-east4"].geography == AWS.regions["us-east-1"].geography
    assert GOOGLE.regions["europe-west3"].geography == AWS.regions["eu-central-1"].geography
    assert GOOGLE.regions["europe-west4"].geography == AZURE.regions["westeurope"].geography


def test_offers_are_recorded_for_every_region_and_every_zone() -> None:
    assert GOOGLE.gpu_offers.keys() == GOOGLE.regions.keys()
    assert set(GOOGLE.gpu_zones) == {zone for facts in GOOGLE.regions.values() for zone in facts.zone_names}


def test_a_region_offers_what_its_zones_offer() -> None:
    for name, facts in GOOGLE.regions.items():
        in_zones = frozenset[str]().union(*(GOOGLE.gpu_zones[zone] for zone in facts.zone_names))
        assert GOOGLE.gpu_offers[name] == in_zones


def test_only_known_families_are_on_offer() -> None:
    known = {facts.family for facts in GOOGLE.gpu_types.values()}
    assert frozenset[str]().union(*GOOGLE.gpu_offers.values()) == known


def test_a_family_may_be_in_one_zone_of_a_region_only() -> None:
    with_h200 = [zone for zone in GOOGLE.regions["europe-west4"].zone_names if "a3-ultragpu" in GOOGLE.gpu_zones[zone]]
    assert with_h200 == ["europe-west4-a"]


@pytest.mark.parametrize(
    ("region", "size"),
    [
        ("europe-west4", "g2-standard-8"),
        ("us-south1", "g4-standard-48"),
        ("me-west1", "a2-highgpu-1g"),
        ("europe-west12", "g2-standard-8"),
    ],
)
def test_the_small_size_is_one_that_the_region_offers(region: str, size: str) -> None:
    assert GOOGLE.small_gpu_type(region) == size


def test_networks_of_google_regions_meet_those_of_no_other_cloud() -> None:
    first, last = (list(GOOGLE.regions)[index] for index in (0, -1))
    assert str(default_network(google_region(first))) == "10.128.0.0/16"
    assert default_network(google_region(last)).network_address.packed[1] < 192


@pytest.mark.parametrize("version", ["1.34", "1.35"])
def test_versions_end_when_gke_says(version: str) -> None:
    assert GOOGLE.kubernetes[version].isoformat() == {"1.34": "2026-10-01", "1.35": "2027-04-11"}[version]
