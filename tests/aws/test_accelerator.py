"""An accelerator, and what it must not be trusted with."""

from tests.aws.routing import ENDPOINTS, IN_ORDER, THREE, synthesized

ROUTING = {"policy": "latency", "accelerator": {"endpoints": ENDPOINTS}}
MADE = synthesized(THREE | {"service.routing": ROUTING})
GROUP = "aws_globalaccelerator_endpoint_group"


def test_regions_that_serve_have_the_whole_dial_and_those_that_wait_none_of_it() -> None:
    dials = {group["endpoint_group_region"]: group["traffic_dial_percentage"] for group in MADE.all(GROUP).values()}
    assert dials == {"us-east-1": 100, "eu-west-1": 100, "ap-southeast-1": 0}


def test_a_region_that_waits_weighs_something_so_that_it_can_take_over() -> None:
    for group in MADE.all(GROUP).values():
        (endpoint,) = group["endpoint_configuration"]
        assert endpoint["weight"] > 0


def test_groups_ask_on_the_port_that_load_balancers_serve_on() -> None:
    assert {group["health_check_port"] for group in MADE.all(GROUP).values()} == {443}


def test_load_balancers_see_the_addresses_of_clients() -> None:
    for group in MADE.all(GROUP).values():
        (endpoint,) = group["endpoint_configuration"]
        assert endpoint["client_ip_preservation_enabled"] is True
        assert endpoint["endpoint_id"] in ENDPOINTS.values()


def test_it_answers_where_load_balancers_do() -> None:
    ports = MADE.only("aws_globalaccelerator_listener")["port_range"]
    assert [(port["from_port"], port["to_port"]) for port in ports] == [(80, 80), (443, 443)]


def test_it_is_asked_for_by_its_address_under_the_clients_name() -> None:
    health = MADE.one("aws_route53_health_check", "accelerator_health")
    assert health["fqdn"] == "llm.example.com"
    assert "ip_sets[0].ip_addresses" in health["ip_address"]


def test_without_being_asked_for_there_is_none() -> None:
    assert not synthesized(IN_ORDER).all("aws_globalaccelerator_accelerator")
