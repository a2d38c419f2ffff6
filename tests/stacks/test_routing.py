"""The name that clients use, in a stack of its own that knows the regions by their names only."""

import json
from pathlib import Path
from typing import Any

import pytest
from cdktf import App

from backstay import environment_file
from backstay.testing import without_nulls
from backstay.topology import Environment
from backstay.topology.routes import routes
from stacks.region import RegionStack
from stacks.routing import RoutingStack
from tests.aws.routing import IN_ORDER, THREE
from tests.synthesis import PROJECT, Document, strings
from tests.topology.sample import environment

PRODUCTION = (PROJECT / "environments" / "production.yaml").read_text()


def synthesized(made: Environment, folder: Path, *, with_regions: bool = False) -> dict[str, Document]:
    found = routes(made)
    assert found is not None
    app = App(outdir=str(folder))
    RoutingStack(app, environment=made, routes=found)
    if with_regions:
        for region in made.regions.values():
            RegionStack(app, environment=made, region=region)
    app.synth()
    return {
        stack.name: without_nulls(json.loads((stack / "cdk.tf.json").read_text()))
        for stack in sorted((folder / "stacks").iterdir())
    }


def routing(changes: dict[str, Any], folder: Path) -> Document:
    return synthesized(environment(changes), folder)["example-routing"]


@pytest.mark.parametrize("changes", [THREE, IN_ORDER, THREE | {"service.host": "example.com"}])
def test_it_reads_nothing_and_needs_no_other_stack(changes: dict[str, Any], tmp_path: Path) -> None:
    document = routing(changes, tmp_path)
    assert "data" not in document
    assert json.loads((tmp_path / "manifest.json").read_text())["stacks"]["example-routing"]["dependencies"] == []


def test_it_mentions_regions_as_hosts_and_as_places_to_ask_from_only(tmp_path: Path) -> None:
    document = routing(THREE, tmp_path)
    for region in ("eu-west-1", "ap-southeast-1"):
        mentioned = {text for text in strings(document["resource"]) if region in text}
        assert mentioned == {region, f"{region}.llm.example.com"}


def test_its_state_is_at_home_in_the_first_region_or_where_it_is_told(tmp_path: Path) -> None:
    chosen = THREE | {"service.routing": {"home": "tertiary"}}
    first, told = routing(THREE, tmp_path / "first"), routing(chosen, tmp_path / "told")
    for document, region in ((first, "us-east-1"), (told, "ap-southeast-1")):
        assert document["terraform"]["backend"]["s3"]["region"] == region
        assert document["provider"]["aws"][0]["region"] == region


def test_it_says_the_name_that_clients_use(tmp_path: Path) -> None:
    assert routing(THREE, tmp_path)["output"] == {"host": {"value": "llm.example.com"}}


def test_without_a_region_on_the_zones_cloud_it_is_refused(tmp_path: Path) -> None:
    reached = environment({"regions.primary.entrance": "203.0.113.1"})
    found = routes(reached)
    assert found
    elsewhere = reached.model_copy(update={"regions": {}})
    with pytest.raises(ValueError, match="no region of example is on the zone's cloud"):
        RoutingStack(App(outdir=str(tmp_path)), environment=elsewhere, routes=found)


def moved(*, primary: str, secondary: str) -> Environment:
    """Production, with clients on the internet and other shares for its active regions."""
    text = PRODUCTION.replace("traffic: 50%", f"traffic: {primary}", 1)
    text = text.replace("traffic: 50%", f"traffic: {secondary}", 1)
    made = environment_file.parse(text, file="production.yaml")
    assert [str(region.traffic) for region in made.regions.values()] == [primary, secondary, "0%"]
    return made


def test_a_traffic_edit_changes_two_weights_and_no_other_stack(tmp_path: Path) -> None:
    before, after = (
        synthesized(moved(primary=primary, secondary=secondary), tmp_path / primary, with_regions=True)
        for primary, secondary in (("50%", "50%"), ("70%", "30%"))
    )
    assert before.keys() == after.keys()
    assert [stack for stack in before if before[stack] != after[stack]] == ["production-routing"]
    assert changed(before["production-routing"], after["production-routing"]) == [(50, 70), (50, 30)]


def changed(before: Any, after: Any) -> list[tuple[Any, Any]]:
    """The values in which two documents differ."""
    if isinstance(before, dict) and isinstance(after, dict) and before.keys() == after.keys():
        return [pair for key in before for pair in changed(before[key], after[key])]
    return [] if before == after else [(before, after)]
