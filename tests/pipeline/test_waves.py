"""The order of a deployment, region by region."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.pipeline.waves import Stage, Wave, region_order, waves
from backstay.terraform import SynthesizedStack
from backstay.topology import Environment, Status
from backstay.topology.stack_regions import stacks_in
from tests.topology import sample

REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-1", "us-west-2")
ROLES = ("primary", "secondary", "tertiary", "fourth")


def environment(*traffic: int) -> Environment:
    """Regions with these shares of the traffic; those with none stand by."""
    shared = sample.DATA["regions"]["secondary"] | {"vector_db": None}
    regions = {
        role: shared | {"region": region, "status": "active" if share else "standby", "traffic": f"{share}%"}
        for role, region, share in zip(ROLES, REGIONS, traffic, strict=False)
    }
    return Environment.model_validate(sample.DATA | {"mode": "active-active", "regions": regions})


def own_stacks(environment: Environment, *, zone: bool = True) -> dict[str, frozenset[str]]:
    """All stacks that Backstay can make of it, with what each depends on."""
    names, places = environment.names, [region.location for region in environment.regions.values()]
    regions = frozenset(map(names.region_stack, places))
    before_all = frozenset({names.zone_stack()} if zone else ())
    found = {names.zone_stack(): frozenset({names.state_stack(places[0])})} if zone else {}
    for here in places:
        found[names.state_stack(here)] = frozenset()
        found[names.region_stack(here)] = before_all | {names.state_stack(here)}
        found[names.workloads_stack(here)] = frozenset({names.region_stack(here)})
        found[names.replicas_stack(here)] = regions
        found |= {names.link_stack(here, there): regions for there in places if there != here}
    found[names.routing_stack()] = before_all | {names.state_stack(places[0])}
    return found


def stacks(depends_on: Mapping[str, Sequence[str] | frozenset[str]], folder: Path = Path()) -> list[SynthesizedStack]:
    return [SynthesizedStack(name, folder / name, frozenset(before)) for name, before in depends_on.items()]


def added(folder: Path, name: str, providers: dict[str, Any]) -> None:
    (folder / name).mkdir()
    (folder / name / "cdk.tf.json").write_text(json.dumps({"provider": providers}))


def shown(found: Sequence[Wave]) -> list[tuple[str, str | None, list[str]]]:
    return [(wave.stage.title, wave.role, sorted(wave.stacks)) for wave in found]


def test_a_standby_comes_before_what_serves_and_routing_last() -> None:
    two = environment(100, 0)
    assert shown(waves(two, stacks(own_stacks(two, zone=False)))) == [
        ("state", "secondary", ["example-state-eu-west-1"]),
        ("state", "primary", ["example-state-us-east-1"]),
        ("region", "secondary", ["example-eu-west-1", "example-eu-west-1-workloads"]),
        ("region", "primary", ["example-us-east-1", "example-us-east-1-workloads"]),
        ("copies", "secondary", ["example-eu-west-1-replicas", "example-link-eu-west-1-us-east-1"]),
        ("copies", "primary", ["example-link-us-east-1-eu-west-1", "example-us-east-1-replicas"]),
        ("routing", None, ["example-routing"]),
    ]


def test_a_zone_comes_before_the_regions_that_put_names_into_it() -> None:
    two = environment(100, 0)
    stages = [wave.stage for wave in waves(two, stacks(own_stacks(two)))]
    assert stages[:3] == [Stage.STATE, Stage.STATE, Stage.ZONE]


@pytest.mark.parametrize(
    ("traffic", "order"),
    [
        ((50, 50), ["secondary", "primary"]),
        ((20, 80), ["primary", "secondary"]),
        ((34, 33, 33), ["tertiary", "secondary", "primary"]),
        ((60, 40, 0, 0), ["fourth", "tertiary", "secondary", "primary"]),
    ],
)
def test_the_region_that_serves_least_comes_first(traffic: tuple[int, ...], order: list[str]) -> None:
    assert list(region_order(environment(*traffic))) == order


def test_a_lost_region_has_no_wave() -> None:
    three = environment(60, 40, 0)
    gone = stacks_in(three, three.regions["primary"])
    left = {name: before for name, before in own_stacks(three).items() if name not in gone}
    assert {wave.role for wave in waves(three, stacks(left))} == {None, "secondary", "tertiary"}


def test_an_added_stack_goes_with_the_region_of_its_provider(tmp_path: Path) -> None:
    two = environment(100, 0)
    added(tmp_path, "extra", {"aws": [{"region": "eu-west-1"}]})
    found = waves(two, stacks({"extra": [], "example-eu-west-1": []}, tmp_path))
    assert shown(found) == [("region", "secondary", ["example-eu-west-1", "extra"])]


@pytest.mark.parametrize(
    "providers",
    [
        {},
        {"datadog": [{}]},
        {"aws": [{"region": "eu-west-1"}, {"region": "us-east-1", "alias": "other"}]},
        {"aws": [{"region": "sa-east-1"}]},
    ],
)
def test_an_added_stack_that_may_be_anywhere_is_alone(tmp_path: Path, providers: dict[str, Any]) -> None:
    two = environment(100, 0)
    for name in ("first", "second"):
        added(tmp_path, name, providers)
    found = waves(two, stacks({"second": [], "first": [], "example-routing": []}, tmp_path))
    assert shown(found) == [
        ("other", None, ["first"]),
        ("other", None, ["second"]),
        ("routing", None, ["example-routing"]),
    ]


def test_a_dependency_counts_more_than_the_order_of_regions(tmp_path: Path) -> None:
    two = environment(100, 0)
    added(tmp_path, "extra", {"aws": [{"region": "us-east-1"}]})
    found = waves(two, stacks({"extra": [], "example-eu-west-1": ["extra"], "example-us-east-1": []}, tmp_path))
    assert [wave.role for wave in found] == ["primary", "secondary"]


@given(st.data())
def test_every_stack_is_in_one_wave_after_what_it_depends_on_and_beside_no_other_region(data: st.DataObject) -> None:
    shares = data.draw(st.lists(st.integers(0, 100), min_size=1, max_size=4))
    drawn = environment(*shares)
    whole = own_stacks(drawn, zone=data.draw(st.booleans()))
    kept = data.draw(st.sets(st.sampled_from(sorted(whole)), min_size=1))
    chosen = {name: before & kept for name, before in whole.items() if name in kept}
    found = waves(drawn, stacks(chosen))

    assert sorted(name for wave in found for name in wave.stacks) == sorted(chosen)
    done: list[str] = []
    for wave in found:
        for name in wave.stacks:
            assert chosen[name] <= set(done)
            done.append(name)
    for wave in found:
        touched = {
            role for role, region in drawn.regions.items() if not stacks_in(drawn, region).isdisjoint(wave.stacks)
        }
        assert touched <= {wave.role}


@given(st.lists(st.integers(0, 100), min_size=2, max_size=4))
def test_regions_that_serve_more_never_come_before_regions_that_serve_less(shares: list[int]) -> None:
    drawn = environment(*shares)
    for stage in (Stage.STATE, Stage.REGION, Stage.COPIES):
        turns = [wave.role for wave in waves(drawn, stacks(own_stacks(drawn, zone=False))) if wave.stage is stage]
        served = [drawn.regions[role].traffic for role in turns if role]
        assert served == sorted(served)
        assert [drawn.regions[role].status for role in turns if role] == sorted(
            (drawn.regions[role].status for role in turns if role), key=lambda status: status is Status.ACTIVE
        )
