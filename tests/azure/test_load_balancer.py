"""A region's entrance."""

import re
from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack

from backstay.azure.load_balancer import LoadBalancer
from backstay.testing import Synthesized
from backstay.topology import Duration, HealthCheckSpec, Names, ZoneSpec, azure_region
from tests.azure.compute import GATEWAY, NETWORK
from tests.azure.surroundings import GROUPS, NAMES, in_region

HOST = "llm.example.com"
CERTIFICATE = "https://acme-certificates.vault.azure.net/secrets/llm"
AZURE_ZONE = ZoneSpec(
    name="example.com", cloud="azure", id=f"{GROUPS}/dns/providers/Microsoft.Network/dnsZones/example.com"
)
AWS_ZONE = ZoneSpec(name="example.com", id="Z0123456789EXAMPLE")


def load_balancer(region: str = "westeurope", **given: Any) -> Synthesized:
    wiring = {
        "host": HOST,
        "zone": AZURE_ZONE,
        "health_check": HealthCheckSpec(path="/ready"),
        "port": 8000,
        "certificate": CERTIFICATE,
        "region": azure_region(region),
        "names": NAMES,
        "network": NETWORK,
    }

    def build(scope: TerraformStack) -> LoadBalancer:
        made = LoadBalancer(scope, "load-balancer", **wiring | given)
        for name in ("host", "target_group", "security_group"):
            TerraformOutput(scope, name, value=getattr(made.outputs, name))
        return made

    return in_region(build)


def gateway_of(made: Synthesized) -> dict[str, Any]:
    return made.only("azurerm_application_gateway")


def output(made: Synthesized, name: str) -> str:
    return made.document["output"][name]["value"]


@pytest.fixture(scope="module")
def west() -> Synthesized:
    return load_balancer()


@pytest.fixture(scope="module")
def private() -> Synthesized:
    return load_balancer(internal=True)


@pytest.fixture(scope="module")
def gateway(west: Synthesized) -> dict[str, Any]:
    return gateway_of(west)


def test_it_stands_in_all_zones_with_its_address(west: Synthesized, gateway: dict[str, Any]) -> None:
    assert gateway["zones"] == ["1", "2", "3"]
    assert gateway["autoscale_configuration"]["min_capacity"] >= 2
    assert west.only("azurerm_public_ip")["zones"] == ["1", "2", "3"]


def test_it_has_a_subnet_to_itself(gateway: dict[str, Any]) -> None:
    assert gateway["gateway_ip_configuration"] == [{"name": "subnet", "subnet_id": GATEWAY}]


def test_clients_in_the_clear_are_sent_to_https(gateway: dict[str, Any]) -> None:
    listeners = {listener["name"]: listener["protocol"] for listener in gateway["http_listener"]}
    rules = {rule["http_listener_name"]: rule for rule in gateway["request_routing_rule"]}
    (redirect,) = gateway["redirect_configuration"]
    assert listeners == {"https": "Https", "http": "Http"}
    assert rules["http"]["redirect_configuration_name"] == redirect["name"]
    assert "backend_address_pool_name" not in rules["http"]
    assert (redirect["redirect_type"], redirect["target_listener_name"]) == ("Permanent", "https")
    assert redirect["include_path"] is redirect["include_query_string"] is True


def test_requests_are_served_over_current_tls_only(gateway: dict[str, Any]) -> None:
    assert gateway["ssl_policy"] == {"policy_type": "Predefined", "policy_name": "AppGwSslPolicy20220101S"}


def test_the_newest_version_of_the_certificate_is_served_once_it_can_be_read(
    west: Synthesized, gateway: dict[str, Any]
) -> None:
    (reader,) = west.all("azurerm_role_assignment")
    (identity,) = west.all("azurerm_user_assigned_identity")
    assert gateway["ssl_certificate"] == [{"name": "https", "key_vault_secret_id": CERTIFICATE}]
    assert gateway["identity"]["identity_ids"] == [f"${{azurerm_user_assigned_identity.{identity}.id}}"]
    assert gateway["depends_on"] == [f"azurerm_role_assignment.{reader}"]


def test_health_is_asked_for_as_the_environment_says() -> None:
    check = HealthCheckSpec(path="/ready", interval=Duration.parse("30s"), threshold=5)
    (probe,) = gateway_of(load_balancer(health_check=check))["probe"]
    assert probe == {
        "name": "health",
        "protocol": "Http",
        "host": HOST,
        "path": "/ready",
        "interval": 30,
        "timeout": 15,
        "unhealthy_threshold": 5,
        "match": {"status_code": ["200"]},
    }


def test_long_answers_are_not_cut_off(gateway: dict[str, Any]) -> None:
    (requests,) = gateway["backend_http_settings"]
    assert (requests["port"], requests["protocol"], requests["request_timeout"]) == (8000, "Http", 300)
    assert requests["connection_draining"] == {"enabled": True, "drain_timeout_sec": 300}
    assert requests["probe_name"] == gateway["probe"][0]["name"]


def test_machines_enter_the_pool_that_requests_go_to(west: Synthesized, gateway: dict[str, Any]) -> None:
    (pool,) = gateway["backend_address_pool"]
    (rule,) = [rule for rule in gateway["request_routing_rule"] if "backend_address_pool_name" in rule]
    assert rule["backend_address_pool_name"] == pool["name"]
    (name,) = west.all("azurerm_application_gateway")
    assert output(west, "target_group") == (
        f"${{azurerm_application_gateway.{name}.id}}/backendAddressPools/{pool['name']}"
    )


def test_machines_admit_the_gateways_subnet(west: Synthesized) -> None:
    (subnet,) = west.all("azurerm_subnet", section="data")
    assert output(west, "security_group") == f"${{element(data.azurerm_subnet.{subnet}.address_prefixes, 0)}}"


def test_the_region_answers_under_its_own_name(west: Synthesized) -> None:
    record = west.only("azurerm_dns_a_record")
    assert (record["name"], record["zone_name"], record["resource_group_name"]) == (
        "westeurope.llm",
        "example.com",
        "dns",
    )
    assert record["target_resource_id"].startswith("${azurerm_public_ip.")
    assert "records" not in record


def test_a_zone_on_another_cloud_is_left_alone() -> None:
    elsewhere = load_balancer(zone=AWS_ZONE)
    assert elsewhere.all("azurerm_dns_a_record") == {}
    assert re.fullmatch(r"\$\{azurerm_public_ip\..+\.fqdn}", output(elsewhere, "host"))


def test_an_internal_one_has_no_public_address(private: Synthesized) -> None:
    assert private.all("azurerm_public_ip") == {}
    (frontend,) = gateway_of(private)["frontend_ip_configuration"]
    assert frontend["subnet_id"] == GATEWAY
    assert frontend["private_ip_address_allocation"] == "Static"
    assert frontend["private_ip_address"] == output(private, "host")
    assert private.only("azurerm_dns_a_record")["records"] == [output(private, "host")]
    assert "target_resource_id" not in private.only("azurerm_dns_a_record")


def test_every_listener_is_on_the_only_frontend(private: Synthesized, gateway: dict[str, Any]) -> None:
    for made in (gateway, gateway_of(private)):
        (frontend,) = made["frontend_ip_configuration"]
        assert {listener["frontend_ip_configuration_name"] for listener in made["http_listener"]} == {frontend["name"]}


def test_requests_are_logged_for_90_days(west: Synthesized) -> None:
    setting, workspace = (
        west.only("azurerm_monitor_diagnostic_setting"),
        west.only("azurerm_log_analytics_workspace"),
    )
    assert setting["enabled_log"] == [{"category": "ApplicationGatewayAccessLog"}]
    assert setting["target_resource_id"].startswith("${azurerm_application_gateway.")
    assert workspace["retention_in_days"] == 90
    assert workspace["local_authentication_enabled"] is False


@pytest.mark.parametrize("disposable", [True, False])
def test_only_a_disposable_one_can_be_deleted_with_its_address_and_its_logs(disposable: bool) -> None:
    made = load_balancer(disposable=disposable)
    for type_ in ("azurerm_application_gateway", "azurerm_public_ip", "azurerm_log_analytics_workspace"):
        assert made.only(type_).get("lifecycle", {}).get("prevent_destroy", False) is not disposable


def test_every_region_has_the_same_addresses(west: Synthesized) -> None:
    assert load_balancer("northeurope").addresses == west.addresses


def test_names_are_what_azure_accepts_and_never_meet() -> None:
    neighbours = [("prod", "eu-models"), ("prod-eu", "models"), ("production-for-all-of-europe", "large-models")]
    labels = [
        load_balancer(names=Names("acme", environment), purpose=purpose).only("azurerm_public_ip")["domain_name_label"]
        for environment, purpose in neighbours
    ]
    assert [label for label in labels if not re.fullmatch(r"[a-z][a-z0-9-]{1,61}[a-z0-9]", label)] == []
    assert len(set(labels)) == len(labels)
