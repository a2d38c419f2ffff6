"""A region's entrance."""

import json
from graphlib import TopologicalSorter
from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack

from backstay.google.gpu_fleet import GpuFleet
from backstay.google.load_balancer import LoadBalancer
from backstay.outputs import FleetOutputs
from backstay.testing import Synthesized
from backstay.topology import Cloud, Duration, FleetSpec, HealthCheckSpec, ZoneSpec
from tests.google.surroundings import KEY, NAMES, NETWORK, PROJECT, REGION, in_region

HOST = "llm.example.com"
CERTIFICATE = f"projects/{PROJECT}/locations/europe-west4/certificates/llm"
ZONE = ZoneSpec(name="example.com", cloud=Cloud.GOOGLE, id="example-com")
FLEET = FleetOutputs(
    id=f"https://www.googleapis.com/compute/v1/projects/{PROJECT}/regions/europe-west4/instanceGroups/fleet",
    name="fleet",
    launch_template="template",
    role="fleet@acme-production.iam.gserviceaccount.com",
    security_group="fleet@acme-production.iam.gserviceaccount.com",
)

WIRING: dict[str, Any] = {
    "host": HOST,
    "zone": ZONE,
    "health_check": HealthCheckSpec(path="/ready"),
    "port": 8000,
    "certificate": CERTIFICATE,
    "region": REGION,
    "names": NAMES,
    "network": NETWORK,
}


def load_balancer(*, serve: FleetOutputs | None = None, **given: Any) -> Synthesized:
    def build(scope: TerraformStack) -> LoadBalancer:
        made = LoadBalancer(scope, "load-balancer", **WIRING | given)
        if serve:
            made.serve(serve)
        return made

    return in_region(build)


@pytest.fixture(scope="module")
def made() -> Synthesized:
    return load_balancer()


@pytest.fixture(scope="module")
def internal() -> Synthesized:
    return load_balancer(internal=True)


def address_of(made: Synthesized, type_: str, containing: str = "") -> str:
    (name,) = [name for name in made.all(type_) if containing in name]
    return f"{type_}.{name}"


def test_all_of_it_lives_in_the_region(made: Synthesized) -> None:
    for type_, resources in made.document["resource"].items():
        if type_ != "google_dns_record_set":
            assert {resource["region"] for resource in resources.values()} == {"europe-west4"}, type_


def test_clients_in_the_clear_are_sent_to_https(made: Synthesized) -> None:
    rule = made.one("google_compute_forwarding_rule", "redirect")
    redirect = made.one("google_compute_region_url_map", "redirect")["default_url_redirect"]
    assert rule["port_range"] == "80"
    assert (redirect["https_redirect"], redirect["strip_query"]) == (True, False)


def test_requests_are_served_over_current_tls_only_with_the_given_certificate(made: Synthesized) -> None:
    proxy = made.only("google_compute_region_target_https_proxy")
    policy = made.only("google_compute_region_ssl_policy")
    assert proxy["certificate_manager_certificates"] == [CERTIFICATE]
    assert proxy["ssl_policy"] == f"${{{address_of(made, 'google_compute_region_ssl_policy')}.id}}"
    assert (policy["profile"], policy["min_tls_version"]) == ("RESTRICTED", "TLS_1_2")


def test_a_certificate_has_to_be_given() -> None:
    with pytest.raises(
        ValueError, match=rf"no certificate .* for {HOST} and europe-west4.{HOST}, .* fleet.certificate"
    ):
        load_balancer(certificate=None)


def test_both_ports_answer_at_one_address(made: Synthesized) -> None:
    rules = made.all("google_compute_forwarding_rule").values()
    address = address_of(made, "google_compute_address")
    assert {rule["ip_address"] for rule in rules} == {f"${{{address}.id}}"}
    assert {rule["load_balancing_scheme"] for rule in rules} == {"EXTERNAL_MANAGED"}
    assert made.only("google_compute_address")["address_type"] == "EXTERNAL"


def test_it_answers_once_there_is_a_subnet_for_its_proxies(made: Synthesized) -> None:
    (proxies,) = made.all("google_compute_subnetwork", section="data")
    found = made.only("google_compute_subnetwork", section="data")
    assert found["name"] == f'${{basename("{NETWORK.public_subnets[0]}")}}'
    for rule in made.all("google_compute_forwarding_rule").values():
        assert rule["depends_on"] == [f"data.google_compute_subnetwork.{proxies}"]


def test_health_is_asked_for_as_the_environment_says() -> None:
    check = HealthCheckSpec(path="/ready", interval=Duration.parse("30s"), threshold=5)
    asked = load_balancer(health_check=check, port=9000).one("google_compute_region_health_check", "health-check")
    assert (asked["check_interval_sec"], asked["timeout_sec"]) == (30, 15)
    assert (asked["healthy_threshold"], asked["unhealthy_threshold"]) == (2, 5)
    assert asked["http_health_check"] == {"port": 9000, "request_path": "/ready"}


def test_a_single_failure_never_takes_a_machine_out() -> None:
    made = load_balancer(health_check=HealthCheckSpec(threshold=1))
    assert made.one("google_compute_region_health_check", "health-check")["unhealthy_threshold"] == 2


def test_a_machine_is_replaced_much_later_than_it_is_taken_out(made: Synthesized) -> None:
    repair = made.one("google_compute_region_health_check", "repair-check")
    assert repair["check_interval_sec"] * repair["unhealthy_threshold"] == 300
    assert repair["http_health_check"]["request_path"] == "/ready"


def test_long_answers_are_neither_cut_off_nor_piled_up(made: Synthesized) -> None:
    service = made.only("google_compute_region_backend_service")
    assert (service["timeout_sec"], service["connection_draining_timeout_sec"]) == (300, 300)
    assert service["locality_lb_policy"] == "LEAST_REQUEST"
    assert service["session_affinity"] == "NONE"


def test_every_request_is_logged(made: Synthesized) -> None:
    assert made.only("google_compute_region_backend_service")["log_config"] == {"enable": True, "sample_rate": 1}


def test_requests_go_to_the_fleet_that_it_serves(made: Synthesized) -> None:
    assert "backend" not in made.only("google_compute_region_backend_service")
    (backend,) = load_balancer(serve=FLEET).only("google_compute_region_backend_service")["backend"]
    assert backend["group"] == FLEET.id
    assert (backend["balancing_mode"], backend["capacity_scaler"]) == ("UTILIZATION", 1)


def test_outputs_name_the_backend_service_and_the_check_by_which_machines_are_replaced() -> None:
    def build(scope: TerraformStack) -> None:
        made = LoadBalancer(scope, "load-balancer", **WIRING)
        for field in ("target_group", "health_check"):
            TerraformOutput(scope, field, value=getattr(made.outputs, field))

    made = in_region(build)
    output = {field: output["value"] for field, output in made.document["output"].items()}
    assert output["target_group"] == f"${{{address_of(made, 'google_compute_region_backend_service')}.id}}"
    assert output["health_check"] == f"${{{address_of(made, 'google_compute_region_health_check', 'repair')}.id}}"


def test_load_balancer_and_fleet_do_not_wait_for_each_other_in_a_circle() -> None:
    def build(scope: TerraformStack) -> None:
        made = LoadBalancer(scope, "load-balancer", **WIRING)
        fleet = GpuFleet(
            scope,
            "fleet",
            spec=FleetSpec(instance_type="g2-standard-8"),
            region=REGION,
            names=NAMES,
            network=NETWORK,
            key=KEY,
            load_balancer=made.outputs,
            tags={},
        )
        made.serve(fleet.outputs)

    resources = {
        f"{type_}.{name}": json.dumps(body)
        for type_, named in in_region(build).document["resource"].items()
        for name, body in named.items()
    }
    graph = {made: {other for other in resources if other in text} for made, text in resources.items()}
    order = list(TopologicalSorter(graph).static_order())
    (repair,) = [made for made in order if "repair-check" in made]
    (group,) = [made for made in order if "instance_group_manager" in made]
    (service,) = [made for made in order if "backend_service" in made]
    assert order.index(repair) < order.index(group) < order.index(service)


def test_the_region_answers_under_its_own_name_in_a_zone_of_google(made: Synthesized) -> None:
    record = made.only("google_dns_record_set")
    assert (record["managed_zone"], record["name"], record["type"]) == ("example-com", f"europe-west4.{HOST}.", "A")
    assert record["rrdatas"] == [f"${{{address_of(made, 'google_compute_address')}.address}}"]


def test_a_name_in_another_clouds_zone_is_left_to_whoever_owns_it() -> None:
    elsewhere = ZoneSpec(name="example.com", id="Z0123456789EXAMPLE")
    assert load_balancer(zone=elsewhere).all("google_dns_record_set") == {}


def test_an_internal_one_has_a_private_address_that_two_rules_share(internal: Synthesized) -> None:
    address = internal.only("google_compute_address")
    assert (address["address_type"], address["purpose"]) == ("INTERNAL", "SHARED_LOADBALANCER_VIP")
    assert address["subnetwork"] == NETWORK.private_subnets[0]
    for rule in internal.all("google_compute_forwarding_rule").values():
        assert rule["load_balancing_scheme"] == "INTERNAL_MANAGED"
        assert rule["subnetwork"] == NETWORK.private_subnets[0]
    assert internal.only("google_compute_region_backend_service")["load_balancing_scheme"] == "INTERNAL_MANAGED"


@pytest.mark.parametrize("disposable", [True, False])
def test_only_a_disposable_one_gives_up_its_address(disposable: bool) -> None:
    address = load_balancer(disposable=disposable).only("google_compute_address")
    assert ("lifecycle" in address) is not disposable
