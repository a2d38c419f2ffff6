"""A region's private network."""

import json
from ipaddress import IPv4Network
from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack

from backstay.azure.network import Network
from backstay.testing import Document, Synthesized
from backstay.topology import NetworkSpec, azure_region
from tests.azure.surroundings import ACCOUNT_BEHIND_NETWORKS, KEY, NAMES, REGION, TAGS, in_region


def network(spec: NetworkSpec | None = None, **given: Any) -> Synthesized:
    def build(scope: TerraformStack) -> Network:
        wiring = {"spec": spec or NetworkSpec(), "region": REGION, "names": NAMES, "key": KEY}
        made = Network(scope, "network", **wiring | given)
        for name in ("private_subnets", "public_subnets", "zones"):
            TerraformOutput(scope, name, value=list(getattr(made.outputs, name)), static_id=True)
        return made

    return in_region(build)


@pytest.fixture(scope="module")
def made() -> Synthesized:
    return network()


@pytest.fixture(scope="module")
def single() -> Synthesized:
    return network(NetworkSpec(nat="single"))


def output(made: Synthesized, name: str) -> Any:
    return made.document["output"][name]["value"]


def template(made: Synthesized) -> dict[str, Document]:
    content = json.loads(made.only("azurerm_resource_group_template_deployment")["template_content"])
    return {resource["type"].rsplit("/", 1)[-1]: resource for resource in content["resources"]}


def test_its_addresses_are_computed_from_the_region(made: Synthesized) -> None:
    assert made.only("azurerm_virtual_network")["address_space"] == ["10.76.0.0/16"]


@pytest.mark.parametrize("cidr", ["10.76.0.0/16", "172.16.16.0/20"])
def test_subnets_are_within_it_and_apart(cidr: str) -> None:
    subnets = network(NetworkSpec(cidr=IPv4Network(cidr))).all("azurerm_subnet")
    private, gateway = (IPv4Network(*body["address_prefixes"]) for body in subnets.values())
    assert private.subnet_of(IPv4Network(cidr))
    assert gateway.subnet_of(IPv4Network(cidr))
    assert not private.overlaps(gateway)


def test_a_gateway_has_room_to_grow_even_in_the_smallest_network() -> None:
    small = network(NetworkSpec(cidr=IPv4Network("172.16.16.0/20")))
    (prefix,) = small.one("azurerm_subnet", "gateway")["address_prefixes"]
    assert IPv4Network(prefix).prefixlen <= 26


def test_machines_have_no_way_out_but_the_gateway(made: Synthesized) -> None:
    assert made.one("azurerm_subnet", "private")["default_outbound_access_enabled"] is False
    (association,) = made.all("azurerm_subnet_nat_gateway_association").values()
    (deployment,) = made.all("azurerm_resource_group_template_deployment")
    assert association["nat_gateway_id"] == (
        f"${{jsondecode(azurerm_resource_group_template_deployment.{deployment}.output_content).gateway.value}}"
    )


def test_the_way_out_spans_the_zones(made: Synthesized) -> None:
    resources = template(made)
    assert {resource["sku"]["name"] for resource in resources.values()} == {"StandardV2"}
    assert not any("zones" in resource for resource in resources.values())
    assert {resource["location"] for resource in resources.values()} == {"westeurope"}


def test_the_way_out_has_one_lasting_address(made: Synthesized) -> None:
    resources = template(made)
    assert resources["publicIPAddresses"]["properties"]["publicIPAllocationMethod"] == "Static"
    (address,) = resources["natGateways"]["properties"]["publicIpAddresses"]
    assert [address["id"]] == resources["natGateways"]["dependsOn"]


def test_the_way_out_bears_the_stacks_tags(made: Synthesized) -> None:
    assert all(resource["tags"] == TAGS for resource in template(made).values())


def test_a_single_way_out_stands_in_the_first_zone(single: Synthesized) -> None:
    assert single.only("azurerm_nat_gateway")["zones"] == ["1"]
    assert single.only("azurerm_public_ip")["zones"] == ["1"]
    assert not single.all("azurerm_resource_group_template_deployment")


def test_machines_do_not_start_before_the_single_way_out_has_its_address(single: Synthesized) -> None:
    (association,) = single.all("azurerm_nat_gateway_public_ip_association")
    way_out = single.only("azurerm_subnet_nat_gateway_association")
    assert way_out["nat_gateway_id"] == f"${{azurerm_nat_gateway_public_ip_association.{association}.nat_gateway_id}}"


def test_storage_is_reached_past_the_way_out(made: Synthesized) -> None:
    assert made.one("azurerm_subnet", "private")["service_endpoints"] == ["Microsoft.Storage"]


def test_every_subnet_has_rules_of_its_own(made: Synthesized) -> None:
    associations = made.all("azurerm_subnet_network_security_group_association").values()
    assert len({body["network_security_group_id"] for body in associations}) == 2
    assert len({body["subnet_id"] for body in associations}) == len(made.all("azurerm_subnet")) == 2


def test_nobody_outside_reaches_machines(made: Synthesized) -> None:
    (private,) = (name for name in made.all("azurerm_network_security_group") if "private" in name)
    groups = [rule["network_security_group_name"] for rule in made.all("azurerm_network_security_rule").values()]
    assert not [group for group in groups if private in group]
    assert not made.all("azurerm_public_ip")


def test_a_gateway_answers_the_web_and_azure_itself_and_nobody_else(made: Synthesized) -> None:
    rules = made.all("azurerm_network_security_rule").values()
    assert {(rule["source_address_prefix"], rule["destination_port_range"]) for rule in rules} == {
        ("Internet", "443"),
        ("Internet", "80"),
        ("GatewayManager", "65200-65535"),
    }
    assert {(rule["direction"], rule["access"], rule["protocol"]) for rule in rules} == {("Inbound", "Allow", "Tcp")}
    assert len({rule["priority"] for rule in rules}) == len(rules)


def test_a_gateways_subnet_is_for_gateways_only(made: Synthesized) -> None:
    (delegation,) = made.one("azurerm_subnet", "gateway")["delegation"]
    assert delegation["service_delegation"]["name"] == "Microsoft.Network/applicationGateways"


def test_machines_are_told_of_subnets_that_have_their_rules_and_their_way_out(made: Synthesized) -> None:
    (way_out,) = made.all("azurerm_subnet_nat_gateway_association")
    (rules,) = (name for name in made.all("azurerm_subnet_network_security_group_association") if "gateway" in name)
    assert output(made, "private_subnets") == [f"${{azurerm_subnet_nat_gateway_association.{way_out}.subnet_id}}"]
    assert output(made, "public_subnets") == [
        f"${{azurerm_subnet_network_security_group_association.{rules}.subnet_id}}"
    ]


def test_machines_stand_in_the_three_zones_or_in_those_that_are_named(made: Synthesized) -> None:
    assert output(made, "zones") == ["1", "2", "3"]
    named = network(NetworkSpec(zones=("3", "1", "2"), nat="single"))
    assert output(named, "zones") == ["3", "1", "2"]
    assert named.only("azurerm_nat_gateway")["zones"] == ["3"]


def test_the_networks_traffic_is_recorded_by_azures_own_watcher(made: Synthesized) -> None:
    flow_log = made.only("azurerm_network_watcher_flow_log")
    (vnet,) = made.all("azurerm_virtual_network")
    assert flow_log["target_resource_id"] == f"${{azurerm_virtual_network.{vnet}.id}}"
    assert (flow_log["network_watcher_name"], flow_log["resource_group_name"]) == (
        "NetworkWatcher_westeurope",
        "NetworkWatcherRG",
    )
    assert flow_log["enabled"] is True


@pytest.mark.parametrize("days", [90, 731])
def test_records_are_kept_for_as_many_days_as_asked(days: Any) -> None:
    made = network(NetworkSpec(flow_logs_days=days))
    (rule,) = made.only("azurerm_storage_management_policy")["rule"]
    assert rule["actions"]["base_blob"] == {"delete_after_days_since_modification_greater_than": days}
    assert made.only("azurerm_network_watcher_flow_log")["retention_policy"]["enabled"] is False


def test_the_records_rule_is_written_after_azures(made: Synthesized) -> None:
    (flow_log,) = made.all("azurerm_network_watcher_flow_log")
    policy = made.only("azurerm_storage_management_policy")
    assert policy["depends_on"] == [f"azurerm_network_watcher_flow_log.{flow_log}"]


def test_records_are_encrypted_with_the_key_that_is_given(made: Synthesized) -> None:
    account = made.only("azurerm_storage_account")
    assert account["customer_managed_key"]["key_vault_key_id"] == KEY.id
    assert made.only("azurerm_role_assignment")["scope"] == KEY.alias


def test_only_azure_and_named_networks_reach_the_records(made: Synthesized) -> None:
    assert made.only("azurerm_storage_account")["network_rules"] == {
        "default_action": "Deny",
        "bypass": ["AzureServices"],
    }
    named = in_region(
        lambda scope: Network(scope, "network", spec=NetworkSpec(), region=REGION, names=NAMES, key=KEY),
        ACCOUNT_BEHIND_NETWORKS,
    )
    assert named.only("azurerm_storage_account")["network_rules"]["ip_rules"] == ["203.0.113.0/24", "198.51.100.7"]


def test_an_apply_can_delete_the_records_only_where_disposable(made: Synthesized) -> None:
    assert made.only("azurerm_storage_account")["lifecycle"] == {"prevent_destroy": True}
    assert "lifecycle" not in network(disposable=True).only("azurerm_storage_account")


def test_it_has_the_same_addresses_in_every_region(made: Synthesized) -> None:
    assert network(region=azure_region("japaneast")).addresses == made.addresses


def test_a_region_without_computed_addresses_needs_some() -> None:
    with pytest.raises(ValueError, match=r"region 'westus' is not .* that Backstay knows; set network\.cidr"):
        network(region=azure_region("westus"))
