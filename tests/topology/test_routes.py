"""Clients are led to regions that are well, and to those that wait only when no other is."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.topology import Environment, Percentage
from backstay.topology.entrances import drainable_from
from backstay.topology.routes import Rank, Routes, ToRegion, Weight, home, routes, weights
from tests.topology.route53 import ACCELERATOR, answers
from tests.topology.sample import ABSENT, environment

HOST = "llm.example.com"
ROLES = ("primary", "secondary", "tertiary", "quaternary", "quinary")
PLACES = ("us-east-1", "eu-west-1", "ap-southeast-1", "ap-northeast-1", "sa-east-1")
ARN = "arn:aws:elasticloadbalancing:{}:123456789012:loadbalancer/app/acme/50dc6c495c0c9188"


def reached(active: int, standby: int, routing: dict[str, Any] | None = None, *, host: str = HOST) -> Environment:
    """An environment of which every region can be reached."""
    mode = "active-active" if active > 1 else "active-passive" if standby else "single-region"
    regions = {
        role: {
            "cloud": "aws",
            "region": place,
            "status": "active" if index < active else "standby",
            "traffic": "0%" if index >= active else f"{100 // active + (100 % active if index == 0 else 0)}%",
            "entrance": f"203.0.113.{index}",
        }
        for index, (role, place) in enumerate(zip(ROLES, PLACES, strict=True))
        if index < active + standby
    }
    return environment({"mode": mode, "regions": regions, "service.routing": routing or {}, "service.host": host})


def found(environment_: Environment) -> Routes:
    made = routes(environment_)
    assert made is not None
    return made


def led(environment_: Environment, *healthy: str) -> set[str]:
    return answers(found(environment_).groups, HOST, healthy)


POLICIES = st.sampled_from(["weighted", "latency", None])


@given(st.integers(1, 3), st.integers(0, 2), POLICIES, st.data())
def test_whatever_is_left_serves_and_who_waits_serves_last(
    active: int, standby: int, policy: str | None, data: st.DataObject
) -> None:
    made = reached(active, standby, {"policy": policy} if policy else None)
    healthy = data.draw(st.sets(st.sampled_from(list(made.regions)), min_size=1))
    answered = led(made, *healthy)
    assert answered
    assert answered <= healthy
    if serving := healthy & made.active.keys():
        assert answered <= serving


@given(st.integers(2, 3), st.integers(0, 2), st.sampled_from(["weighted", "latency"]))
def test_every_active_region_has_a_share_on_a_good_day(active: int, standby: int, policy: str) -> None:
    made = reached(active, standby, {"policy": policy})
    assert led(made, *made.regions) == set(made.active)


@given(st.integers(1, 4), st.data())
def test_regions_that_wait_take_over_in_the_files_order(standby: int, data: st.DataObject) -> None:
    made = reached(1, standby, {"policy": "failover"})
    healthy = data.draw(st.sets(st.sampled_from(list(made.regions)), min_size=1))
    assert led(made, *healthy) == {next(role for role in made.regions if role in healthy)}


@pytest.mark.parametrize("policy", ["weighted", "latency", "failover"])
def test_when_all_seem_lost_those_that_serve_on_a_good_day_are_tried(policy: str) -> None:
    made = reached(1 if policy == "failover" else 2, 2, {"policy": policy})
    assert led(made) == set(made.active)


def test_an_active_region_serves_before_one_that_stands_above_it_in_the_file() -> None:
    standing = {"regions.primary.status": "standby", "regions.primary.traffic": "0%"}
    serving = {"regions.secondary.status": "active", "regions.secondary.traffic": "100%"}
    entrances = {"regions.primary.entrance": "203.0.113.1", "regions.secondary.entrance": "203.0.113.2"}
    assert led(environment(standing | serving | entrances), "primary", "secondary") == {"secondary"}


def test_the_mode_chooses_a_policy() -> None:
    assert all(isinstance(record.chosen, Rank) for record in found(reached(1, 1)).groups[HOST])
    shared = found(reached(2, 1)).groups[HOST]
    assert [record.chosen for record in shared] == [Weight(50), Weight(50), Weight(0)]


def test_regions_that_change_places_change_what_a_rank_leads_to_and_no_rank() -> None:
    before, after = reached(1, 1), reached(1, 1)
    swapped = dict(zip(ROLES, reversed(list(after.regions.values())), strict=False))
    ranks = [
        [(record.id, record.chosen) for record in found(made).groups[HOST]]
        for made in (before, after.model_copy(update={"regions": swapped}))
    ]
    assert ranks[0] == ranks[1] == [("first", Rank("PRIMARY")), ("second", Rank("SECONDARY"))]


def test_an_accelerator_stands_in_front_and_dns_behind_it() -> None:
    endpoints = {"primary": ARN.format("us-east-1"), "secondary": ARN.format("eu-west-1")}
    made = reached(1, 1, {"accelerator": {"endpoints": endpoints}})
    assert led(made, ACCELERATOR, "primary", "secondary") == {ACCELERATOR}
    assert led(made, "primary", "secondary") == {"primary"}
    assert led(made, "secondary") == {"secondary"}


def test_a_region_without_an_entrance_is_left_out() -> None:
    made = found(environment({"regions.secondary.entrance": "ingress-2.example.net"}))
    assert [record.leads for record in made.groups[HOST]] == [ToRegion("secondary")]


def test_without_entrances_there_is_nothing_to_route() -> None:
    assert routes(environment()) is None


def test_an_internal_fleet_is_no_entrance() -> None:
    assert routes(environment({"fleet": {"start": "#!/bin/sh\nserve"}})) is None


def test_routes_are_written_to_route_53_only() -> None:
    zone = {"name": "example.com", "cloud": "google", "id": "example-com"}
    assert routes(environment({"service.zone": zone, "regions.primary.entrance": "203.0.113.1"})) is None


def test_a_fleet_publishes_its_regions_name_and_has_switches() -> None:
    fleet = {"start": "#!/bin/sh\nserve", "public": "clients are on the internet"}
    made = found(environment({"regions.primary.fleet": fleet, "regions.secondary.entrance": "203.0.113.2"})).entrances
    assert {role: (entrance.host, entrance.target, entrance.has_switches) for role, entrance in made.items()} == {
        "primary": ("us-east-1.llm.example.com", None, True),
        "secondary": ("eu-west-1.llm.example.com", "203.0.113.2", False),
    }
    without = environment({"regions.primary.fleet": fleet, "service.routing": {"drain_switch": False}})
    assert not found(without).entrances["primary"].has_switches


def test_a_region_has_a_switch_for_every_region_that_clients_reach() -> None:
    fleet = {"start": "#!/bin/sh\nserve", "public": "clients are on the internet"}
    made = environment({"regions.primary.fleet": fleet, "regions.secondary.entrance": "203.0.113.2"})
    internal = environment({"fleet": fleet | {"public": None}})
    assert drainable_from(made, made.regions["primary"]) == ("primary", "secondary")
    assert drainable_from(made, made.regions["secondary"]) == ()
    assert drainable_from(internal, internal.regions["primary"]) == ()


def test_a_region_alone_has_no_switches() -> None:
    fleet = {"start": "#!/bin/sh\nserve", "public": "clients are on the internet"}
    alone = environment({"mode": "single-region", "regions.secondary": ABSENT, "fleet": fleet})
    assert drainable_from(alone, alone.regions["primary"]) == ()


@pytest.mark.parametrize(("target", "is_address"), [("203.0.113.1", True), ("ingress-1.example.net", False)])
def test_an_entrance_is_an_address_or_another_name(target: str, is_address: bool) -> None:
    made = found(environment({"regions.primary.entrance": target}))
    assert made.entrances["primary"].is_address is is_address


def test_routing_is_at_home_in_the_first_region_on_the_zones_cloud_or_where_it_is_told() -> None:
    assert home(reached(1, 1)) == "primary"
    assert home(reached(1, 1, {"home": "secondary"})) == "secondary"


def percentages(*shares: str) -> dict[str, Percentage]:
    return {str(index): Percentage.parse(share) for index, share in enumerate(shares)}


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        (("50%", "50%", "0%"), [50, 50, 0]),
        (("33.334%", "66.666%"), [85, 170]),
        (("99.9%", "0.1%"), [255, 1]),
    ],
)
def test_shares_become_whole_weights(shares: Sequence[str], expected: Sequence[int]) -> None:
    assert list(weights(percentages(*shares)).values()) == expected


@given(st.lists(st.decimals(0, 100, places=3), min_size=1, max_size=5))
def test_only_a_share_of_nothing_waits_and_no_weight_is_too_heavy(shares: Sequence[Any]) -> None:
    made = weights({str(index): Percentage(share) for index, share in enumerate(shares)})
    assert all(
        (weight > 0) == (share > 0) and weight <= 255 for weight, share in zip(made.values(), shares, strict=True)
    )
