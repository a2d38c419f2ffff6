"""Data that is in several regions."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backstay.topology.catalog.aws import CATALOG
from backstay.topology.catalog.aws_data import GLOBAL_DATASTORE_PREFIXES, STRONG_CONSISTENCY_SETS
from backstay.topology.data import CacheSpec, SessionsSpec, VectorDbSpec
from tests.topology.sample import environment

counts = st.integers(min_value=0, max_value=5)


@given(active=counts, standby=counts)
def test_a_cache_is_copied_by_default_where_one_region_writes_and_others_wait(active: int, standby: int) -> None:
    assert CacheSpec().is_global(active=active, standby=standby) == (active == 1 and standby > 0)


@given(active=counts, standby=counts)
def test_a_cache_is_copied_or_cold_as_it_is_asked_to_be(active: int, standby: int) -> None:
    assert CacheSpec(replication="global").is_global(active=active, standby=standby)
    assert not CacheSpec(replication="cold").is_global(active=active, standby=standby)


@pytest.mark.parametrize("capacity", [{"min_capacity": 0.75}, {"max_capacity": 0.5}, {"min_capacity": 17}])
def test_a_capacity_that_aurora_does_not_have_is_refused(capacity: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        VectorDbSpec(**capacity)


@pytest.mark.parametrize("version", ["17", "17.7.1", "7.7", "latest"])
def test_a_version_is_named_exactly_so_that_every_region_has_the_same(version: str) -> None:
    with pytest.raises(ValidationError):
        VectorDbSpec(engine_version=version)


@pytest.mark.parametrize("node_type", ["cache", "db.r7g.large", "cache.r7g"])
def test_a_node_type_of_another_service_is_refused(node_type: str) -> None:
    with pytest.raises(ValidationError):
        CacheSpec(node_type=node_type)


def test_the_first_region_on_aws_owns_the_sessions_and_stays_the_owner() -> None:
    sessions = SessionsSpec()
    swapped = {
        "regions.primary.status": "standby",
        "regions.primary.traffic": "0%",
        "regions.secondary.status": "active",
        "regions.secondary.traffic": "100%",
    }
    for changes in ({}, swapped):
        places = [place.name for place in sessions.places(environment(changes).regions)]
        assert places == ["us-east-1", "eu-west-1"]


def test_another_region_may_own_the_sessions() -> None:
    places = SessionsSpec(owner="secondary").places(environment().regions)
    assert [place.name for place in places] == ["eu-west-1", "us-east-1"]


def test_regions_of_other_clouds_hold_no_sessions() -> None:
    regions = environment({"regions.primary.cloud": "google", "regions.primary.region": "europe-west4"}).regions
    assert [place.name for place in SessionsSpec().places(regions)] == ["eu-west-1"]


def test_only_what_is_eventually_consistent_expires() -> None:
    assert SessionsSpec().expires_by == "expires_at"
    assert SessionsSpec(consistency="strong").expires_by is None


def test_every_region_in_the_tables_is_one_of_aws() -> None:
    named = set(GLOBAL_DATASTORE_PREFIXES).union(*STRONG_CONSISTENCY_SETS)
    outside_of_the_partition = {name for name in named if name.startswith("cn-")}
    assert named - outside_of_the_partition <= CATALOG.regions.keys()


def test_no_two_regions_have_one_prefix() -> None:
    assert len(set(GLOBAL_DATASTORE_PREFIXES.values())) == len(GLOBAL_DATASTORE_PREFIXES)
