import gzip
import json
from importlib.resources import files
from pathlib import Path

import pytest

from backstay.topology import Cloud
from backstay.topology.catalog import Catalog, catalog, closest
from backstay.topology.compute import DEFAULT_GPU_TYPE, DEFAULT_KUBERNETES

CATALOGS = {cloud: catalog(cloud) for cloud in Cloud}
SLOTS = Path(__file__).with_name("slots.txt")

each_catalog = pytest.mark.parametrize("tables", CATALOGS.values(), ids=CATALOGS)


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
        assert facts.architecture == ("arm64" if size.startswith("g5g.") or "_GB" in size else "x86_64")
        assert 1 <= facts.count <= 16
        assert facts.family
        assert facts.memory_mib >= 16_000
        assert facts.gpu


def test_virtual_cpus_are_those_that_ec2_tells_of() -> None:
    recorded = json.loads(gzip.decompress(files("moto.ec2.resources").joinpath("instance_types.json.gz").read_bytes()))
    for size, facts in CATALOGS[Cloud.AWS].gpu_types.items():
        assert facts.vcpus == recorded[size]["VCpuInfo"]["DefaultVCpus"], size


def test_every_gpu_type_of_aws_is_counted_by_a_quota_when_it_is_bought_on_demand() -> None:
    tables = CATALOGS[Cloud.AWS]
    found = {size: tables.quota(size, "on-demand") for size in tables.gpu_types}
    assert {quota.usage for quota in found.values() if quota} == {"G/OnDemand", "P/OnDemand"}
    assert None not in found.values()


def test_no_quota_is_made_up_for_what_is_not_known() -> None:
    tables = CATALOGS[Cloud.AWS]
    assert tables.quota("p6-b200.48xlarge", "spot") is None
    assert tables.quota("m7i.large", "on-demand") is None
    assert CATALOGS[Cloud.GOOGLE].quota("g2-standard-8", "on-demand") is None


@each_catalog
def test_a_retired_gpu_type_cannot_be_had_and_its_successor_can(tables: Catalog) -> None:
    for size, retired in tables.retired_gpu_types.items():
        assert size not in tables.gpu_types
        assert retired.successor in tables.gpu_types
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
    families = {facts.family for facts in tables.gpu_types.values()}
    zones = {zone for facts in tables.regions.values() for zone in facts.zone_names}
    assert tables.gpu_offers.keys() <= tables.regions.keys()
    assert tables.gpu_zones.keys() <= zones
    for offered in (*tables.gpu_offers.values(), *tables.gpu_zones.values()):
        assert offered <= families


@each_catalog
def test_a_region_has_the_zones_that_it_names(tables: Catalog) -> None:
    for facts in tables.regions.values():
        assert len(facts.zone_names) in (0, facts.zones)


@each_catalog
def test_the_defaults_are_in_the_tables(tables: Catalog) -> None:
    assert tables.small_gpu_types
    assert set(tables.small_gpu_types) <= tables.gpu_types.keys()
    assert tables.system_type not in tables.gpu_types
    assert DEFAULT_KUBERNETES in tables.kubernetes


def test_a_construct_alone_defaults_to_a_size_of_aws() -> None:
    assert DEFAULT_GPU_TYPE in CATALOGS[Cloud.AWS].gpu_types


def test_places_near_each_other_have_one_geography_in_every_cloud() -> None:
    near = {Cloud.AWS: "us-east-1", Cloud.AZURE: "eastus", Cloud.GOOGLE: "us-east4"}
    assert len({CATALOGS[cloud].regions[region].geography for cloud, region in near.items()}) == 1


@pytest.mark.parametrize(
    ("cloud", "region", "size"),
    [
        (Cloud.AWS, "us-east-1", "g6.xlarge"),
        (Cloud.AWS, "eu-west-1", "g5.xlarge"),
        (Cloud.AWS, "af-south-1", "g4dn.xlarge"),
        (Cloud.AWS, "ap-southeast-4", "g6.xlarge"),
        (Cloud.AWS, "nowhere-1", "g6.xlarge"),
        (Cloud.AZURE, "westeurope", "Standard_NV36ads_A10_v5"),
        (Cloud.GOOGLE, "europe-west4", "g2-standard-8"),
    ],
)
def test_the_small_size_is_one_that_the_region_offers(cloud: Cloud, region: str, size: str) -> None:
    assert CATALOGS[cloud].small_gpu_type(region) == size


def test_the_closest_word_is_found_only_when_it_is_near() -> None:
    assert closest("prodution", ["staging", "production"]) == "production"
    assert closest("zzz", ["staging", "production"]) is None
    assert closest("x", []) is None
