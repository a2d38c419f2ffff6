"""A region's entrance."""

import json
import re
from typing import Any

import pytest
from cdktf import TerraformStack

from backstay.aws.load_balancer import LoadBalancer
from backstay.outputs import FleetOutputs
from backstay.testing import Synthesized
from backstay.topology import Duration, HealthCheckSpec, Names, ZoneSpec, aws_region
from tests.aws.surroundings import NAMES, NETWORK, in_region

HOST = "llm.example.com"
FLEET = FleetOutputs(id="fleet", name="fleet", launch_template="lt-1", role="fleet", security_group="sg-fleet")
# Pairs that read alike when they are simply joined, and one that is too long.
NEIGHBOURS = [("prod", "eu-models"), ("prod-eu", "models"), ("production-for-all-of-europe", "large-models")]


def load_balancer(region: str = "us-east-1", **given: Any) -> Synthesized:
    wiring = {
        "host": HOST,
        "zone": ZoneSpec(name="example.com", id="Z0123456789EXAMPLE"),
        "health_check": HealthCheckSpec(path="/ready"),
        "port": 8000,
        "region": aws_region(region),
        "names": NAMES,
        "network": NETWORK,
    }
    return in_region(lambda scope: LoadBalancer(scope, "load-balancer", **wiring | given))


@pytest.fixture(scope="module")
def east() -> Synthesized:
    return load_balancer("us-east-1")


@pytest.fixture(scope="module")
def west() -> Synthesized:
    return load_balancer("eu-west-1")


def validation_records(made: Synthesized) -> list[dict[str, Any]]:
    return [record for record in made.all("aws_route53_record").values() if record["type"] == "CNAME"]


def test_it_stands_in_all_public_subnets(east: Synthesized) -> None:
    balancer = east.only("aws_lb")
    assert balancer["subnets"] == list(NETWORK.public_subnets)
    assert balancer["internal"] is False


def test_clients_in_the_clear_are_sent_to_https(east: Synthesized) -> None:
    (action,) = east.one("aws_lb_listener", "redirect")["default_action"]
    assert action["type"] == "redirect"
    assert (action["redirect"]["protocol"], action["redirect"]["port"]) == ("HTTPS", "443")


def test_requests_are_served_over_current_tls_only(east: Synthesized) -> None:
    listener = east.one("aws_lb_listener", "https")
    assert (listener["port"], listener["protocol"]) == (443, "HTTPS")
    assert listener["ssl_policy"] == "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"


def test_the_listener_waits_until_the_certificate_is_issued(east: Synthesized) -> None:
    assert east.one("aws_lb_listener", "https")["certificate_arn"].startswith("${aws_acm_certificate_validation.")


def test_the_certificate_is_for_the_clients_host_and_the_regional_one(east: Synthesized) -> None:
    certificate = east.only("aws_acm_certificate")
    assert [certificate["domain_name"], *certificate["subject_alternative_names"]] == [HOST, f"us-east-1.{HOST}"]
    assert certificate["lifecycle"] == {"create_before_destroy": True}


def test_each_name_is_validated_by_the_record_that_acm_asks_for_by_that_name(east: Synthesized) -> None:
    (certificate,) = east.all("aws_acm_certificate")
    for record, name in zip(validation_records(east), (HOST, f"us-east-1.{HOST}"), strict=True):
        assert record["name"] == (
            f"${{one([for option in aws_acm_certificate.{certificate}.domain_validation_options : "
            f'option.resource_record_name if option.domain_name == "{name}"])}}'
        )


def test_regions_share_no_validation_record_so_that_removing_one_leaves_the_others(
    east: Synthesized, west: Synthesized
) -> None:
    owners = [{record["set_identifier"] for record in validation_records(made)} for made in (east, west)]
    assert owners == [{"production-us-east-1"}, {"production-eu-west-1"}]
    for record in validation_records(east) + validation_records(west):
        assert record["weighted_routing_policy"] == {"weight": 1}
        assert "allow_overwrite" not in record


def test_the_region_answers_under_its_own_name(east: Synthesized) -> None:
    record = east.one("aws_route53_record", "_record_")
    assert (record["name"], record["type"]) == (f"us-east-1.{HOST}", "A")
    assert record["alias"]["evaluate_target_health"] is True


def test_every_region_has_the_same_addresses(east: Synthesized, west: Synthesized) -> None:
    assert east.addresses == west.addresses


def test_a_host_too_long_for_a_certificate_is_refused() -> None:
    host = f"{'a' * 60}.example.com"
    with pytest.raises(ValueError, match=r"has 72 characters; the first name of a certificate may have 64"):
        load_balancer(host=host)


def test_health_is_asked_for_as_the_environment_says() -> None:
    check = HealthCheckSpec(path="/ready", interval=Duration.parse("30s"), threshold=5)
    asked = load_balancer(health_check=check).only("aws_lb_target_group")["health_check"]
    assert asked == {
        "path": "/ready",
        "interval": 30,
        "timeout": 15,
        "healthy_threshold": 2,
        "unhealthy_threshold": 5,
        "matcher": "200",
    }


def test_a_single_failure_never_takes_a_machine_out() -> None:
    check = HealthCheckSpec(threshold=1)
    assert load_balancer(health_check=check).only("aws_lb_target_group")["health_check"]["unhealthy_threshold"] == 2


def test_requests_go_to_all_machines_only_when_none_is_healthy(east: Synthesized) -> None:
    health = east.only("aws_lb_target_group")["target_group_health"]
    assert health["unhealthy_state_routing"] == {
        "minimum_healthy_targets_count": 1,
        "minimum_healthy_targets_percentage": "off",
    }
    assert health["dns_failover"] == {
        "minimum_healthy_targets_count": "1",
        "minimum_healthy_targets_percentage": "off",
    }


def test_long_answers_are_neither_cut_off_nor_piled_up(east: Synthesized) -> None:
    targets = east.only("aws_lb_target_group")
    assert east.only("aws_lb")["idle_timeout"] == 300
    assert targets["deregistration_delay"] == "300"
    assert targets["load_balancing_algorithm_type"] == "least_outstanding_requests"
    assert targets["stickiness"]["enabled"] is False


def test_another_port_makes_another_target_group_before_the_old_one_goes() -> None:
    groups = [load_balancer(port=port).only("aws_lb_target_group") for port in (8000, 9000)]
    assert groups[0]["name"] != groups[1]["name"]
    assert all(group["lifecycle"] == {"create_before_destroy": True} for group in groups)


def test_names_are_what_elastic_load_balancing_accepts_and_never_meet() -> None:
    made = [load_balancer(names=Names("acme", environment), purpose=purpose) for environment, purpose in NEIGHBOURS]
    names = [made.only(type_)["name"] for made in made for type_ in ("aws_lb", "aws_lb_target_group")]
    # AWS refuses two hyphens in a row in a target group's name.
    assert [
        name for name in names if not re.fullmatch(r"(?!.*--)[A-Za-z0-9]([A-Za-z0-9-]{0,30}[A-Za-z0-9])", name)
    ] == []
    assert len(set(names)) == len(names)


def test_it_reaches_nothing_but_the_port_of_the_machines_that_it_serves() -> None:
    made = load_balancer()
    assert made.all("aws_vpc_security_group_egress_rule") == {}
    made.construct.serve(FLEET)
    rule = Synthesized.of(TerraformStack.of(made.construct)).only("aws_vpc_security_group_egress_rule")
    assert (rule["referenced_security_group_id"], rule["ip_protocol"]) == (FLEET.security_group, "tcp")
    assert (rule["from_port"], rule["to_port"]) == (8000, 8000)


def test_anybody_reaches_it_on_two_ports(east: Synthesized) -> None:
    rules = east.all("aws_vpc_security_group_ingress_rule").values()
    assert sorted((rule["cidr_ipv4"], rule["from_port"], rule["to_port"]) for rule in rules) == [
        ("0.0.0.0/0", 80, 80),
        ("0.0.0.0/0", 443, 443),
    ]


def test_an_internal_one_is_for_the_network_only() -> None:
    made = load_balancer(internal=True)
    assert made.only("aws_lb")["internal"] is True
    assert made.only("aws_lb")["subnets"] == list(NETWORK.private_subnets)
    rules = made.all("aws_vpc_security_group_ingress_rule").values()
    assert {rule["cidr_ipv4"] for rule in rules} == {NETWORK.cidr}


@pytest.mark.parametrize("disposable", [True, False])
def test_only_a_disposable_one_can_be_deleted_with_its_logs(disposable: bool) -> None:
    made = load_balancer(disposable=disposable)
    assert made.only("aws_lb")["enable_deletion_protection"] is not disposable
    bucket = made.only("aws_s3_bucket")
    assert bucket["force_destroy"] is disposable
    assert bucket.get("lifecycle", {}).get("prevent_destroy", False) is not disposable


def test_requests_are_logged_once_the_bucket_admits_the_logs(east: Synthesized) -> None:
    balancer = east.only("aws_lb")
    (policy,) = east.all("aws_s3_bucket_policy")
    assert balancer["access_logs"]["enabled"] is True
    assert balancer["depends_on"] == [f"aws_s3_bucket_policy.{policy}"]


def test_only_load_balancers_of_the_account_write_logs_and_nobody_without_tls(east: Synthesized) -> None:
    delivery, tls = json.loads(east.only("aws_s3_bucket_policy")["policy"])["Statement"]
    assert delivery["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert delivery["Action"] == ["s3:PutObject"]
    (objects,) = delivery["Resource"]
    assert "/AWSLogs/${data.aws_caller_identity." in objects
    assert (tls["Effect"], tls["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_logs_are_encrypted_as_load_balancers_can_and_expire(east: Synthesized) -> None:
    (encryption,) = east.only("aws_s3_bucket_server_side_encryption_configuration")["rule"]
    assert encryption["apply_server_side_encryption_by_default"] == {"sse_algorithm": "AES256"}
    (rule,) = east.only("aws_s3_bucket_lifecycle_configuration")["rule"]
    assert rule["expiration"] == [{"days": 90}]


def test_malformed_headers_are_dropped(east: Synthesized) -> None:
    assert east.only("aws_lb")["drop_invalid_header_fields"] is True
