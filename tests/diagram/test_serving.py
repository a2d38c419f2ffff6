"""Who serves what is drawn as Route 53 would answer."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.diagram.serving import Share, serving, takeovers
from backstay.topology import Environment
from backstay.topology.routes import routes
from tests.topology.route53 import ACCELERATOR, answers
from tests.topology.sample import environment
from tests.topology.test_routes import HOST, reached

POLICIES = st.sampled_from(["weighted", "latency", "failover"])


@given(st.integers(1, 3), st.integers(0, 2), POLICIES, st.data())
def test_the_regions_that_serve_are_those_that_route_53_answers_with(
    active: int, standby: int, policy: str, data: st.DataObject
) -> None:
    made = reached(active, standby, {"policy": policy})
    well = data.draw(st.sets(st.sampled_from(list(made.regions)), min_size=1))
    found = routes(made)
    assert found is not None
    assert set(serving(made, set(made.regions) - well)) == answers(found.groups, HOST, well)


@given(st.integers(1, 3), st.integers(0, 2), POLICIES, st.data())
def test_shares_make_a_whole(active: int, standby: int, policy: str, data: st.DataObject) -> None:
    made = reached(active, standby, {"policy": policy})
    lost = data.draw(st.sets(st.sampled_from(list(made.regions)), max_size=active + standby - 1))
    shares = [share.fraction for share in serving(made, lost).values()]
    assert shares == [None] * len(shares) or sum(filter(None, shares)) == 1


@given(st.integers(1, 3), st.integers(0, 2), POLICIES)
def test_each_region_has_one_turn(active: int, standby: int, policy: str) -> None:
    made = reached(active, standby, {"policy": policy})
    assert sorted(role for turn in takeovers(made) for role in turn) == sorted(made.regions)


def test_what_is_left_of_the_weights_is_shared_in_proportion() -> None:
    made = reached(3, 0)
    assert serving(made, ["primary"]) == dict.fromkeys(("secondary", "tertiary"), Share(Fraction(1, 2)))
    assert str(serving(made)["primary"]) == "34%"


def test_nobody_serves_when_all_are_lost() -> None:
    made = reached(2, 0)
    assert serving(made, made.regions) == {}


def test_nobody_serves_where_no_region_has_an_entrance() -> None:
    assert serving(environment({})) == {}


def accelerated(active: int, standby: int, behind: list[str]) -> Environment:
    arn = "arn:aws:elasticloadbalancing:{}:123456789012:loadbalancer/app/acme/50dc6c495c0c9188"
    plain = reached(active, standby)
    endpoints = {role: arn.format(plain.regions[role].region) for role in behind}
    routing: dict[str, Any] = {"policy": "latency", "accelerator": {"endpoints": endpoints}}
    return reached(active, standby, routing)


@pytest.mark.parametrize(
    ("lost", "serve"),
    [
        ([], {"primary", "secondary"}),
        (["primary"], {"secondary"}),
        (["primary", "secondary"], {"tertiary"}),
    ],
)
def test_an_accelerator_leads_to_active_regions_first(lost: list[str], serve: set[str]) -> None:
    made = accelerated(2, 1, ["primary", "secondary", "tertiary"])
    assert set(serving(made, lost)) == serve


def test_dns_leads_on_where_the_accelerator_has_nobody_left() -> None:
    made = accelerated(2, 1, ["primary"])
    assert set(serving(made)) == {"primary"}
    assert set(serving(made, ["primary"])) == {"secondary"}
    found = routes(made)
    assert found is not None
    assert ACCELERATOR in answers(found.groups, HOST, {ACCELERATOR, "primary"})
