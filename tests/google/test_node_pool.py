"""A pool of a cluster's machines."""

from typing import Any

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_google.container_cluster import ContainerCluster

from backstay.google.cluster_pools import Pool, gpu_pool, system_pool
from backstay.google.node_pool import NodePool
from backstay.topology import GpuNodesSpec, ReservationSpec, Size, SystemNodesSpec
from tests.google.surroundings import KEY, NAMES, NETWORK, REGION, in_region

ACCOUNT = "nodes@acme-production.iam.gserviceaccount.com"


def pool_of(pool: Pool) -> dict[str, Any]:
    def build(scope: TerraformStack) -> NodePool:
        cluster = ContainerCluster(scope, "cluster", name="acme-production", location="europe-west4")
        return NodePool(
            scope,
            "nodes",
            pool=pool,
            names=NAMES,
            cluster=cluster,
            account=ACCOUNT,
            key=KEY,
            tags={"Application": "ai-llm"},
        )

    return in_region(build).only("google_container_node_pool")


def gpu(**spec: Any) -> dict[str, Any]:
    return pool_of(gpu_pool(GpuNodesSpec(**{"instance_type": "g2-standard-24", **spec}), NETWORK.zones, REGION))


@pytest.fixture(scope="module")
def default() -> dict[str, Any]:
    return gpu(desired=5, maximum=9, minimum=2, disk=Size.parse("300GiB"))


@pytest.fixture(scope="module")
def machines(default: dict[str, Any]) -> dict[str, Any]:
    return default["node_config"]


def test_gpu_nodes_have_their_gpus_with_a_driver_that_gke_installs(machines: dict[str, Any]) -> None:
    assert machines["guest_accelerator"] == [
        {
            "type": "nvidia-l4",
            "count": 2,
            "gpu_driver_installation_config": {"gpu_driver_version": "DEFAULT"},
        }
    ]


def test_gpu_nodes_are_labelled_and_tainted_for_gpus(machines: dict[str, Any]) -> None:
    assert machines["taint"] == [{"key": "nvidia.com/gpu", "value": "present", "effect": "NO_SCHEDULE"}]
    assert machines["labels"]["accelerator"] == "gpu"


def test_system_nodes_have_neither_gpus_nor_a_taint() -> None:
    machines = pool_of(system_pool(SystemNodesSpec(instance_type="e2-standard-4"), NETWORK.zones))["node_config"]
    assert "guest_accelerator" not in machines
    assert "taint" not in machines
    assert "accelerator" not in machines["resource_labels"]


def test_the_autoscaler_counts_machines_of_the_whole_region(default: dict[str, Any]) -> None:
    assert default["autoscaling"] == {
        "total_min_node_count": 2,
        "total_max_node_count": 9,
        "location_policy": "ANY",
    }


def test_an_apply_leaves_the_number_of_machines_and_their_zones_alone(default: dict[str, Any]) -> None:
    assert (default["initial_node_count"], default["node_locations"]) == (2, list(NETWORK.zones))
    assert "node_count" not in default
    assert default["lifecycle"] == {"ignore_changes": ["initial_node_count", "node_locations"]}


def test_nodes_follow_the_control_plane_and_are_repaired(default: dict[str, Any]) -> None:
    assert default["version"] == "${google_container_cluster.cluster.master_version}"
    assert default["management"] == {"auto_repair": True, "auto_upgrade": True}


def test_a_new_machine_serves_before_an_old_one_goes_unless_a_reservation_is_full(default: dict[str, Any]) -> None:
    settings = [default["upgrade_settings"], gpu(reservation=ReservationSpec(id="gpu"))["upgrade_settings"]]
    assert [(setting["max_surge"], setting["max_unavailable"]) for setting in settings] == [(1, 0), (0, 1)]


def test_disks_are_encrypted_with_the_given_key(machines: dict[str, Any]) -> None:
    assert machines["boot_disk_kms_key"] == KEY.id
    assert (machines["disk_size_gb"], machines["disk_type"]) == (300, "pd-balanced")


def test_nodes_act_as_their_own_account_and_keep_it_from_their_pods(machines: dict[str, Any]) -> None:
    assert machines["service_account"] == ACCOUNT
    assert machines["workload_metadata_config"] == {"mode": "GKE_METADATA"}
    assert machines["metadata"] == {"disable-legacy-endpoints": "true"}
    assert machines["kubelet_config"] == {"insecure_kubelet_readonly_port_enabled": "FALSE"}


def test_nodes_boot_only_what_is_signed(machines: dict[str, Any]) -> None:
    assert machines["shielded_instance_config"] == {"enable_secure_boot": True, "enable_integrity_monitoring": True}


def test_containers_start_while_their_image_is_on_the_way(machines: dict[str, Any]) -> None:
    assert machines["gcfs_config"] == {"enabled": True}
    assert machines["gvnic"] == {"enabled": True}


def test_machines_and_disks_carry_the_tags_as_labels(machines: dict[str, Any]) -> None:
    assert machines["resource_labels"] == {"application": "ai-llm", "accelerator": "gpu"}


@pytest.mark.parametrize("name", ["gpu-reservation", "projects/acme-shared/reservations/gpu"])
def test_reserved_machines_start_in_their_reservation_and_nowhere_else(name: str) -> None:
    made = gpu(reservation=ReservationSpec(id=name))
    assert made["node_locations"] == ["europe-west4-a"]
    assert made["node_config"]["reservation_affinity"] == {
        "consume_reservation_type": "SPECIFIC_RESERVATION",
        "key": "compute.googleapis.com/reservation-name",
        "values": [name],
    }


def test_machines_without_a_reservation_take_what_is_free(machines: dict[str, Any]) -> None:
    assert "reservation_affinity" not in machines
    assert machines["spot"] is False


def test_spot_machines_are_bought_as_spot() -> None:
    assert gpu(purchase="spot")["node_config"]["spot"] is True
