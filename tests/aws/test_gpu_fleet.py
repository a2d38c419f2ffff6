"""GPU machines that scale by load."""

from typing import Any

import pytest

from backstay.aws.gpu_fleet import GpuFleet
from backstay.outputs import LoadBalancerOutputs
from backstay.testing import Synthesized
from backstay.topology import FleetSpec, Percentage, ReservationSpec
from tests.aws.surroundings import KEY, NAMES, NETWORK, REGION, in_region

LOAD_BALANCER = LoadBalancerOutputs(
    id="arn:lb", host="lb.elb.amazonaws.com", zone="Z1", target_group="arn:targets", security_group="sg-lb"
)
RESERVATION = ReservationSpec(id="cr-0123456789abcdef0")
BLOCK = ReservationSpec(id="cr-0123456789abcdef0", kind="capacity-block")


def fleet(
    load_balancer: LoadBalancerOutputs | None = LOAD_BALANCER, disposable: bool = False, **spec: Any
) -> Synthesized:
    return in_region(
        lambda scope: GpuFleet(
            scope,
            "fleet",
            spec=FleetSpec(**spec),
            region=REGION,
            names=NAMES,
            network=NETWORK,
            key=KEY,
            load_balancer=load_balancer,
            tags={"Application": "ai-llm"},
            disposable=disposable,
        )
    )


@pytest.fixture(scope="module")
def default() -> Synthesized:
    return fleet(desired=3)


@pytest.fixture(scope="module")
def group(default: Synthesized) -> dict[str, Any]:
    return default.only("aws_autoscaling_group")


@pytest.fixture(scope="module")
def template(default: Synthesized) -> dict[str, Any]:
    return default.only("aws_launch_template")


def test_the_group_stands_in_every_zone_between_its_bounds(group: dict[str, Any]) -> None:
    assert group["vpc_zone_identifier"] == list(NETWORK.private_subnets)
    assert (group["min_size"], group["desired_capacity"], group["max_size"]) == (3, 3, 6)


def test_an_apply_leaves_the_number_of_machines_alone(group: dict[str, Any]) -> None:
    assert group["lifecycle"] == {"ignore_changes": ["desired_capacity"]}


def test_a_group_that_waits_for_scarce_gpus_is_not_taken_for_broken(group: dict[str, Any]) -> None:
    assert group["wait_for_capacity_timeout"] == "0"


def test_the_load_balancer_judges_health_after_the_warm_up() -> None:
    made = fleet(warm_up="15m").only("aws_autoscaling_group")
    assert made["health_check_type"] == "ELB"
    assert made["health_check_grace_period"] == 900
    assert made["default_instance_warmup"] == 900
    assert made["target_group_arns"] == [LOAD_BALANCER.target_group]


def test_without_a_load_balancer_a_running_machine_is_healthy_and_nobody_reaches_it() -> None:
    made = fleet(load_balancer=None)
    group = made.only("aws_autoscaling_group")
    assert group["health_check_type"] == "EC2"
    assert "target_group_arns" not in group
    assert made.all("aws_vpc_security_group_ingress_rule") == {}


def test_only_the_load_balancer_reaches_the_machines_on_their_port() -> None:
    rule = fleet(port=9000).only("aws_vpc_security_group_ingress_rule")
    assert rule["referenced_security_group_id"] == LOAD_BALANCER.security_group
    assert (rule["ip_protocol"], rule["from_port"], rule["to_port"]) == ("tcp", 9000, 9000)
    assert "cidr_ipv4" not in rule


def test_a_change_of_the_template_rolls_out_and_rolls_back(default: Synthesized, group: dict[str, Any]) -> None:
    (template,) = default.all("aws_launch_template")
    assert group["launch_template"]["version"] == f"${{aws_launch_template.{template}.latest_version}}"
    assert group["instance_refresh"] == {
        "strategy": "Rolling",
        "preferences": {"min_healthy_percentage": 90, "max_healthy_percentage": 110, "auto_rollback": True},
    }


def test_an_image_that_can_be_rolled_back_is_an_id_and_stays_what_it_was(template: dict[str, Any]) -> None:
    assert template["image_id"].endswith(".insecure_value}")
    assert template["lifecycle"] == {"ignore_changes": ["image_id"]}


def test_an_own_image_is_followed_and_names_its_root_device() -> None:
    template = fleet(image="ami-0123456789abcdef0").only("aws_launch_template")
    assert template["image_id"] == "ami-0123456789abcdef0"
    assert template["block_device_mappings"][0]["device_name"].endswith(".root_device_name}")
    assert "lifecycle" not in template


def test_the_root_disk_is_encrypted_with_the_given_key(template: dict[str, Any]) -> None:
    (disk,) = template["block_device_mappings"]
    assert disk["device_name"] == "/dev/xvda"
    assert disk["ebs"] == {
        "volume_type": "gp3",
        "volume_size": 100,
        "encrypted": "true",
        "kms_key_id": KEY.id,
        "delete_on_termination": "true",
    }


def test_machines_have_no_public_address_and_want_a_session_token(template: dict[str, Any]) -> None:
    (interface,) = template["network_interfaces"]
    assert interface["associate_public_ip_address"] == "false"
    assert template["metadata_options"]["http_tokens"] == "required"
    assert template["metadata_options"]["http_put_response_hop_limit"] == 1
    assert "key_name" not in template


def test_machines_disks_and_interfaces_carry_the_tags(group: dict[str, Any], template: dict[str, Any]) -> None:
    expected = {"Application": "ai-llm", "accelerator": "gpu", "Name": NAMES.machine("gpu-fleet")}
    assert {tag["key"]: tag["value"] for tag in group["tag"]} == expected
    assert all(tag["propagate_at_launch"] for tag in group["tag"])
    assert {item["resource_type"]: item["tags"] for item in template["tag_specifications"]} == {
        "volume": expected,
        "network-interface": expected,
    }


def test_the_group_aims_at_the_wanted_cpu_utilisation() -> None:
    made = fleet(target_cpu=Percentage.parse("72.5%")).only("aws_autoscaling_policy")
    assert made["policy_type"] == "TargetTrackingScaling"
    assert made["target_tracking_configuration"] == {
        "predefined_metric_specification": {"predefined_metric_type": "ASGAverageCPUUtilization"},
        "target_value": 72.5,
    }


def test_reserved_machines_come_first_and_more_run_on_demand() -> None:
    made = fleet(reservation=RESERVATION)
    assert made.only("aws_autoscaling_group")["capacity_reservation_specification"] == {
        "capacity_reservation_preference": "capacity-reservations-first",
        "capacity_reservation_target": {"capacity_reservation_ids": [RESERVATION.id]},
    }
    assert "capacity_reservation_specification" not in made.only("aws_launch_template")
    assert "instance_market_options" not in made.only("aws_launch_template")


def test_a_capacity_block_holds_the_whole_fleet_in_one_zone() -> None:
    made = fleet(reservation=BLOCK)
    template, group = made.only("aws_launch_template"), made.only("aws_autoscaling_group")
    assert template["instance_market_options"] == {"market_type": "capacity-block"}
    assert template["capacity_reservation_specification"] == {
        "capacity_reservation_target": {"capacity_reservation_id": BLOCK.id}
    }
    assert group["vpc_zone_identifier"] == ["subnet-a"]
    assert "capacity_reservation_specification" not in group


def test_a_full_capacity_block_replaces_machines_in_place() -> None:
    preferences = fleet(reservation=BLOCK).only("aws_autoscaling_group")["instance_refresh"]["preferences"]
    assert preferences["max_healthy_percentage"] == 100


@pytest.mark.parametrize("disposable", [True, False])
def test_only_a_disposable_fleet_ends_without_waiting_for_its_requests(disposable: bool) -> None:
    assert fleet(disposable=disposable).only("aws_autoscaling_group")["force_delete"] is disposable


def test_the_group_has_its_computed_name(group: dict[str, Any]) -> None:
    assert group["name"] == NAMES.machine("gpu-fleet")
