"""What is drawn of an environment."""

from pathlib import Path
from typing import Any

import pytest

from backstay import environment_file
from backstay.diagram import mermaid
from backstay.topology import Cloud, Environment, Status
from backstay.topology.routes import routes
from tests.diagram.flowchart import Flowchart, read
from tests.topology.sample import environment
from tests.topology.test_routes import reached

SHIPPED = sorted((Path(__file__).parents[2] / "environments").glob("*.yaml"))
ALL = [environment_file.load(file) for file in SHIPPED]


def drawn(of: Environment, *lost: str) -> Flowchart:
    return read(mermaid(of, lost=lost))


def replicated(changes: dict[str, Any] | None = None) -> Environment:
    """Three regions that clients reach, the first of which writes."""
    made = reached(2, 1)
    regions = {f"regions.{role}.vector_db": "primary" if role == "primary" else "replica" for role in made.regions}
    given = made.model_dump(mode="json", exclude_unset=True)
    return environment({"mode": "active-active", "regions": given["regions"], **regions, **(changes or {})})


@pytest.mark.parametrize("shipped", ALL, ids=lambda shipped: shipped.name)
def test_every_region_says_where_it_is_and_what_it_is_for(shipped: Environment) -> None:
    chart = drawn(shipped)
    assert set(chart.frames) == {f"region_{role.replace('-', '_')}" for role in shipped.regions}
    for role, region in shipped.regions.items():
        assert f"{role}\n" in chart.text(role)
        assert f"{region.cloud} {region.region}, {region.status}\n" in chart.text(role)
    assert chart.looks == {f"region_{role}": str(region.status) for role, region in shipped.regions.items()}


@pytest.mark.parametrize("shipped", ALL, ids=lambda shipped: shipped.name)
def test_the_arrows_of_active_regions_say_their_share(shipped: Environment) -> None:
    led = drawn(shipped).clients()
    said = "{}" if routes(shipped) else "{} planned"
    for role, region in shipped.regions.items():
        if region.status is Status.ACTIVE:
            assert led[role] == said.format(region.traffic)


@pytest.mark.parametrize("shipped", ALL, ids=lambda shipped: shipped.name)
def test_the_picture_of_a_loss_shows_who_is_lost_and_who_serves(shipped: Environment) -> None:
    for role in shipped.regions:
        chart = drawn(shipped, role)
        assert chart.looks[f"region_{role}"] == "lost"
        assert chart.clients()[role] == "lost"
        assert not [pair for pair in chart.copied() if role in pair]
        if routes(shipped) and len(shipped.regions) > 1:
            assert "active" in chart.looks.values()


@pytest.mark.parametrize("shipped", ALL, ids=lambda shipped: shipped.name)
def test_the_picture_of_an_environment_is_always_the_same(shipped: Environment) -> None:
    again = environment_file.load(Path(__file__).parents[2] / "environments" / f"{shipped.name}.yaml")
    assert mermaid(again) == mermaid(shipped)


def test_the_writer_copies_to_every_replica() -> None:
    assert drawn(replicated()).copied() == {("primary", "secondary"), ("primary", "tertiary")}


def test_who_writes_stands_between_those_who_follow() -> None:
    assert list(drawn(replicated()).frames) == ["region_secondary", "region_primary", "region_tertiary"]
    assert list(drawn(reached(2, 1)).frames) == ["region_primary", "region_secondary", "region_tertiary"]


def test_replicas_say_in_which_order_they_are_promoted_and_by_whom() -> None:
    chart = drawn(replicated())
    assert "vector database: writer" in chart.text("primary")
    assert "promoted 1st, by itself" in chart.text("secondary")
    assert "promoted 2nd, by people" in chart.text("tertiary")


@pytest.mark.parametrize("failover", [{"start": "manual"}, {"approval": True}])
def test_a_failover_that_waits_for_people_says_so(failover: dict[str, Any]) -> None:
    assert "promoted 1st, by people" in drawn(replicated({"failover": failover})).text("secondary")


def test_the_order_of_the_environment_decides_who_is_promoted() -> None:
    made = replicated({"failover": {"order": ["primary", "tertiary", "secondary"]}})
    assert "promoted, now the writer" in drawn(made, "primary").text("tertiary")
    assert drawn(made, "primary").copied() == {("tertiary", "secondary")}


def test_the_loss_of_a_replica_promotes_nobody() -> None:
    chart = drawn(replicated(), "secondary")
    assert chart.copied() == {("primary", "tertiary")}
    assert "promoted" not in chart.text("tertiary")


def test_without_failover_copies_wait_for_people() -> None:
    chart = drawn(replicated({"failover": None}), "primary")
    assert "copy, for people to promote" in chart.text("secondary")
    assert chart.copied() == set()


def test_a_bound_that_is_enforced_stands_where_it_holds() -> None:
    data = {"data": {"vector_db": {"enforce_rpo": True}}, "objectives": {"rpo": "5m"}}
    assert "copy, at most 5m behind" in drawn(replicated(data)).text("secondary")
    assert "copy, asynchronous" in drawn(replicated()).text("secondary")


def test_a_standby_that_serves_is_drawn_like_what_serves() -> None:
    chart = drawn(reached(1, 2), "primary")
    assert chart.looks == {"region_primary": "lost", "region_secondary": "active", "region_tertiary": "standby"}
    assert chart.clients() == {"primary": "lost", "secondary": "100%", "tertiary": "takes over 1st"}


def test_those_who_wait_are_numbered() -> None:
    assert drawn(reached(1, 2)).clients() == {
        "primary": "100%",
        "secondary": "takes over 1st",
        "tertiary": "takes over 2nd",
    }


def test_a_lost_peer_takes_the_copies_along() -> None:
    made = reached(1, 1)
    assert "state: S3, copies in eu-west-1" in drawn(made).text("primary")
    assert "state: S3, copies lost with eu-west-1" in drawn(made, "secondary").text("primary")


def test_backups_say_where_their_copies_are() -> None:
    made = replicated()
    assert "backups: every 1d, copies in eu-west-1" in drawn(made).text("primary")
    kept = replicated({"backups": {"stays_in_region": "the law keeps them in the country"}})
    assert "backups: every 1d, here only" in drawn(kept).text("primary")
    assert "backups" not in drawn(replicated({"backups": None})).text("primary")


def test_what_every_region_has_is_drawn_once() -> None:
    data = {"sessions": {}, "artifacts": {}, "images": {"repositories": ["vllm"]}}
    chart = drawn(replicated({"data": data}))
    assert chart.nodes["common"] == [
        "in every region, copied to all others",
        "sessions: DynamoDB, every region writes",
        "artifacts: S3",
        "images: ECR",
    ]
    assert len([end for _, end in chart.arrows if end == "common"]) == 3


def test_what_only_the_peer_has_stands_with_its_region() -> None:
    chart = drawn(replicated({"data": {"artifacts": {"copies": "peer"}}}))
    assert "common" not in chart.nodes
    assert "artifacts: S3, copies in eu-west-1" in chart.text("primary")


def test_a_zone_elsewhere_leads_nobody() -> None:
    zone = {"name": "example.com", "cloud": "google", "id": "example-zone"}
    chart = drawn(environment({"service.zone": zone}))
    assert chart.nodes["host"] == ["llm.example.com", "no records: google holds the zone"]
    assert chart.clients() == {"primary": "100% planned"}


def test_the_host_says_how_it_chooses_and_by_when_a_lost_region_is_left() -> None:
    assert drawn(reached(2, 0)).nodes["host"] == [
        "llm.example.com",
        "Route 53 shares clients among healthy regions",
        "asks each for /health every 10s",
        "leaves a lost one within 96s",
    ]
    check = {"path": "/ready", "interval": "30s", "threshold": 2}
    slow = environment({"service.health_check": check, "service.ttl": "10s", "regions.primary.entrance": "203.0.113.1"})
    assert drawn(slow).nodes["host"][2:] == ["asks each for /ready every 30s", "leaves a lost one within 76s"]


def test_other_clouds_have_no_stores_to_draw() -> None:
    multicloud = next(shipped for shipped in ALL if shipped.name == "multicloud")
    chart = drawn(multicloud)
    elsewhere = [role for role, region in multicloud.regions.items() if region.cloud is not Cloud.AWS]
    assert elsewhere
    assert not [name for role in elsewhere for name in chart.frames[f"region_{role}"] if name.startswith("stores_")]


def test_a_region_without_a_cluster_has_no_service_in_it() -> None:
    chart = drawn(environment({"cluster": None, "fleet": {"desired": 2, "start": "#!/bin/sh\nserve"}}))
    assert "LLM service" not in chart.text("primary")
    assert "fleet: 2 to 4" in chart.text("primary")


def test_a_region_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="example has no region quinary; it has primary, secondary"):
        mermaid(environment({}), lost=["quinary"])


def test_roles_that_mermaid_could_take_for_its_own_words_are_drawn() -> None:
    given = environment({}).model_dump(mode="json", exclude_unset=True)["regions"]
    regions = {"end": given["primary"], "first-one": given["secondary"]}
    assert set(drawn(environment({"regions": regions})).frames) == {"region_end", "region_first_one"}
