"""The control plane of a cluster."""

import re
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from backstay.testing import Synthesized
from backstay.topology import ApiAccessSpec, Names, SystemNodesSpec, azure_region
from backstay.topology.catalog import catalog
from backstay.topology.network import default_network
from tests.azure.compute import KEY, MACHINES, NETWORK
from tests.azure.surroundings import REGION
from tests.azure.test_gpu_cluster import cluster_of

PUBLIC = ApiAccessSpec(cidrs=("203.0.113.0/24",), reason="deployments come from outside")


def control_plane(**given: Any) -> dict[str, Any]:
    return cluster_of(**given).only("azurerm_kubernetes_cluster")


@pytest.fixture(scope="module")
def cluster() -> dict[str, Any]:
    return control_plane()


@pytest.fixture(scope="module")
def public() -> Synthesized:
    return cluster_of(spec={"public_api": PUBLIC})


def test_only_the_network_reaches_the_api(cluster: dict[str, Any]) -> None:
    assert cluster["private_cluster_enabled"] is True
    assert "api_server_access_profile" not in cluster


def test_a_public_api_is_for_named_networks_only_and_carries_the_reason(public: Synthesized) -> None:
    made = public.only("azurerm_kubernetes_cluster")
    assert made["private_cluster_enabled"] is False
    assert made["api_server_access_profile"]["authorized_ip_ranges"] == ["203.0.113.0/24"]
    (written,) = public.construct.cluster.to_terraform()["resource"]["azurerm_kubernetes_cluster"].values()
    assert written["//"]["checkov"]["CKV_AZURE_115"] == PUBLIC.reason


def test_nodes_reach_a_public_api_from_inside(public: Synthesized) -> None:
    made, subnet = public.only("azurerm_kubernetes_cluster"), public.only("azurerm_subnet")
    (protection,) = public.all("azurerm_subnet_network_security_group_association")
    assert made["api_server_access_profile"]["virtual_network_integration_enabled"] is True
    assert made["api_server_access_profile"]["subnet_id"] == (
        f"${{azurerm_subnet_network_security_group_association.{protection}.subnet_id}}"
    )
    assert subnet["delegation"][0]["service_delegation"]["name"] == "Microsoft.ContainerService/managedClusters"
    assert subnet["address_prefixes"] == [f'${{cidrhost("{NETWORK.cidr}", -16)}}/28']


def test_the_group_of_its_machines_has_a_name_that_aks_takes_however_long_the_others_are() -> None:
    names = Names("organization", "a-long-name-for-an-environment", "n" * 63)
    assert len(control_plane(names=names)["node_resource_group"]) <= 80


def test_people_get_in_by_entra_alone(cluster: dict[str, Any]) -> None:
    assert cluster["local_account_disabled"] is True
    assert cluster["role_based_access_control_enabled"] is True
    assert cluster["azure_active_directory_role_based_access_control"]["azure_rbac_enabled"] is True


def test_pods_get_in_to_azure_without_a_secret(cluster: dict[str, Any]) -> None:
    assert cluster["oidc_issuer_enabled"] is True
    assert cluster["workload_identity_enabled"] is True
    assert cluster["identity"]["type"] == "UserAssigned"


def test_secrets_and_disks_are_encrypted_with_the_given_key(cluster: dict[str, Any]) -> None:
    secrets = cluster["key_management_service"]
    assert secrets["key_vault_key_id"].startswith("${data.azurerm_key_vault_key.")
    assert cluster["disk_encryption_set_id"] == KEY.disk_encryption
    assert cluster["default_node_pool"]["host_encryption_enabled"] is True


def test_secrets_of_a_vault_reach_pods_and_follow_their_rotation(cluster: dict[str, Any]) -> None:
    assert cluster["key_vault_secrets_provider"] == {"secret_rotation_enabled": True}


def test_its_availability_is_promised(cluster: dict[str, Any]) -> None:
    assert cluster["sku_tier"] == "Standard"


def test_system_nodes_stand_in_every_zone_and_run_nothing_else(cluster: dict[str, Any]) -> None:
    nodes = cluster["default_node_pool"]
    assert nodes["zones"] == ["1", "2", "3"]
    assert nodes["only_critical_addons_enabled"] is True
    assert nodes["vnet_subnet_id"] == MACHINES


def test_an_apply_leaves_the_number_of_system_nodes_alone(cluster: dict[str, Any]) -> None:
    nodes = cluster["default_node_pool"]
    assert (nodes["min_count"], nodes["node_count"], nodes["max_count"]) == (3, 3, 6)
    assert cluster["lifecycle"]["ignore_changes"] == ["default_node_pool[0].node_count"]


def test_there_is_always_a_system_node() -> None:
    spec = SystemNodesSpec(instance_type="Standard_D4ds_v5", desired=1, minimum=0)
    assert control_plane(spec={"system_nodes": spec})["default_node_pool"]["min_count"] == 1


def test_fixes_are_applied_once_a_week_within_the_version(cluster: dict[str, Any]) -> None:
    assert cluster["kubernetes_version"] == "1.35"
    assert (cluster["automatic_upgrade_channel"], cluster["node_os_upgrade_channel"]) == ("patch", "NodeImage")
    assert cluster["maintenance_window_auto_upgrade"]["frequency"] == "Weekly"
    assert cluster["maintenance_window_auto_upgrade"] == cluster["maintenance_window_node_os"]


@pytest.mark.parametrize(
    ("region", "other"), [("westeurope", "northeurope"), ("eastus", "eastus2"), ("westus2", "westus3")]
)
def test_neighbouring_regions_are_updated_on_different_days(region: str, other: str) -> None:
    days = [
        control_plane(region=azure_region(name))["maintenance_window_node_os"]["day_of_week"]
        for name in (region, other)
    ]
    assert days[0] != days[1]


def test_pods_and_services_have_addresses_that_no_region_takes(cluster: dict[str, Any]) -> None:
    profile = cluster["network_profile"]
    inside = [ip_network(profile[name]) for name in ("pod_cidr", "service_cidr")]
    assert not inside[0].overlaps(inside[1])
    assert ip_address(profile["dns_service_ip"]) in inside[1]
    networks = [default_network(azure_region(name)) for name in catalog(REGION.cloud).regions]
    assert [network for network in networks if any(network.overlaps(own) for own in inside)] == []


def test_the_network_is_ciliums_overlay_with_the_networks_own_way_out(cluster: dict[str, Any]) -> None:
    profile = cluster["network_profile"]
    assert (profile["network_plugin"], profile["network_plugin_mode"]) == ("azure", "overlay")
    assert profile["network_data_plane"] == profile["network_policy"] == "cilium"
    assert profile["outbound_type"] == "userAssignedNATGateway"


def test_a_long_environment_still_has_a_dns_prefix_that_aks_accepts() -> None:
    made = control_plane(names=Names("acme", "production-for-all-of-europe-and-of-the-rest-of-the-world"))
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,52}[A-Za-z0-9]", made["dns_prefix"])
