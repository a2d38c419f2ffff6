"""Which region copies what it holds to which other."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.topology import Cloud, CloudRegion, aws_region, azure_region
from backstay.topology.links import links, others, peers
from tests.topology.sample import environment

some_regions = st.lists(
    st.builds(CloudRegion, st.sampled_from(list(Cloud)), st.sampled_from([f"region-{n}" for n in range(8)])),
    unique=True,
)


def of_cloud(regions: list[CloudRegion], cloud: Cloud) -> list[CloudRegion]:
    return [region for region in regions if region.cloud is cloud]


def places(regions: list[CloudRegion], *, lost: CloudRegion | None = None) -> dict[CloudRegion, set[CloudRegion]]:
    """Where each region's data is, once a region is lost."""
    found = peers(regions)
    return {region: {region, found.get(region, region)} - {lost} for region in regions}


@given(some_regions)
def test_every_regions_data_is_in_two_places_wherever_its_cloud_has_two(regions: list[CloudRegion]) -> None:
    for region, where in places(regions).items():
        assert len(where) == min(2, len(of_cloud(regions, region.cloud)))


@given(some_regions)
def test_the_loss_of_one_region_loses_no_data_of_a_region_with_a_peer(regions: list[CloudRegion]) -> None:
    for lost in regions:
        left = places(regions, lost=lost)
        assert all(left[region] for region in regions if len(of_cloud(regions, region.cloud)) > 1)


@given(some_regions)
def test_no_link_can_be_spared(regions: list[CloudRegion]) -> None:
    found = peers(regions)
    assert len(found) == sum(len(alike) for cloud in Cloud if len(alike := of_cloud(regions, cloud)) > 1)
    for source in found:
        assert places(regions, lost=found[source])[source] == {source}


@given(some_regions)
def test_no_region_is_its_own_peer_or_that_of_another_cloud(regions: list[CloudRegion]) -> None:
    for region, peer in peers(regions).items():
        assert region != peer
        assert region.cloud is peer.cloud


@given(some_regions)
def test_no_region_holds_the_copies_of_more_than_two(regions: list[CloudRegion]) -> None:
    assert all(times <= 2 for times in Counter(peers(regions).values()).values())


@given(some_regions)
def test_a_region_that_is_added_last_changes_no_link_of_the_others(regions: list[CloudRegion]) -> None:
    before = peers(regions[:-1])
    after = peers(regions)
    assert before.items() <= after.items()


@given(some_regions.filter(bool))
def test_only_those_that_copied_to_a_removed_region_copy_elsewhere(regions: list[CloudRegion]) -> None:
    before = peers(regions)
    for removed in regions:
        after = peers(region for region in regions if region != removed)
        changed = {region for region in after if after[region] != before.get(region)}
        assert all(before[region] == removed for region in changed)


@pytest.mark.parametrize(
    ("regions", "expected"),
    [
        ("", ""),
        ("a", ""),
        ("ab", "a>b b>a"),
        ("abc", "a>b b>a c>b"),
        ("abcd", "a>b b>a c>b d>c"),
    ],
)
def test_the_peer_of_a_region_is_the_one_before_it(regions: str, expected: str) -> None:
    found = peers(aws_region(name) for name in regions)
    assert " ".join(f"{region}>{peer}" for region, peer in found.items()) == expected


def test_clouds_do_not_copy_to_each_other() -> None:
    found = peers([aws_region("a"), azure_region("b"), aws_region("c"), azure_region("d")])
    assert {f"{region}>{peer}" for region, peer in found.items()} == {"a>c", "c>a", "b>d", "d>b"}


THREE: dict[str, Any] = {
    "regions.tertiary": {"cloud": "aws", "region": "ap-southeast-1", "status": "standby", "traffic": "0%"}
}


def test_an_environment_has_a_link_from_each_of_its_regions() -> None:
    found = [(source.region, target.region) for source, target in links(environment(THREE))]
    assert found == [("us-east-1", "eu-west-1"), ("eu-west-1", "us-east-1"), ("ap-southeast-1", "eu-west-1")]


def test_what_every_region_needs_goes_to_all_others() -> None:
    made = environment(THREE)
    for region in made.regions.values():
        everywhere = {region.location, *others(made, region)}
        assert everywhere == {other.location for other in made.regions.values()}
        assert region.location not in others(made, region)


AZURE: dict[str, Any] = {
    "azure": {"subscription": "00000000-0000-0000-0000-000000000000", "tenant": "00000000-0000-0000-0000-000000000000"},
    "state.backend": "native",
    "regions.secondary.cloud": "azure",
    "regions.secondary.region": "westeurope",
}


def test_a_region_alone_on_its_cloud_has_no_link_and_no_others() -> None:
    made = environment(AZURE)
    assert links(made) == ()
    assert all(others(made, region) == () for region in made.regions.values())


STATE_ELSEWHERE: dict[str, Any] = {"state": {"backend": "cloud", "organization": "acme"}}


@pytest.mark.parametrize(
    ("data", "times"),
    [
        ({}, 0),
        ({"artifacts": {}}, 2),
        ({"images": {"repositories": ["vllm"]}}, 2),
        ({"images": {"repositories": ["vllm"], "replication_rules": "existing"}}, 0),
    ],
)
def test_a_region_without_anything_to_copy_has_no_link(data: dict[str, Any], times: int) -> None:
    assert len(links(environment(STATE_ELSEWHERE | {"data": data}))) == times


def test_regions_whose_cloud_copies_states_by_itself_have_no_link() -> None:
    both_on_azure = {"regions.primary.cloud": "azure", "regions.primary.region": "northeurope"}
    assert links(environment(AZURE | both_on_azure)) == ()
