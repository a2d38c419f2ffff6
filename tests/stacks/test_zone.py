"""The DNS zone in a stack of its own, where Backstay makes it."""

import json
from pathlib import Path
from typing import Any

import pytest
from cdktf import App

from backstay.testing import without_nulls
from stacks.zone import ZoneStack
from tests.topology.sample import environment

CREATED: dict[str, Any] = {"service.zone": {"name": "example.com", "create": True}}


def document(changes: dict[str, Any], folder: Path) -> dict[str, Any]:
    app = App(outdir=str(folder))
    ZoneStack(app, environment=environment(changes))
    app.synth()
    return without_nulls(json.loads((folder / "stacks" / "example-zone" / "cdk.tf.json").read_text()))


def test_the_domain_above_is_told_which_name_servers_to_name(tmp_path: Path) -> None:
    made = document(CREATED, tmp_path)
    (zone,) = made["resource"]["aws_route53_zone"]
    assert set(made["output"]) == {"id", "name-servers"}
    assert f"aws_route53_zone.{zone}.name_servers" in made["output"]["name-servers"]["value"]


def test_its_state_is_where_that_of_routing_is(tmp_path: Path) -> None:
    made = document(CREATED | {"service.routing": {"home": "secondary"}}, tmp_path)
    assert made["terraform"]["backend"]["s3"]["region"] == "eu-west-1"


def test_without_a_region_on_the_zones_cloud_it_is_refused(tmp_path: Path) -> None:
    elsewhere = environment(CREATED).model_copy(update={"regions": {}})
    with pytest.raises(ValueError, match="no region of example is on aws"):
        ZoneStack(App(outdir=str(tmp_path)), environment=elsewhere)
