"""A group of a cluster's machines."""

from typing import Any

import pytest

from backstay.aws.cluster_pools import Pool, gpu_pool, system_pool
from backstay.aws.node_group import NodeGroup
from backstay.outputs import ClusterOutputs
from backstay.testing import Synthesized
from backstay.topology import GpuNodesSpec, ReservationSpec, Size, SystemNodesSpec
from tests.aws.surroundings import KEY, NAMES, NETWORK, REGION, in_region

CLUSTER = ClusterOutputs(
    name="acme-production",
    endpoint="https://cluster.example",
    certificate_authority="",
    security_group="sg-1",
    node_role="arn:aws:iam::123456789012:role/nodes",
)
RESERVATION = ReservationSpec(id="cr-0123456789abcdef0")
BLOCK = ReservationSpec(id="cr-0123456789abcdef0", kind="capacity-block")


def group_of(pool: Pool) -> Synthesized:
    return in_region(
        lambda scope: NodeGroup(
            scope,
            "nodes",
            pool=pool,
            kubernetes_version="1.35",
            names=NAMES,
            cluster=CLUSTER,
            network=NETWORK,
            key=KEY,
            tags={"Application": "ai-llm"},
        )
    )


def gpu(**spec: Any) -> Synthesized:
    return group_of(gpu_pool(GpuNodesSpec(**spec), REGION))


@pytest.fixture(scope="module")
def default() -> Synthesized:
    return gpu(desired=5, disk=Size.parse("300GiB"))


@pytest.fixture(scope="module")
def group(default: Synthesized) -> dict[str, Any]:
    return default.only("aws_eks_node_group")


@pytest.fixture(scope="module")
def template(default: Synthesized) -> dict[str, Any]:
    return default.only("aws_launch_template")


def test_gpu_nodes_are_labelled_and_tainted_for_gpus(group: dict[str, Any]) -> None:
    assert group["ami_type"] == "AL2023_x86_64_NVIDIA"
    assert group["instance_types"] == ["g6.xlarge"]
    assert group["labels"] == {
        "accelerator": "gpu",
        "backstay.io/pool": "gpu",
        "nvidia.com/gpu.present": "true",
    }
    assert group["taint"] == [{"key": "nvidia.com/gpu", "value": "true", "effect": "NO_SCHEDULE"}]


def test_system_nodes_take_any_pod() -> None:
    group = group_of(system_pool(SystemNodesSpec())).only("aws_eks_node_group")
    assert group["labels"] == {"backstay.io/pool": "system"}
    assert "taint" not in group


def test_the_group_starts_between_its_bounds_and_an_apply_leaves_its_number_alone(group: dict[str, Any]) -> None:
    assert group["scaling_config"] == {"desired_size": 5, "min_size": 5, "max_size": 10}
    assert "scaling_config[0].desired_size" in group["lifecycle"]["ignore_changes"]


def test_nodes_are_updated_one_by_one_and_repaired(group: dict[str, Any]) -> None:
    assert group["update_config"] == {"max_unavailable": 1}
    assert group["node_repair_config"] == {"enabled": True}


def test_nodes_follow_the_clusters_version_and_the_newest_template(default: Synthesized, group: dict[str, Any]) -> None:
    (template,) = default.all("aws_launch_template")
    assert group["version"] == "1.35"
    assert group["launch_template"] == {
        "id": f"${{aws_launch_template.{template}.id}}",
        "version": f"${{aws_launch_template.{template}.latest_version}}",
    }


def test_nodes_stand_in_the_zones_that_offer_their_size(default: Synthesized, group: dict[str, Any]) -> None:
    offerings = default.only("aws_ec2_instance_type_offerings", section="data")
    assert offerings["location_type"] == "availability-zone"
    assert offerings["filter"] == [{"name": "instance-type", "values": ["g6.xlarge"]}]
    assert group["subnet_ids"].startswith(
        '${matchkeys(["subnet-a", "subnet-b", "subnet-c"], ["us-east-1a", "us-east-1b", "us-east-1c"], data.'
    )


def test_a_zone_that_begins_to_offer_the_size_replaces_no_node(group: dict[str, Any]) -> None:
    assert "subnet_ids" in group["lifecycle"]["ignore_changes"]


def test_a_plan_fails_when_no_zone_offers_the_size(group: dict[str, Any]) -> None:
    (precondition,) = group["lifecycle"]["precondition"]
    assert precondition["condition"].endswith(">= 1)}")
    assert precondition["error_message"].startswith("no zone of the network offers g6.xlarge; ")


def test_disks_are_encrypted_with_the_given_key_and_as_large_as_asked(template: dict[str, Any]) -> None:
    (device,) = template["block_device_mappings"]
    assert device["device_name"] == "/dev/xvda"
    assert device["ebs"] == {
        "volume_type": "gp3",
        "volume_size": 300,
        "encrypted": "true",
        "kms_key_id": KEY.id,
        "delete_on_termination": "true",
    }


def test_pods_cannot_reach_the_credentials_of_their_node(template: dict[str, Any]) -> None:
    assert template["metadata_options"] == {
        "http_endpoint": "enabled",
        "http_tokens": "required",
        "http_put_response_hop_limit": 1,
    }


def test_machines_disks_and_interfaces_carry_the_tags(template: dict[str, Any]) -> None:
    expected = {"Application": "ai-llm", "Name": NAMES.machine("gpu-nodes")}
    assert {item["resource_type"]: item["tags"] for item in template["tag_specifications"]} == {
        "instance": expected,
        "volume": expected,
        "network-interface": expected,
    }


def test_unreserved_capacity_is_bought_on_demand(group: dict[str, Any], template: dict[str, Any]) -> None:
    assert group["capacity_type"] == "ON_DEMAND"
    assert "capacity_reservation_specification" not in template
    assert "instance_market_options" not in template


def test_reserved_machines_start_in_their_reservation_in_the_networks_first_zone() -> None:
    made = gpu(reservation=RESERVATION)
    group, template = made.only("aws_eks_node_group"), made.only("aws_launch_template")
    assert template["capacity_reservation_specification"] == {
        "capacity_reservation_target": {"capacity_reservation_id": "cr-0123456789abcdef0"}
    }
    assert group["subnet_ids"].startswith('${matchkeys(["subnet-a"], ["us-east-1a"], data.')
    assert (group["capacity_type"], group["instance_types"]) == ("ON_DEMAND", ["g6.xlarge"])
    assert "instance_market_options" not in template


def test_machines_in_a_capacity_block_take_their_size_from_the_template() -> None:
    made = gpu(instance_type="p5.48xlarge", reservation=BLOCK)
    group, template = made.only("aws_eks_node_group"), made.only("aws_launch_template")
    assert group["capacity_type"] == "CAPACITY_BLOCK"
    assert "instance_types" not in group
    assert template["instance_type"] == "p5.48xlarge"
    assert template["instance_market_options"] == {"market_type": "capacity-block"}
    assert template["capacity_reservation_specification"] == {
        "capacity_reservation_target": {"capacity_reservation_id": "cr-0123456789abcdef0"}
    }


def test_machines_outside_a_capacity_block_take_their_size_from_the_group(template: dict[str, Any]) -> None:
    # EKS refuses a size that is named twice.
    assert "instance_type" not in template
