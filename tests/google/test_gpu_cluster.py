"""A Kubernetes cluster with GPU nodes."""

from dataclasses import asdict
from datetime import date
from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack
from cdktf_cdktf_provider_google.service_account import ServiceAccount

from backstay.google.gpu_cluster import GpuCluster
from backstay.outputs import KeyOutputs
from backstay.testing import Synthesized
from backstay.topology import AdminSpec, ApiAccessSpec, ClusterSpec, GpuNodesSpec, ReservationSpec, SystemNodesSpec
from tests.google.surroundings import KEY, NAMES, NETWORK, PROJECT, REGION, in_region

LOG_KEY = KeyOutputs(
    id=f"projects/{PROJECT}/locations/europe-west4/keyRings/acme-production--logs/cryptoKeys/logs",
    alias="acme-production--logs",
)
TODAY = date(2026, 11, 24)
SYSTEM = SystemNodesSpec(instance_type="e2-standard-4")
GPU = GpuNodesSpec(instance_type="g2-standard-8")
PUBLIC = ApiAccessSpec.model_validate({"cidrs": ["192.0.2.0/24"], "reason": "no VPN yet"})


def of(**spec: Any) -> ClusterSpec:
    return ClusterSpec(**{"system_nodes": SYSTEM, "gpu_nodes": GPU, **spec})


def make(scope: TerraformStack, spec: ClusterSpec, **settings: Any) -> GpuCluster:
    return GpuCluster(
        scope,
        "cluster",
        spec=spec,
        region=REGION,
        names=NAMES,
        network=NETWORK,
        key=KEY,
        log_key=LOG_KEY,
        **{"today": TODAY, "tags": {"Application": "ai-llm"}, **settings},
    )


def cluster_of(spec: ClusterSpec | None = None, **settings: Any) -> Synthesized:
    return in_region(lambda scope: make(scope, spec or of(), **settings))


@pytest.fixture(scope="module")
def default() -> Synthesized:
    return cluster_of()


@pytest.fixture(scope="module")
def cluster(default: Synthesized) -> dict[str, Any]:
    return default.only("google_container_cluster")


def test_neither_nodes_nor_control_plane_have_a_public_address(cluster: dict[str, Any]) -> None:
    assert cluster["private_cluster_config"] == {"enable_private_nodes": True, "enable_private_endpoint": True}
    admitted = cluster["master_authorized_networks_config"]
    assert admitted["cidr_blocks"] == [{"cidr_block": NETWORK.cidr}]
    assert admitted["gcp_public_cidrs_access_enabled"] is False


def test_neither_a_name_nor_a_certificate_is_another_way_in(cluster: dict[str, Any]) -> None:
    assert cluster["control_plane_endpoints_config"] == {"dns_endpoint_config": {"allow_external_traffic": False}}
    assert cluster["master_auth"] == {"client_certificate_config": {"issue_client_certificate": False}}
    assert cluster["enable_legacy_abac"] is False


def test_the_api_opens_to_named_networks_only_and_carries_the_reason() -> None:
    made = cluster_of(of(public_api=PUBLIC))
    opened = made.only("google_container_cluster")
    assert opened["private_cluster_config"] == {"enable_private_nodes": True, "enable_private_endpoint": False}
    assert opened["control_plane_endpoints_config"] == {"dns_endpoint_config": {"allow_external_traffic": False}}
    blocks = opened["master_authorized_networks_config"]["cidr_blocks"]
    assert [block["cidr_block"] for block in blocks] == [NETWORK.cidr, "192.0.2.0/24"]
    (written,) = made.construct.cluster.to_terraform()["resource"]["google_container_cluster"].values()
    assert written["//"]["checkov"]["CKV_GCP_18"] == PUBLIC.reason


def test_it_is_regional_and_stands_in_the_zones_and_ranges_of_the_network(cluster: dict[str, Any]) -> None:
    assert cluster["location"] == "europe-west4"
    assert cluster["node_locations"] == list(NETWORK.zones)
    assert (cluster["network"], cluster["subnetwork"]) == (NETWORK.id, NETWORK.private_subnets[0])
    assert cluster["ip_allocation_policy"] == {
        "cluster_secondary_range_name": "pods",
        "services_secondary_range_name": "services",
    }


def test_kubernetes_secrets_are_encrypted_with_the_key(cluster: dict[str, Any]) -> None:
    assert cluster["database_encryption"] == {"state": "ENCRYPTED", "key_name": KEY.id}


def test_the_version_is_that_of_the_spec_until_its_support_ends(cluster: dict[str, Any]) -> None:
    assert cluster["min_master_version"] == "1.35"
    assert cluster["release_channel"] == {"channel": "REGULAR"}
    (exclusion,) = cluster["maintenance_policy"]["maintenance_exclusion"]
    assert exclusion["end_time"] == "2027-04-11T00:00:00Z"


def test_a_version_out_of_standard_support_is_refused() -> None:
    with pytest.raises(ValueError, match=r"Kubernetes 1.30 left standard support on 2025-09-30"):
        cluster_of(of(kubernetes_version="1.30"))


def test_support_is_judged_by_the_current_day_unless_another_is_given() -> None:
    with pytest.raises(ValueError, match=r"Kubernetes 1.30 left standard support"):
        cluster_of(of(kubernetes_version="1.30"), today=None)
    assert cluster_of(of(kubernetes_version="1.30"), today=date(2025, 9, 30)).only("google_container_cluster")


def test_gpus_pods_and_the_control_plane_are_watched(cluster: dict[str, Any]) -> None:
    assert {"DCGM", "APISERVER", "POD"} <= set(cluster["monitoring_config"]["enable_components"])
    assert cluster["monitoring_config"]["managed_prometheus"] == {"enabled": True}
    assert set(cluster["logging_config"]["enable_components"]) == {
        "SYSTEM_COMPONENTS",
        "WORKLOADS",
        "APISERVER",
        "CONTROLLER_MANAGER",
        "SCHEDULER",
    }


def test_control_plane_logs_are_kept_with_the_log_key_for_the_days_asked_for() -> None:
    bucket = cluster_of(of(log_days=365)).only("google_logging_project_bucket_config")
    assert bucket["cmek_settings"] == {"kms_key_name": LOG_KEY.id}
    assert bucket["retention_days"] == 365


def test_backups_secrets_buckets_and_gateways_work_from_the_start(cluster: dict[str, Any]) -> None:
    add_ons = cluster["addons_config"]
    assert add_ons["gke_backup_agent_config"] == {"enabled": True}
    assert add_ons["gcs_fuse_csi_driver_config"] == {"enabled": True}
    assert cluster["secret_manager_config"] == {"enabled": True}
    assert cluster["gateway_api_config"] == {"channel": "CHANNEL_STANDARD"}


def test_only_pods_and_images_that_a_policy_admits_run(cluster: dict[str, Any]) -> None:
    assert cluster["datapath_provider"] == "ADVANCED_DATAPATH"
    assert cluster["binary_authorization"] == {"evaluation_mode": "PROJECT_SINGLETON_POLICY_ENFORCE"}
    assert cluster["security_posture_config"] == {"mode": "BASIC"}
    assert cluster["enable_shielded_nodes"] is True


def test_the_cluster_has_no_pool_but_ours(default: Synthesized, cluster: dict[str, Any]) -> None:
    assert cluster["remove_default_node_pool"] is True
    assert set(cluster["lifecycle"]["ignore_changes"]) == {"node_config", "initial_node_count"}
    assert {pool["name"] for pool in default.all("google_container_node_pool").values()} == {"system", "gpu"}


def test_not_even_the_first_machines_act_as_the_project(default: Synthesized, cluster: dict[str, Any]) -> None:
    (account,) = default.all("google_service_account")
    assert cluster["node_config"]["service_account"] == f"${{google_service_account.{account}.email}}"
    assert cluster["node_config"]["boot_disk_kms_key"] == KEY.id


def test_nodes_have_no_more_roles_than_they_need(default: Synthesized) -> None:
    roles = {grant["role"] for grant in default.all("google_project_iam_member").values()}
    assert roles == {"roles/container.defaultNodeServiceAccount", "roles/artifactregistry.reader"}


@pytest.mark.parametrize("nodes", ["system-nodes", "gpu-nodes"])
def test_nodes_start_after_their_permissions(default: Synthesized, nodes: str) -> None:
    before = default.one("google_container_node_pool", nodes)["depends_on"]
    assert set(before) == {f"google_project_iam_member.{grant}" for grant in default.all("google_project_iam_member")}


def test_a_cluster_cannot_be_destroyed_by_an_apply_unless_disposable(cluster: dict[str, Any]) -> None:
    assert cluster["deletion_protection"] is True
    assert cluster["lifecycle"]["prevent_destroy"] is True
    disposable = cluster_of(disposable=True).only("google_container_cluster")
    assert disposable["deletion_protection"] is False
    assert "prevent_destroy" not in disposable["lifecycle"]


def test_the_cluster_carries_the_tags_as_labels(cluster: dict[str, Any]) -> None:
    assert cluster["resource_labels"] == {"application": "ai-llm"}


def test_administrators_of_google_cloud_administer_it() -> None:
    admins = (AdminSpec(google_member="group:platform@example.com"),)
    assert cluster_of(of(admins=admins)).one("google_project_iam_member", "admin")["role"] == "roles/container.admin"


def test_a_service_account_is_granted_to_the_pods_of_one_kubernetes_service_account() -> None:
    def build(scope: TerraformStack) -> GpuCluster:
        made = make(scope, of())
        loader = ServiceAccount(scope, "loader", account_id="loader")
        made.grant_pod_identity(namespace="models", service_account="loader", role=loader)
        return made

    document = in_region(build)
    grant = document.only("google_service_account_iam_member")
    (nodes,) = [name for name in document.all("google_service_account") if "nodes" in name]
    assert grant["service_account_id"] == "${google_service_account.loader.name}"
    assert grant["role"] == "roles/iam.workloadIdentityUser"
    pool = f"${{google_service_account.{nodes}.project}}.svc.id.goog"
    assert grant["member"] == f"serviceAccount:{pool}[models/loader]"
    assert document.only("google_container_cluster")["workload_identity_config"] == {"workload_pool": pool}


def test_a_gpu_size_that_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match=r"machine size 'g2-tiny' is not a known size with a GPU"):
        cluster_of(of(gpu_nodes=GpuNodesSpec(instance_type="g2-tiny")))


def test_spot_and_reserved_at_once_is_refused() -> None:
    nodes = GpuNodesSpec(instance_type="g2-standard-8", purchase="spot", reservation=ReservationSpec(id="gpu"))
    with pytest.raises(ValueError, match="drop one of the two"):
        cluster_of(of(gpu_nodes=nodes))


@pytest.mark.parametrize(("public_api", "address"), [(None, "private"), (PUBLIC, "public")])
def test_outputs_name_the_cluster_and_what_reaches_it(public_api: ApiAccessSpec | None, address: str) -> None:
    def build(scope: TerraformStack) -> GpuCluster:
        made = make(scope, of(public_api=public_api))
        for field, value in asdict(made.outputs).items():
            if value is not None:
                TerraformOutput(scope, field, value=value)
        return made

    document = in_region(build)
    (cluster,), (account,) = document.all("google_container_cluster"), document.all("google_service_account")
    made = f"google_container_cluster.{cluster}"
    email = f"${{google_service_account.{account}.email}}"
    assert {field: output["value"] for field, output in document.document["output"].items()} == {
        "name": f"${{{made}.name}}",
        "endpoint": f"https://${{{made}.private_cluster_config[0].{address}_endpoint}}",
        "certificate_authority": f"${{{made}.master_auth[0].cluster_ca_certificate}}",
        "security_group": email,
        "node_role": email,
    }
