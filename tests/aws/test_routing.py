"""The records of the name that clients use."""

from typing import Any

import pytest

from backstay.aws.routing import Routing
from backstay.testing import Synthesized
from backstay.topology.routes import routes
from tests.aws.routing import ENDPOINTS, HOST, IN_ORDER, THREE, synthesized
from tests.topology.sample import environment

RECORD = "aws_route53_record"
AT_THE_ZONE = {"service.host": "example.com"}
ACCELERATED = {"service.routing": {"accelerator": {"endpoints": ENDPOINTS}}}


def named(made: Synthesized, name: str) -> dict[str, dict[str, Any]]:
    """The records of a name, by their set identifiers."""
    return {record["set_identifier"]: record for record in made.all(RECORD).values() if record["name"] == name}


def test_shares_are_weights_and_a_standby_weighs_nothing() -> None:
    weighed = {role: record["weighted_routing_policy"] for role, record in named(synthesized(THREE), HOST).items()}
    assert weighed == {"primary": {"weight": 50}, "secondary": {"weight": 50}, "tertiary": {"weight": 0}}


@pytest.mark.parametrize("changes", [THREE, IN_ORDER, THREE | AT_THE_ZONE, IN_ORDER | ACCELERATED])
def test_every_record_has_a_health_check_or_takes_the_health_of_records_that_do(changes: dict[str, Any]) -> None:
    for record in synthesized(changes).all(RECORD).values():
        if "set_identifier" in record:
            assert "health_check_id" in record or record["alias"]["evaluate_target_health"]


def test_records_lead_to_the_regions_own_names_with_the_environments_ttl() -> None:
    record = named(synthesized(THREE | {"service.ttl": "30s"}), HOST)["secondary"]
    assert (record["type"], record["records"], record["ttl"]) == ("CNAME", ["eu-west-1.llm.example.com"], 30)


def test_nothing_of_a_region_is_read() -> None:
    for changes in (THREE, IN_ORDER, THREE | AT_THE_ZONE, IN_ORDER | ACCELERATED):
        assert "data" not in synthesized(changes).document


def test_a_third_region_stands_behind_the_second() -> None:
    made = synthesized(IN_ORDER)
    first, second = (named(made, HOST)[id_] for id_ in ("first", "second"))
    assert (first["failover_routing_policy"]["type"], first["records"]) == ("PRIMARY", ["us-east-1.llm.example.com"])
    assert second["alias"] == {"name": f"standby.{HOST}", "zone_id": first["zone_id"], "evaluate_target_health": True}
    assert [record["records"] for record in named(made, f"standby.{HOST}").values()] == [
        ["eu-west-1.llm.example.com"],
        ["ap-southeast-1.llm.example.com"],
    ]


def test_what_an_alias_leads_to_is_there_before_the_alias() -> None:
    second = named(synthesized(IN_ORDER), HOST)["second"]
    assert sorted(part.split("_")[-2] for part in second["depends_on"]) == ["first", "second"]


def test_the_nearest_region_is_found_by_the_clouds_name_for_it() -> None:
    records = named(synthesized(THREE | {"service.routing": {"policy": "latency"}}), f"active.{HOST}")
    assert {role: record["latency_routing_policy"]["region"] for role, record in records.items()} == {
        "primary": "us-east-1",
        "secondary": "eu-west-1",
    }


def test_the_name_of_a_zone_leads_to_addresses_and_takes_no_health_from_a_load_balancer() -> None:
    record = named(synthesized(THREE | AT_THE_ZONE), "example.com")["primary"]
    assert record["type"] == "A"
    assert record["alias"]["name"] == "us-east-1.example.com"
    assert record["alias"]["evaluate_target_health"] is False
    assert "health_check_id" in record


def test_a_name_that_a_region_does_not_publish_is_published_for_it() -> None:
    given = {"regions.primary.entrance": "203.0.113.1", "regions.secondary.entrance": "ingress-2.example.net"}
    made = synthesized(given)
    plain = {record["name"]: record for record in made.all(RECORD).values() if "set_identifier" not in record}
    assert {name: (record["type"], record["records"]) for name, record in plain.items()} == {
        "us-east-1.llm.example.com": ("A", ["203.0.113.1"]),
        "eu-west-1.llm.example.com": ("CNAME", ["ingress-2.example.net"]),
    }


def test_a_published_address_is_there_before_an_alias_leads_to_it() -> None:
    given = AT_THE_ZONE | {"regions.primary.entrance": "203.0.113.1", "regions.secondary.entrance": "203.0.113.2"}
    first = named(synthesized(given), "example.com")["first"]
    (published,) = first["depends_on"]
    assert "entrance-primary" in published


def test_an_accelerator_stands_in_front_as_long_as_the_service_answers_through_it() -> None:
    made = synthesized(IN_ORDER | ACCELERATED)
    first, second = (named(made, HOST)[id_] for id_ in ("first", "second"))
    assert "accelerator" in first["alias"]["name"]
    assert "accelerator_health" in first["health_check_id"]
    assert second["alias"]["name"] == f"regions.{HOST}"


def test_routes_to_an_accelerator_that_is_not_there_are_refused() -> None:
    made = environment(IN_ORDER | ACCELERATED)
    found = routes(made)
    assert found
    service = made.service.model_copy(update={"routing": environment().service.routing})
    with pytest.raises(ValueError, match="routes lead to an accelerator and the service has none"):
        Synthesized(lambda scope: Routing(scope, "routing", routes=found, service=service, names=made.names))
