"""What Route 53 asks a region."""

from typing import Any

from tests.aws.routing import THREE, synthesized
from tests.topology.sample import ABSENT

ASKED = "aws_route53_health_check"
WITHOUT_SWITCHES = THREE | {"service.routing": {"drain_switch": False}}


def check(changes: dict[str, Any], containing: str) -> dict[str, Any]:
    return synthesized(changes).one(ASKED, containing)


def test_a_region_is_asked_on_its_own_name_for_the_path_that_looks_deep() -> None:
    asked = check(THREE | {"service.health_check": {"path": "/deep"}}, "primary_endpoint")
    assert (asked["type"], asked["fqdn"], asked["port"]) == ("HTTPS", "us-east-1.llm.example.com", 443)
    assert asked["resource_path"] == "/deep"
    assert asked["enable_sni"] is True


def test_how_often_and_how_many_failures_count_is_the_environments_to_say() -> None:
    asked = check(THREE | {"service.health_check": {"interval": "30s", "threshold": 2}}, "primary_endpoint")
    assert (asked["request_interval"], asked["failure_threshold"]) == (30, 2)


def test_no_region_alone_asks() -> None:
    for asked in synthesized(THREE).all(ASKED).values():
        assert asked["type"] == "CALCULATED" or len(set(asked["regions"])) >= 3
    chosen = ["eu-west-1", "sa-east-1", "us-west-2"]
    assert check(THREE | {"service.routing": {"checkers": chosen}}, "primary_endpoint")["regions"] == chosen


def test_nothing_hangs_on_metrics_or_alarms() -> None:
    kinds = {asked["type"] for asked in synthesized(THREE).all(ASKED).values()}
    assert kinds == {"HTTPS", "HTTPS_STR_MATCH", "CALCULATED"}


def test_one_thing_to_ask_for_is_not_counted_up() -> None:
    made = synthesized(WITHOUT_SWITCHES)
    assert len(made.all(ASKED)) == 3
    assert "endpoint" in made.one("aws_route53_record", "clients_primary")["health_check_id"]


def test_all_that_counts_has_to_hold() -> None:
    made = synthesized(THREE | {"service.routing": {"signals": {"database": "/health/database"}}})
    assert made.one(ASKED, "primary_signal-database")["resource_path"] == "/health/database"
    together = made.one(ASKED, "primary_all")
    # The endpoint, the signal, and a switch in each of two other regions.
    assert len(together["child_healthchecks"]) == together["child_health_threshold"] == 4
    assert "primary_all" in made.one("aws_route53_record", "clients_primary")["health_check_id"]


def test_a_switch_for_a_region_is_in_the_others_and_off_unless_it_says_so() -> None:
    switch = check(THREE, "health-primary_switch-secondary")
    assert switch["fqdn"] == "eu-west-1.llm.example.com"
    assert switch["resource_path"] == "/backstay/drain/primary"
    # No answer, or another one, fails; turned around, that is a region that is not drained.
    assert (switch["type"], switch["search_string"]) == ("HTTPS_STR_MATCH", "drained: primary")
    assert switch["invert_healthcheck"] is True


def test_no_region_has_the_switch_by_which_it_is_drained() -> None:
    for role, host in {"primary": "us-east-1", "secondary": "eu-west-1", "tertiary": "ap-southeast-1"}.items():
        asked = synthesized(THREE).all(ASKED)
        switches = {name: body for name, body in asked.items() if f"health-{role}_switch-" in name}
        assert len(switches) == 2
        assert not [body for body in switches.values() if body["fqdn"].startswith(host)]


def test_an_entrance_without_a_load_balancer_of_ours_has_no_switch() -> None:
    asked = synthesized(THREE | {"regions.tertiary.fleet": None, "regions.tertiary.entrance": "203.0.113.1"}).all(ASKED)
    assert not [name for name in asked if "switch-tertiary" in name]
    assert [name for name in asked if "health-tertiary_switch-primary" in name]


def test_a_region_alone_has_nobody_to_drain_it() -> None:
    alone = {"mode": "single-region", "regions.secondary": ABSENT, "fleet": THREE["fleet"]}
    assert len(synthesized(alone).all(ASKED)) == 1
