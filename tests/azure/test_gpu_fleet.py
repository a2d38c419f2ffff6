"""GPU machines that scale by load."""

import json
from typing import Any

import pytest

from backstay.azure.gpu_fleet import GpuFleet
from backstay.outputs import LoadBalancerOutputs
from backstay.testing import Synthesized
from backstay.topology import FleetSpec, Percentage, ReservationSpec
from tests.azure.compute import A100, KEY, MACHINES, NETWORK, RESERVATION, SSH_KEY
from tests.azure.surroundings import GROUPS, NAMES, REGION, in_region

_GATEWAY = f"{GROUPS}/gateway/providers/Microsoft.Network/applicationGateways/gateway"
LOAD_BALANCER = LoadBalancerOutputs(
    id=_GATEWAY,
    host="acme.westeurope.cloudapp.azure.com",
    zone=None,
    target_group=f"{_GATEWAY}/backendAddressPools/machines",
    security_group="10.76.192.0/22",
)


def fleet(
    load_balancer: LoadBalancerOutputs | None = LOAD_BALANCER, disposable: bool = False, **spec: Any
) -> Synthesized:
    wanted = FleetSpec(**{"instance_type": A100, "ssh_public_key": SSH_KEY} | spec)
    return in_region(
        lambda scope: GpuFleet(
            scope,
            "fleet",
            spec=wanted,
            region=REGION,
            names=NAMES,
            network=NETWORK,
            key=KEY,
            load_balancer=load_balancer,
            tags={"team": "models"},
            disposable=disposable,
        )
    )


def scale_set_of(made: Synthesized) -> dict[str, Any]:
    return made.only("azurerm_linux_virtual_machine_scale_set")


def health_of(made: Synthesized) -> dict[str, Any]:
    (health,) = [item for item in scale_set_of(made)["extension"] if item["type"] == "ApplicationHealthLinux"]
    return json.loads(health["settings"])


@pytest.fixture(scope="module")
def default() -> Synthesized:
    return fleet(desired=3)


@pytest.fixture(scope="module")
def scale_set(default: Synthesized) -> dict[str, Any]:
    return scale_set_of(default)


def test_it_stands_in_every_zone_and_grows_where_there_are_gpus(scale_set: dict[str, Any]) -> None:
    assert scale_set["zones"] == ["1", "2", "3"]
    assert scale_set["zone_balance"] is False
    assert scale_set["overprovision"] is False


def test_an_apply_leaves_the_number_of_machines_alone(scale_set: dict[str, Any]) -> None:
    assert scale_set["instances"] == 3
    assert scale_set["lifecycle"] == {"ignore_changes": ["instances"]}


def test_a_machine_is_alive_while_it_accepts_connections() -> None:
    health = health_of(fleet(port=9000))
    assert (health["protocol"], health["port"]) == ("tcp", 9000)


def test_without_a_load_balancer_a_running_machine_is_healthy_and_nobody_asks_it_anything() -> None:
    made = fleet(load_balancer=None)
    assert health_of(made)["port"] == 22
    (interface,) = scale_set_of(made)["network_interface"]
    assert "application_gateway_backend_address_pool_ids" not in interface["ip_configuration"][0]
    ports = [rule.get("destination_port_ranges") for rule in made.all("azurerm_network_security_rule").values()]
    assert ["8000"] not in ports


@pytest.mark.parametrize(("warm_up", "expected"), [("0s", "PT10M"), ("15m", "PT15M"), ("2h", "PT1H30M")])
def test_what_stays_unhealthy_is_replaced_after_the_warm_up(warm_up: str, expected: str) -> None:
    repair = scale_set_of(fleet(warm_up=warm_up))["automatic_instance_repair"]
    assert repair == {"enabled": True, "action": "Replace", "grace_period": expected}


def test_machines_enter_the_load_balancers_pool_without_a_public_address(scale_set: dict[str, Any]) -> None:
    (interface,) = scale_set["network_interface"]
    assert interface["ip_configuration"] == [
        {
            "name": "internal",
            "primary": True,
            "subnet_id": MACHINES,
            "application_gateway_backend_address_pool_ids": [LOAD_BALANCER.target_group],
        }
    ]


def test_the_load_balancer_reaches_the_machines_on_their_port() -> None:
    rule = fleet(port=9000).one("azurerm_network_security_rule", "load-balancer")
    assert (rule["direction"], rule["access"], rule["protocol"]) == ("Inbound", "Allow", "Tcp")
    assert rule["source_address_prefix"] == LOAD_BALANCER.security_group
    assert rule["destination_port_ranges"] == ["9000"]


def test_a_new_image_rolls_out_batch_by_batch_and_rolls_back(scale_set: dict[str, Any]) -> None:
    assert scale_set["upgrade_mode"] == "Rolling"
    assert scale_set["automatic_os_upgrade_policy"] == {
        "enable_automatic_os_upgrade": True,
        "disable_automatic_rollback": False,
    }


def test_an_image_with_a_version_stays_what_it_is() -> None:
    gallery = f"{GROUPS}/images/providers/Microsoft.Compute/galleries/acme/images/gpu/versions/1.0.0"
    made = scale_set_of(fleet(image=gallery))
    assert made["source_image_id"] == gallery
    assert "source_image_reference" not in made
    assert made["automatic_os_upgrade_policy"]["enable_automatic_os_upgrade"] is False


def test_a_rollout_keeps_the_gpus_that_the_fleet_has(scale_set: dict[str, Any]) -> None:
    assert scale_set["rolling_upgrade_policy"]["maximum_surge_instances_enabled"] is False


def test_no_setting_changes_the_rollout_which_would_replace_the_fleet(scale_set: dict[str, Any]) -> None:
    other = scale_set_of(fleet(desired=50, warm_up="2h", target_cpu=Percentage.parse("90%"), disposable=True))
    assert other["rolling_upgrade_policy"] == scale_set["rolling_upgrade_policy"]


def test_one_sick_machine_of_three_does_not_stop_a_rollout(scale_set: dict[str, Any]) -> None:
    assert scale_set["rolling_upgrade_policy"]["max_unhealthy_instance_percent"] > 100 / 3


def test_disks_are_encrypted_with_the_given_key_on_their_way_too(scale_set: dict[str, Any]) -> None:
    assert scale_set["os_disk"]["disk_encryption_set_id"] == KEY.disk_encryption
    assert scale_set["encryption_at_host_enabled"] is True


def test_only_the_given_ssh_key_lets_anybody_in(scale_set: dict[str, Any]) -> None:
    assert scale_set["disable_password_authentication"] is True
    assert scale_set["admin_ssh_key"] == [{"username": "azureuser", "public_key": SSH_KEY}]


def test_the_driver_is_installed_on_ubuntu_and_not_on_an_own_image(scale_set: dict[str, Any]) -> None:
    def extensions(made: dict[str, Any]) -> set[str]:
        return {extension["type"] for extension in made["extension"]}

    assert extensions(scale_set) == {"ApplicationHealthLinux", "NvidiaGpuDriverLinux"}
    assert extensions(scale_set_of(fleet(image="microsoft-dsvm:ubuntu-hpc:2404:latest"))) == {"ApplicationHealthLinux"}


def test_machines_say_that_they_have_a_gpu(scale_set: dict[str, Any]) -> None:
    assert scale_set["tags"] == {"Environment": "production", "accelerator": "gpu", "team": "models"}


def test_reserved_machines_start_in_their_group() -> None:
    made = scale_set_of(fleet(reservation=ReservationSpec(id=RESERVATION)))
    assert made["capacity_reservation_group_id"] == RESERVATION
    # The provider refuses the one with the other.
    assert made["single_placement_group"] is False


@pytest.mark.parametrize("disposable", [True, False])
def test_only_a_disposable_fleet_ends_without_a_word(disposable: bool) -> None:
    made = scale_set_of(fleet(disposable=disposable))
    assert made["termination_notification"]["enabled"] is not disposable
    assert made["scale_in"]["force_deletion_enabled"] is disposable
