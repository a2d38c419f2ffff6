"""GPU machines that scale by load."""

from dataclasses import asdict, replace
from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack

from backstay.google.gpu_fleet import GpuFleet
from backstay.outputs import LoadBalancerOutputs
from backstay.testing import Synthesized
from backstay.topology import FleetSpec, Percentage, ReservationSpec
from tests.google.surroundings import KEY, NAMES, NETWORK, PROJECT, REGION, in_region

LOAD_BALANCER = LoadBalancerOutputs(
    id=f"projects/{PROJECT}/regions/europe-west4/urlMaps/fleet",
    host="203.0.113.10",
    zone=None,
    target_group=f"projects/{PROJECT}/regions/europe-west4/backendServices/fleet",
    security_group="10.128.16.0/20",
    health_check=f"projects/{PROJECT}/regions/europe-west4/healthChecks/repair",
)
RESERVATION = ReservationSpec(id="gpu-reservation")
OWN_IMAGE = "projects/acme-images/global/images/gpu-2026-11"


def make(scope: TerraformStack, load_balancer: LoadBalancerOutputs | None, **spec: Any) -> GpuFleet:
    return GpuFleet(
        scope,
        "fleet",
        spec=FleetSpec(**{"instance_type": "g2-standard-8", **spec}),
        region=REGION,
        names=NAMES,
        network=NETWORK,
        key=KEY,
        load_balancer=load_balancer,
        tags={"Application": "ai-llm"},
    )


def fleet(load_balancer: LoadBalancerOutputs | None = LOAD_BALANCER, **spec: Any) -> Synthesized:
    return in_region(lambda scope: make(scope, load_balancer, **spec))


@pytest.fixture(scope="module")
def default() -> Synthesized:
    return fleet(desired=3)


@pytest.fixture(scope="module")
def group(default: Synthesized) -> dict[str, Any]:
    return default.only("google_compute_region_instance_group_manager")


@pytest.fixture(scope="module")
def template(default: Synthesized) -> dict[str, Any]:
    return default.only("google_compute_region_instance_template")


def test_the_group_stands_in_every_zone_that_has_the_gpu_as_evenly_as_gpus_allow(group: dict[str, Any]) -> None:
    assert group["distribution_policy_zones"] == list(NETWORK.zones)
    assert group["distribution_policy_target_shape"] == "BALANCED"
    large = fleet(instance_type="a3-highgpu-8g").only("google_compute_region_instance_group_manager")
    assert large["distribution_policy_zones"] == ["europe-west4-b", "europe-west4-c"]


def test_an_apply_leaves_the_number_of_machines_and_their_zones_alone(group: dict[str, Any]) -> None:
    assert group["target_size"] == 3
    assert group["lifecycle"] == {"ignore_changes": ["target_size", "distribution_policy_zones"]}


def test_a_group_that_waits_for_scarce_gpus_is_not_taken_for_broken(group: dict[str, Any]) -> None:
    assert group["wait_for_instances"] is False


def test_a_machine_that_does_not_serve_after_its_warm_up_is_replaced() -> None:
    made = fleet(warm_up="15m").only("google_compute_region_instance_group_manager")
    assert made["auto_healing_policies"] == {
        "health_check": LOAD_BALANCER.health_check,
        "initial_delay_sec": 900,
    }


def test_a_warm_up_longer_than_google_waits_is_refused() -> None:
    assert fleet(warm_up="1h")
    with pytest.raises(ValueError, match=r"warm_up is 2h; Google Cloud waits at most 1h .* say 1h or less"):
        fleet(warm_up="2h")


def test_the_load_balancer_finds_the_port_by_its_name() -> None:
    made = fleet(port=9000).only("google_compute_region_instance_group_manager")
    assert made["named_port"] == [{"name": "serving", "port": 9000}]


def test_only_the_load_balancer_and_its_checks_reach_the_machines_on_their_port() -> None:
    rule = fleet(port=9000).one("google_compute_firewall", "requests")
    assert rule["source_ranges"] == [LOAD_BALANCER.security_group, "35.191.0.0/16", "130.211.0.0/22"]
    assert rule["allow"] == [{"protocol": "tcp", "ports": ["9000"]}]


def test_a_load_balancer_that_judges_by_itself_leaves_running_machines_alone() -> None:
    made = fleet(load_balancer=replace(LOAD_BALANCER, health_check=None))
    assert "auto_healing_policies" not in made.only("google_compute_region_instance_group_manager")


def test_without_a_load_balancer_a_running_machine_is_healthy_and_gets_no_requests() -> None:
    made = fleet(load_balancer=None)
    assert "auto_healing_policies" not in made.only("google_compute_region_instance_group_manager")
    assert [name for name in made.all("google_compute_firewall") if "requests" in name] == []


@pytest.mark.parametrize(("size", "zones"), [("g2-standard-8", 3), ("a3-highgpu-8g", 2)])
def test_new_machines_serve_before_old_ones_go_one_for_each_zone(size: str, zones: int) -> None:
    policy = fleet(instance_type=size).only("google_compute_region_instance_group_manager")["update_policy"]
    assert (policy["type"], policy["minimal_action"]) == ("PROACTIVE", "REPLACE")
    assert (policy["max_surge_fixed"], policy["max_unavailable_fixed"]) == (zones, 0)


def test_a_group_that_is_not_even_does_not_move_running_machines(group: dict[str, Any]) -> None:
    assert group["update_policy"]["instance_redistribution_type"] == "NONE"


def test_a_reservation_holds_the_whole_fleet_in_one_zone_and_replaces_machines_in_place() -> None:
    made = fleet(reservation=RESERVATION)
    group = made.only("google_compute_region_instance_group_manager")
    assert group["distribution_policy_zones"] == ["europe-west4-a"]
    assert (group["update_policy"]["max_surge_fixed"], group["update_policy"]["max_unavailable_fixed"]) == (0, 1)
    assert made.only("google_compute_region_instance_template")["reservation_affinity"] == {
        "type": "SPECIFIC_RESERVATION",
        "specific_reservation": {"key": "compute.googleapis.com/reservation-name", "values": ["gpu-reservation"]},
    }


def test_a_change_of_the_machines_is_a_new_template_that_is_there_before_the_old_one_goes(
    default: Synthesized, group: dict[str, Any], template: dict[str, Any]
) -> None:
    (name,) = default.all("google_compute_region_instance_template")
    assert group["version"] == [{"instance_template": f"${{google_compute_region_instance_template.{name}.self_link}}"}]
    assert template["lifecycle"]["create_before_destroy"] is True
    assert template["name_prefix"] == "acme-production--gpu-fleet-"
    assert "name" not in template


def test_the_image_is_the_newest_when_the_template_was_made(template: dict[str, Any]) -> None:
    (disk,) = template["disk"]
    assert disk["source_image"].startswith("${data.google_compute_image.")
    assert template["lifecycle"]["ignore_changes"] == ["disk[0].source_image"]


def test_an_own_image_is_followed() -> None:
    made = fleet(image=OWN_IMAGE).only("google_compute_region_instance_template")
    assert made["disk"][0]["source_image"] == OWN_IMAGE
    assert "ignore_changes" not in made["lifecycle"]


def test_the_boot_disk_is_encrypted_with_the_given_key(template: dict[str, Any]) -> None:
    (disk,) = template["disk"]
    assert disk["disk_encryption_key"] == {"kms_key_self_link": KEY.id}
    assert (disk["disk_size_gb"], disk["disk_type"], disk["boot"]) == (100, "pd-balanced", True)


def test_machines_have_no_public_address(template: dict[str, Any]) -> None:
    assert template["network_interface"] == [{"subnetwork": NETWORK.private_subnets[0], "nic_type": "GVNIC"}]


def test_machines_boot_only_what_is_signed_and_start_again_after_upkeep(template: dict[str, Any]) -> None:
    assert template["shielded_instance_config"]["enable_secure_boot"] is True
    assert template["scheduling"] == {"on_host_maintenance": "TERMINATE", "automatic_restart": True}
    assert template["metadata"]["enable-oslogin"] == "TRUE"


def test_machines_carry_the_tags_as_labels(template: dict[str, Any]) -> None:
    assert template["labels"] == {"application": "ai-llm", "accelerator": "gpu"}


def test_the_group_grows_between_its_bounds_towards_the_wanted_cpu_utilisation() -> None:
    spec = {"minimum": 2, "desired": 3, "maximum": 9, "target_cpu": Percentage.parse("72.5%"), "warm_up": "5m"}
    policy = fleet(**spec).only("google_compute_region_autoscaler")["autoscaling_policy"]
    assert policy == {
        "mode": "ON",
        "min_replicas": 2,
        "max_replicas": 9,
        "cooldown_period": 300,
        "cpu_utilization": {"target": 0.725},
    }


def test_outputs_name_the_group_for_load_balancers_and_the_account_for_policies() -> None:
    def build(scope: TerraformStack) -> GpuFleet:
        made = make(scope, LOAD_BALANCER)
        for field, value in asdict(made.outputs).items():
            TerraformOutput(scope, field, value=value)
        return made

    document = in_region(build)
    (group,) = document.all("google_compute_region_instance_group_manager")
    (account,) = document.all("google_service_account")
    output = {field: output["value"] for field, output in document.document["output"].items()}
    assert output["id"] == f"${{google_compute_region_instance_group_manager.{group}.instance_group}}"
    assert output["role"] == output["security_group"] == f"${{google_service_account.{account}.email}}"
