"""Which region keeps what, and which copies it from where."""

from typing import Any

import pytest

from backstay.topology import Environment
from backstay.topology.stores import (
    can_take_over,
    has_cache_copy,
    has_own_cache,
    has_replicas,
    is_cache_copied,
    owns_sessions,
    sources,
)
from tests.topology.sample import environment

REACHED: dict[str, Any] = {
    "regions.primary.entrance": "one.example.net",
    "regions.secondary.entrance": "two.example.net",
}
CACHED: dict[str, Any] = {"regions.primary.cache": "active", "regions.secondary.cache": "standby"}
ON_AZURE: dict[str, Any] = {
    "state.backend": "native",
    "azure": {"subscription": "0" * 8 + "-0000" * 3 + "-" + "0" * 12, "tenant": "1" * 8 + "-1111" * 3 + "-" + "1" * 12},
    "regions.secondary.cloud": "azure",
    "regions.secondary.region": "westeurope",
    "regions.secondary.vector_db": None,
}


def told(made: Environment, question: Any) -> list[bool]:
    """The answers for the regions, in their order."""
    return [question(made, region) for region in made.regions.values()]


def names_of_sources(made: Environment) -> list[list[str]]:
    return [[source.region for source in sources(made, region)] for region in made.regions.values()]


def test_a_copied_cache_is_one_regions_own() -> None:
    made = environment(CACHED)
    assert is_cache_copied(made)
    assert told(made, has_own_cache) == [True, False]
    assert told(made, has_cache_copy) == [False, True]


@pytest.mark.parametrize("changes", [{"data.cache.replication": "cold"}, {"regions.secondary.cache": "active"}])
def test_a_cache_that_is_not_copied_is_each_regions_own(changes: dict[str, Any]) -> None:
    made = environment(CACHED | changes)
    assert told(made, has_own_cache) == [True, True]
    assert told(made, has_cache_copy) == [False, False]


def test_copies_come_after_what_they_are_of() -> None:
    made = environment(CACHED)
    assert told(made, has_replicas) == [False, True]
    assert names_of_sources(made) == [[], ["us-east-1"]]


def test_the_owner_of_sessions_comes_after_all_other_regions() -> None:
    made = environment({"data.sessions": {"owner": "secondary"}})
    assert told(made, owns_sessions) == [False, True]
    made = environment({"data.sessions": {}})
    assert told(made, owns_sessions) == [True, False]
    assert names_of_sources(made) == [["eu-west-1"], ["us-east-1"]]


def test_a_region_on_another_cloud_has_nothing_in_common_with_others() -> None:
    assert told(environment(ON_AZURE | {"data.sessions": {}}), has_replicas) == [True, False]


def order(changes: dict[str, Any]) -> list[str]:
    return [place.name for place in can_take_over(environment(changes))]


def test_regions_that_are_reached_take_over_in_order() -> None:
    assert order(REACHED) == ["us-east-1", "eu-west-1"]
    assert order(REACHED | {"failover": {"order": ["secondary", "primary"]}}) == ["eu-west-1", "us-east-1"]


@pytest.mark.parametrize(
    "changes",
    [{}, {"regions.primary.entrance": "one.example.net"}, REACHED | {"failover": None}, REACHED | ON_AZURE],
    ids=["no entrances", "one entrance", "not wanted", "alone on its cloud"],
)
def test_otherwise_none_takes_over(changes: dict[str, Any]) -> None:
    assert order(changes) == []
