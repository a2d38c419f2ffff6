from pathlib import Path

import pytest

from backstay.topology import Cloud
from backstay.topology.catalog import Catalog, catalog, closest, small_gpu_type
from backstay.topology.compute import DEFAULT_GPU_TYPE, DEFAULT_KUBERNETES

CATALOGS = {cloud: tables for cloud in Cloud if (tables := catalog(cloud))}
SLOTS = Path(__file__).with_name("slots.txt")

each_catalog = pytest.mark.parametrize("tables", CATALOGS.values(), ids=CATALOGS)


def test_aws_has_tables() -> None:
    assert Cloud.AWS in CATALOGS


def test_a_regions_slot_never_changes() -> None:
    """Slots number live networks: new regions are added to the golden list, and no line of it ever changes."""
    found = [
        f"{cloud} {name} {facts.slot}"
        for cloud, tables in CATALOGS.items()
        for name, facts in sorted(tables.regions.items(), key=lambda entry: entry[1].slot)
    ]
    assert found == SLOTS.read_text().splitlines()


@each_catalog
def test_slots_are_unique_and_within_the_clouds_block(tables: Catalog) -> None:
    slots = [facts.slot for facts in tables.regions.values()]
    assert len(set(slots)) == len(slots)
    assert all(0 <= slot < 64 for slot in slots)


@each_catalog
def test_a_regions_facts_are_filled_in(tables: Catalog) -> None:
    for facts in tables.regions.values():
        assert facts.place
        assert facts.geography
        assert 2 <= facts.zones <= 6


@each_catalog
def test_a_gpu_types_facts_are_filled_in(tables: Catalog) -> None:
    for size, facts in tables.gpu_types.items():
        assert facts.architecture == ("arm64" if size.startswith("g5g.") else "x86_64")
        assert 1 <= facts.count <= 8
        assert facts.memory_mib >= 16_000
        assert facts.gpu


@each_catalog
def test_a_retired_gpu_type_cannot_be_had_and_its_successor_can(tables: Catalog) -> None:
    for size, retired in tables.retired_gpu_types.items():
        assert size not in tables.gpu_types
        assert retired.successor in tables.gpu_types
        assert not tables.retired(retired.successor)
    assert not any(tables.retired(size) for size in tables.gpu_types)


def test_a_whole_family_is_retired_by_one_entry() -> None:
    tables = CATALOGS[Cloud.AWS]
    for size in ("g3.4xlarge", "p2.xlarge", "g2.8xlarge"):
        assert tables.retired(size)
    assert tables.retired("p3.2xlarge")
    assert not tables.retired("p3dn.24xlarge")


@each_catalog
def test_kubernetes_versions_end_in_their_order(tables: Catalog) -> None:
    versions = [tuple(map(int, version.split("."))) for version in tables.kubernetes]
    assert versions == sorted(versions)
    assert list(tables.kubernetes.values()) == sorted(set(tables.kubernetes.values()))


@each_catalog
def test_only_known_regions_and_families_are_on_offer(tables: Catalog) -> None:
    families = {size.split(".", 1)[0] for size in tables.gpu_types}
    assert tables.gpu_offers.keys() <= tables.regions.keys()
    for offered in tables.gpu_offers.values():
        assert offered <= families


def test_the_defaults_are_in_the_tables() -> None:
    tables = CATALOGS[Cloud.AWS]
    assert DEFAULT_GPU_TYPE in tables.gpu_types
    assert DEFAULT_KUBERNETES in tables.kubernetes


@pytest.mark.parametrize(
    ("region", "size"),
    [
        ("us-east-1", "g6.xlarge"),
        ("eu-west-1", "g5.xlarge"),
        ("af-south-1", "g4dn.xlarge"),
        ("ap-southeast-4", "g6.xlarge"),
        ("nowhere-1", "g6.xlarge"),
    ],
)
def test_the_small_size_is_one_that_the_region_offers(region: str, size: str) -> None:
    assert small_gpu_type(Cloud.AWS, region) == size


def test_the_closest_word_is_found_only_when_it_is_near() -> None:
    assert closest("prodution", ["staging", "production"]) == "production"
    assert closest("zzz", ["staging", "production"]) is None
    assert closest("x", []) is None
