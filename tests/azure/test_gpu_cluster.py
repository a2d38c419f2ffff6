"""A Kubernetes cluster with GPU nodes."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_azurerm.user_assigned_identity import UserAssignedIdentity

from backstay.azure.gpu_cluster import GpuCluster
from backstay.testing import Synthesized
from backstay.topology import AdminSpec, ClusterSpec, GpuNodesSpec, ReservationSpec, SystemNodesSpec, azure_region
from tests.azure.compute import A100, KEY, MACHINES, NETWORK, RESERVATION
from tests.azure.surroundings import NAMES, REGION, in_region

TODAY = date(2026, 11, 24)
GROUP = "00000000-0000-0000-0000-00000000000a"


def make(scope: TerraformStack, *, gpu: dict[str, Any] | None = None, **given: Any) -> GpuCluster:
    spec = given.pop("spec", {})
    cluster = ClusterSpec(
        **{
            "system_nodes": SystemNodesSpec(instance_type="Standard_D4ds_v5"),
            "gpu_nodes": GpuNodesSpec(**{"instance_type": A100} | (gpu or {})),
        }
        | spec
    )
    wiring = {"region": REGION, "names": NAMES, "network": NETWORK, "key": KEY, "log_key": KEY, "today": TODAY}
    return GpuCluster(scope, "cluster", spec=cluster, **wiring | given)


def cluster_of(**given: Any) -> Synthesized:
    return in_region(lambda scope: make(scope, **given))


def nodes_of(made: Synthesized) -> dict[str, Any]:
    return made.only("azurerm_kubernetes_cluster_node_pool")


def roles_of(made: Synthesized) -> set[tuple[str, str]]:
    """What each role is given on, by the role's name."""
    return {
        (role["role_definition_name"], role["scope"])
        for role in made.all("azurerm_role_assignment").values()
        if role.get("principal_type") == "ServicePrincipal"
    }


@pytest.fixture(scope="module")
def default() -> Synthesized:
    return cluster_of()


@pytest.fixture(scope="module")
def cluster(default: Synthesized) -> dict[str, Any]:
    return default.only("azurerm_kubernetes_cluster")


@pytest.fixture(scope="module")
def nodes(default: Synthesized) -> dict[str, Any]:
    return nodes_of(default)


def test_the_control_plane_waits_for_everything_that_lets_it_act(default: Synthesized, cluster: dict[str, Any]) -> None:
    assert roles_of(default) == {
        ("Network Contributor", NETWORK.id),
        ("Reader", KEY.disk_encryption),
        ("Key Vault Crypto User", KEY.alias),
    }
    given = {
        f"azurerm_role_assignment.{name}"
        for name, role in default.all("azurerm_role_assignment").items()
        if role.get("principal_type") == "ServicePrincipal"
    }
    assert given <= set(cluster["depends_on"])


def test_whoever_deploys_first_administers_the_cluster_for_good(default: Synthesized) -> None:
    role = default.one("azurerm_role_assignment", "deployer")
    assert role["role_definition_name"] == "Azure Kubernetes Service RBAC Cluster Admin"
    assert role["principal_id"].startswith("${data.azurerm_client_config.")
    assert role["lifecycle"] == {"ignore_changes": ["principal_id"]}


def test_named_groups_administer_the_cluster_and_find_it() -> None:
    admins = (AdminSpec(entra_group=GROUP), AdminSpec(role_arn="arn:aws:iam::123456789012:role/platform"))
    made = cluster_of(spec={"admins": admins})
    given = [role for role in made.all("azurerm_role_assignment").values() if role["principal_id"] == GROUP]
    assert {role["role_definition_name"] for role in given} == {
        "Azure Kubernetes Service RBAC Cluster Admin",
        "Azure Kubernetes Service Cluster User Role",
    }
    assert {role["principal_type"] for role in given} == {"Group"}
    assert "role/platform" not in str(made.document)


def test_gpu_nodes_bring_their_driver_and_stand_in_every_zone(nodes: dict[str, Any]) -> None:
    assert nodes["gpu_driver"] == "Install"
    assert nodes["vm_size"] == A100
    assert nodes["zones"] == ["1", "2", "3"]
    assert nodes["vnet_subnet_id"] == MACHINES


def test_an_apply_leaves_the_number_of_gpu_nodes_alone(nodes: dict[str, Any]) -> None:
    assert nodes["auto_scaling_enabled"] is True
    assert (nodes["min_count"], nodes["node_count"], nodes["max_count"]) == (3, 3, 6)
    assert nodes["lifecycle"] == {"ignore_changes": ["node_count"]}


def test_gpu_nodes_may_be_none_until_they_are_needed() -> None:
    made = nodes_of(cluster_of(gpu={"desired": 0, "maximum": 4}))
    assert (made["min_count"], made["node_count"], made["max_count"]) == (0, 0, 4)


def test_gpu_nodes_are_updated_without_a_spare_gpu(nodes: dict[str, Any]) -> None:
    assert nodes["upgrade_settings"] == {"max_unavailable": "1"}


def test_gpu_nodes_encrypt_their_disks_on_the_way_too(nodes: dict[str, Any]) -> None:
    assert nodes["host_encryption_enabled"] is True
    assert (nodes["os_disk_type"], nodes["os_disk_size_gb"]) == ("Managed", 200)


def test_reserved_nodes_start_in_their_group_which_the_control_plane_may_use() -> None:
    made = cluster_of(gpu={"reservation": ReservationSpec(id=RESERVATION)})
    assert nodes_of(made)["capacity_reservation_group_id"] == RESERVATION
    assert ("Contributor", RESERVATION) in roles_of(made)


def test_spot_nodes_cost_no_more_than_others_and_are_not_updated_in_place() -> None:
    made = nodes_of(cluster_of(gpu={"purchase": "spot"}))
    assert (made["priority"], made["eviction_policy"], made["spot_max_price"]) == ("Spot", "Delete", -1)
    assert "upgrade_settings" not in made


def test_only_spot_nodes_have_what_only_spot_nodes_may_have(nodes: dict[str, Any]) -> None:
    assert nodes["priority"] == "Regular"
    assert "eviction_policy" not in nodes
    assert "spot_max_price" not in nodes


def test_what_changes_the_cluster_is_logged(default: Synthesized) -> None:
    setting = default.only("azurerm_monitor_diagnostic_setting")
    logged = {log["category"] for log in setting["enabled_log"]}
    assert {"kube-apiserver", "kube-audit-admin", "guard"} <= logged
    assert setting["log_analytics_destination_type"] == "Dedicated"


@pytest.mark.parametrize(("days", "kept"), [(7, 30), (90, 90), (3653, 730)])
def test_logs_are_kept_as_long_as_log_analytics_can(days: int, kept: int) -> None:
    workspace = cluster_of(spec={"log_days": days}).only("azurerm_log_analytics_workspace")
    assert workspace["retention_in_days"] == kept


@pytest.mark.parametrize("disposable", [True, False])
def test_only_a_disposable_cluster_can_be_deleted_with_its_logs(disposable: bool) -> None:
    made = cluster_of(disposable=disposable)
    for type_ in ("azurerm_kubernetes_cluster", "azurerm_log_analytics_workspace"):
        assert made.only(type_).get("lifecycle", {}).get("prevent_destroy", False) is not disposable


def test_tags_reach_the_nodes(nodes: dict[str, Any]) -> None:
    made = nodes_of(cluster_of(tags={"team": "models"}))
    assert made["tags"] == {"Environment": "production", "team": "models"}
    assert nodes["tags"] == {"Environment": "production"}


def test_pods_of_one_service_account_act_as_an_identity() -> None:
    def build(scope: TerraformStack) -> GpuCluster:
        made = make(scope)
        role = UserAssignedIdentity(scope, "models", name="models", location="westeurope", resource_group_name="models")
        made.grant_pod_identity(namespace="llm", service_account="vllm", role=role)
        return made

    credential = in_region(build).only("azurerm_federated_identity_credential")
    assert credential["subject"] == "system:serviceaccount:llm:vllm"
    assert credential["audience"] == ["api://AzureADTokenExchange"]
    assert credential["issuer"].endswith(".oidc_issuer_url}")
    assert credential["parent_id"] == "${azurerm_user_assigned_identity.models.id}"
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{2,119}", credential["name"])


def test_outputs_name_the_cluster_and_where_its_api_is() -> None:
    def build(scope: TerraformStack) -> GpuCluster:
        made = make(scope)
        TerraformOutput(scope, "endpoint", value=made.outputs.endpoint)
        TerraformOutput(scope, "node-role", value=made.outputs.node_role)
        return made

    outputs = in_region(build).document["output"]
    assert re.fullmatch(r"https://\$\{azurerm_kubernetes_cluster\.\S+\.private_fqdn}:443", outputs["endpoint"]["value"])
    assert outputs["node-role"]["value"].endswith(".kubelet_identity[0].object_id}")


def test_every_region_has_the_same_addresses(default: Synthesized) -> None:
    assert cluster_of(region=azure_region("northeurope")).addresses == default.addresses


def test_a_key_that_is_not_for_disks_is_refused() -> None:
    with pytest.raises(ValueError, match="does not encrypt disks"):
        cluster_of(key=replace(KEY, disk_encryption=None))


def test_a_version_out_of_support_is_refused_with_its_last_day() -> None:
    with pytest.raises(ValueError, match=r"Kubernetes 1\.33 left standard support on 2026-07-31"):
        cluster_of(spec={"kubernetes_version": "1.33"})
