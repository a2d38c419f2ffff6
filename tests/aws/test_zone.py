"""A zone that Backstay makes, and who finds it by its name."""

import json
from dataclasses import replace
from typing import Any

import pytest

from backstay.aws.zone import Zone
from backstay.cli import presumed
from backstay.terraform import Action, Outcome, manifest
from backstay.topology import ZoneSpec
from tests.aws.deployment import Deployment
from tests.aws.routing import routing, synthesized
from tests.aws.surroundings import NAMES, in_region
from tests.topology.sample import environment

SPEC = ZoneSpec(name="example.com", create=True)
MADE: dict[str, Any] = {
    "service.zone": {"name": "example.com", "create": True},
    "regions.primary.entrance": "203.0.113.1",
    "regions.secondary.entrance": "203.0.113.2",
}


def test_a_zone_is_kept_unless_disposable() -> None:
    kept = in_region(lambda scope: Zone(scope, "zone", spec=SPEC, names=NAMES)).only("aws_route53_zone")
    assert (kept["lifecycle"]["prevent_destroy"], kept["force_destroy"]) == (True, False)
    disposable = in_region(lambda scope: Zone(scope, "zone", spec=SPEC, names=NAMES, disposable=True))
    assert "lifecycle" not in disposable.only("aws_route53_zone")


def test_records_find_a_zone_without_an_id_by_its_name() -> None:
    made = synthesized(MADE)
    assert made.only("aws_route53_zone", section="data")["name"] == "example.com"
    assert all("data.aws_route53_zone" in record["zone_id"] for record in made.all("aws_route53_record").values())


def test_a_zone_whose_id_is_known_is_not_looked_up() -> None:
    known = MADE | {"service.zone": {"name": "example.com", "create": True, "id": "Z0123456789EXAMPLE"}}
    assert "data" not in synthesized(known).document


def test_a_zone_that_is_made_is_not_presumed_to_exist(tmp_path: Any) -> None:
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "0.21.0", "stacks": {}}))
    assert presumed.seeds(environment(MADE), manifest.read(tmp_path)) == []
    assert len(presumed.seeds(environment(), manifest.read(tmp_path))) == 1


@pytest.mark.sandbox
def test_a_zone_is_made_filled_and_unmade(deployment: Deployment) -> None:
    zone, filled = (replace(deployment, folder=deployment.folder / name) for name in ("zone", "filled"))
    for each in (zone, filled):
        each.folder.mkdir()
    zone.synthesize(lambda scope: Zone(scope, "zone", spec=SPEC, names=NAMES, disposable=True))
    filled.synthesize(lambda scope: routing(scope, environment(MADE)))
    assert [each.run(Action.APPLY).outcome for each in (zone, filled)] == [Outcome.CHANGED] * 2
    assert [each.run(Action.PLAN).outcome for each in (zone, filled)] == [Outcome.UNCHANGED] * 2
    assert [each.run(Action.DESTROY).outcome for each in (filled, zone)] == [Outcome.CHANGED] * 2
    assert deployment.client("route53").list_hosted_zones()["HostedZones"] == []
