"""In which order stacks are deployed: each region by itself, then what joins regions."""

import json
from pathlib import Path

import pytest
from cdktf import App

from backstay.topology.pipeline_access import pipeline_stacks
from stacks import add_stacks
from tests.synthesis import ENVIRONMENTS, environment, regions_of
from tests.topology.sample import environment as sample

Order = dict[str, set[str]]


def order(name: str, folder: Path) -> Order:
    """The stacks that each stack of a shipped environment comes after."""
    app = App(outdir=str(folder))
    add_stacks(app, environment(name))
    app.synth()
    stacks = json.loads((folder / "manifest.json").read_text())["stacks"]
    return {stack: set(found["dependencies"]) for stack, found in stacks.items()}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_a_regions_own_stacks_wait_for_no_other_region(name: str, tmp_path: Path) -> None:
    names, regions = environment(name).names, regions_of(environment(name))
    made = order(name, tmp_path)
    for region in environment(name).regions.values():
        place = region.location
        own = {names.state_stack(place), names.region_stack(place), names.workloads_stack(place)}
        for stack in own & made.keys():
            before = made[stack] - pipeline_stacks(environment(name))
            assert {regions[each].region for each in before} <= {region.region}


def test_what_joins_regions_comes_after_those_that_it_joins(tmp_path: Path) -> None:
    made = order("production", tmp_path)
    every = {"production-us-east-1", "production-eu-west-1", "production-ap-southeast-1"}
    assert made["production-us-east-1-replicas"] == every, "it makes the table of sessions in all of them"
    assert made["production-eu-west-1-replicas"] == {"production-us-east-1", "production-eu-west-1"}
    links = {stack: before for stack, before in made.items() if stack.startswith("production-link-")}
    assert len(links) == 3
    assert all(before == every for before in links.values())


def test_routing_waits_for_nothing_but_the_store_of_its_state(tmp_path: Path) -> None:
    assert order("production", tmp_path)["production-routing"] == {"production-state-us-east-1"}


def test_a_zone_that_is_made_comes_before_all_that_puts_names_into_it(tmp_path: Path) -> None:
    app = App(outdir=str(tmp_path))
    reached = {"regions.primary.entrance": "one.example.net", "regions.secondary.entrance": "two.example.net"}
    add_stacks(app, sample(reached | {"service.zone": {"name": "example.com", "create": True}}))
    app.synth()
    stacks = json.loads((tmp_path / "manifest.json").read_text())["stacks"]
    assert stacks["example-zone"]["dependencies"] == ["example-state-us-east-1"]
    for stack in ("example-us-east-1", "example-eu-west-1", "example-routing"):
        assert "example-zone" in stacks[stack]["dependencies"]
