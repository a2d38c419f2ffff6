"""What Azure offers."""

import pytest

from backstay.topology import Cloud, azure_region
from backstay.topology.catalog import catalog
from backstay.topology.network import default_network

AZURE = catalog(Cloud.AZURE)


@pytest.mark.parametrize(
    ("size", "gpu", "count", "memory_gib"),
    [
        ("Standard_NC4as_T4_v3", "T4", 1, 16),
        ("Standard_NC64as_T4_v3", "T4", 4, 16),
        ("Standard_NV36ads_A10_v5", "A10", 1, 24),
        ("Standard_NC24ads_A100_v4", "A100", 1, 80),
        ("Standard_NC80adis_H100_v5", "H100 NVL", 2, 94),
        ("Standard_ND96asr_v4", "A100", 8, 40),
        ("Standard_ND96isr_H100_v5", "H100", 8, 80),
        ("Standard_ND96isr_H200_v5", "H200", 8, 141),
    ],
)
def test_a_size_is_known_with_its_gpus(size: str, gpu: str, count: int, memory_gib: int) -> None:
    found = AZURE.gpu_types[size]
    assert (found.gpu, found.count, found.memory_mib) == (gpu, count, memory_gib * 1024)


@pytest.mark.parametrize(
    ("size", "successor"),
    [
        ("Standard_NC6", "Standard_NC4as_T4_v3"),
        ("Standard_NC24r", "Standard_NC64as_T4_v3"),
        ("Standard_NC24rs_v2", "Standard_NC96ads_A100_v4"),
        ("Standard_NC6s_v3", "Standard_NC24ads_A100_v4"),
        ("Standard_NC12s_v3", "Standard_NC48ads_A100_v4"),
        ("Standard_NC24s_v3", "Standard_NC96ads_A100_v4"),
        ("Standard_NC24rs_v3", "Standard_NC96ads_A100_v4"),
        ("Standard_ND12s", "Standard_NC48ads_A100_v4"),
        ("Standard_NV6", "Standard_NV36ads_A10_v5"),
        ("Standard_NV24s_v2", "Standard_NV36ads_A10_v5"),
        ("Standard_NV12s_v3", "Standard_NV36ads_A10_v5"),
        ("Standard_NV48s_v3", "Standard_NV72ads_A10_v5"),
        ("Standard_NV16as_v4", "Standard_NV36ads_A10_v5"),
    ],
)
def test_a_retired_size_has_a_successor(size: str, successor: str) -> None:
    retired = AZURE.retired(size)
    assert retired is not None
    assert retired.successor == successor


def test_a_successor_has_no_fewer_gpus_than_a_retired_size_of_the_same_series() -> None:
    by_gpus = {"Standard_NC6s_v3": 1, "Standard_NC12s_v3": 2, "Standard_NC24s_v3": 4, "Standard_NC24rs_v3": 4}
    for size, gpus in by_gpus.items():
        retired = AZURE.retired(size)
        assert retired is not None
        assert AZURE.gpu_types[retired.successor].count >= gpus


@pytest.mark.parametrize("size", ["Standard_NC24ads_A100_v4", "Standard_NC4as_T4_v3", "Standard_ND40rs_v2", "NC6"])
def test_no_pattern_retires_what_is_no_retired_size(size: str) -> None:
    assert AZURE.retired(size) is None


def test_the_grace_machines_are_the_only_ones_with_arm_processors() -> None:
    arm = {facts.gpu for facts in AZURE.gpu_types.values() if facts.architecture == "arm64"}
    assert arm == {"GB200", "GB300"}


def test_every_region_has_the_three_zones_that_networks_use() -> None:
    assert {facts.zone_names for facts in AZURE.regions.values()} == {("1", "2", "3")}
    assert {facts.zones for facts in AZURE.regions.values()} == {3}


@pytest.mark.parametrize("region", ["westus", "northcentralus", "ukwest", "brazilsoutheast", "francesouth"])
def test_regions_that_lack_zones_or_are_closed_to_most_are_left_out(region: str) -> None:
    assert region not in AZURE.regions


@pytest.mark.parametrize(
    ("region", "other"),
    [("eastus", "eastus2"), ("northeurope", "uksouth"), ("uaenorth", "qatarcentral"), ("japaneast", "japanwest")],
)
def test_neighbours_share_a_geography(region: str, other: str) -> None:
    assert AZURE.regions[region].geography == AZURE.regions[other].geography


@pytest.mark.parametrize(
    ("region", "of_aws"),
    [("eastus", "us-east-1"), ("northeurope", "eu-west-1"), ("germanywestcentral", "eu-central-1")],
)
def test_neighbours_of_different_clouds_share_a_geography(region: str, of_aws: str) -> None:
    assert AZURE.regions[region].geography == catalog(Cloud.AWS).regions[of_aws].geography


def test_pairs_that_microsoft_forms_within_zoned_regions_are_apart() -> None:
    for region, other in (("westeurope", "northeurope"), ("eastus2", "centralus"), ("eastasia", "southeastasia")):
        assert AZURE.regions[region].geography != AZURE.regions[other].geography


def test_networks_are_in_azures_block_of_the_address_space() -> None:
    assert str(default_network(azure_region("eastus"))) == "10.64.0.0/16"
    assert str(default_network(azure_region("newzealandnorth"))) == "10.102.0.0/16"


def test_the_sizes_that_are_chosen_by_default_can_be_had() -> None:
    assert set(AZURE.small_gpu_types) <= AZURE.gpu_types.keys()
    assert AZURE.system_type not in AZURE.gpu_types
    assert AZURE.small_gpu_type("westeurope") == "Standard_NV36ads_A10_v5"
