"""Single GPU machines."""

import base64
import re
from dataclasses import replace
from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack, Token

from backstay.azure.gpu_instances import GpuInstances
from backstay.testing import Synthesized
from backstay.topology import InstancesSpec, ReservationSpec
from tests.azure.compute import A100, KEY, MACHINES, NETWORK, RESERVATION, SSH_KEY
from tests.azure.surroundings import NAMES, REGION, in_region

VM = "azurerm_linux_virtual_machine"
WIRING: dict[str, Any] = {"region": REGION, "names": NAMES, "network": NETWORK, "key": KEY}


def instances(spec: dict[str, Any] | None = None, **given: Any) -> Synthesized:
    wanted = InstancesSpec(**{"instance_type": A100, "ssh_public_key": SSH_KEY} | (spec or {}))
    return in_region(lambda scope: GpuInstances(scope, "instances", spec=wanted, **WIRING | given))


@pytest.fixture(scope="module")
def four() -> Synthesized:
    return instances({"count": 4}, tags={"team": "models"})


@pytest.fixture(scope="module")
def one() -> Synthesized:
    return instances()


@pytest.fixture(scope="module")
def machine(one: Synthesized) -> dict[str, Any]:
    return one.only(VM)


def test_machines_are_spread_over_the_zones_in_turn(four: Synthesized) -> None:
    assert [four.one(VM, f"machine-{index}")["zone"] for index in range(4)] == ["1", "2", "3", "1"]


def test_a_network_without_zones_leaves_the_zone_to_azure() -> None:
    assert "zone" not in instances(network=replace(NETWORK, zones=())).only(VM)


def test_each_machine_has_a_name_of_its_own_and_says_that_it_has_a_gpu(four: Synthesized) -> None:
    machines = four.all(VM).values()
    assert sorted(machine["name"] for machine in machines) == [
        f"{NAMES.resource('gpu-instance')}-{index}" for index in range(4)
    ]
    expected = {"Environment": "production", "accelerator": "gpu", "team": "models"}
    assert all(machine["tags"] == expected for machine in machines)


def test_outputs_list_the_machines_in_their_order() -> None:
    def build(scope: TerraformStack) -> GpuInstances:
        spec = InstancesSpec(count=11, instance_type=A100, ssh_public_key=SSH_KEY)
        made = GpuInstances(scope, "instances", spec=spec, **WIRING)
        TerraformOutput(scope, "ids", value=list(made.outputs.ids))
        return made

    ids = in_region(build).document["output"]["ids"]["value"]
    assert [re.search(r"machine-(\d+)_", id_)[1] for id_ in ids] == [str(index) for index in range(11)]


def test_only_the_given_ssh_key_lets_anybody_in(machine: dict[str, Any]) -> None:
    assert machine["disable_password_authentication"] is True
    assert machine["admin_ssh_key"] == [{"username": "azureuser", "public_key": SSH_KEY}]


def test_without_an_ssh_key_there_are_no_machines() -> None:
    with pytest.raises(ValueError, match="ssh_public_key is not given"):
        instances({"ssh_public_key": None})


def test_disks_are_encrypted_with_the_given_key_on_their_way_too(machine: dict[str, Any]) -> None:
    assert machine["os_disk"] == {
        "caching": "ReadWrite",
        "storage_account_type": "Premium_LRS",
        "disk_size_gb": 100,
        "disk_encryption_set_id": KEY.disk_encryption,
    }
    assert machine["encryption_at_host_enabled"] is True


def test_a_key_that_is_not_for_disks_is_refused() -> None:
    with pytest.raises(ValueError, match="does not encrypt disks; make it with the use 'disks'"):
        instances(key=replace(KEY, disk_encryption=None))


def test_machines_have_no_public_address(one: Synthesized) -> None:
    assert one.only("azurerm_network_interface")["ip_configuration"] == [
        {"name": "internal", "subnet_id": MACHINES, "private_ip_address_allocation": "Dynamic"}
    ]


def test_a_machine_starts_only_behind_its_security_group(one: Synthesized, machine: dict[str, Any]) -> None:
    (protection,) = one.all("azurerm_network_interface_security_group_association")
    assert machine["network_interface_ids"] == [
        f"${{azurerm_network_interface_security_group_association.{protection}.network_interface_id}}"
    ]


def test_the_network_reaches_the_machines_by_ssh_and_nobody_in_any_other_way(one: Synthesized) -> None:
    rules = [rule for rule in one.all("azurerm_network_security_rule").values() if rule["direction"] == "Inbound"]
    first, last = sorted(rules, key=lambda rule: rule["priority"])
    assert (first["access"], first["source_address_prefix"], first["destination_port_ranges"]) == (
        "Allow",
        NETWORK.cidr,
        ["22"],
    )
    assert (last["access"], last["source_address_prefix"], last["destination_port_range"], last["protocol"]) == (
        "Deny",
        "*",
        "*",
        "*",
    )


def test_machines_call_out_for_downloads_only(one: Synthesized) -> None:
    rules = [rule for rule in one.all("azurerm_network_security_rule").values() if rule["direction"] == "Outbound"]
    first, last = sorted(rules, key=lambda rule: rule["priority"])
    assert (first["access"], first["protocol"], first["destination_port_ranges"]) == ("Allow", "Tcp", ["80", "443"])
    assert (last["access"], last["destination_port_range"]) == ("Deny", "*")


def test_the_driver_is_installed_on_ubuntu_and_not_on_an_own_image(one: Synthesized) -> None:
    driver = one.only("azurerm_virtual_machine_extension")
    assert (driver["publisher"], driver["type"]) == ("Microsoft.HpcCompute", "NvidiaGpuDriverLinux")
    own = instances({"image": "microsoft-dsvm:ubuntu-hpc:2404:latest"})
    assert own.all("azurerm_virtual_machine_extension") == {}
    assert own.only(VM)["allow_extension_operations"] is False
    assert own.only(VM)["source_image_reference"]["offer"] == "ubuntu-hpc"


def test_azure_patches_the_images_that_it_knows(machine: dict[str, Any]) -> None:
    assert machine["patch_mode"] == "AutomaticByPlatform"
    own = instances({"image": "microsoft-dsvm:ubuntu-hpc:2404:latest"}).only(VM)
    assert own["patch_mode"] == "ImageDefault"


def test_reserved_machines_start_in_their_group() -> None:
    reserved = instances({"reservation": ReservationSpec(id=RESERVATION)}).only(VM)
    assert reserved["capacity_reservation_group_id"] == RESERVATION


@pytest.mark.parametrize("disposable", [True, False])
def test_only_disposable_machines_can_be_deleted_or_replaced(disposable: bool) -> None:
    machine = instances(disposable=disposable).only(VM)
    assert machine.get("lifecycle", {}).get("prevent_destroy", False) is not disposable


def test_user_data_reaches_the_machine_unchanged() -> None:
    script = "#!/bin/bash\necho ${HOME} $${HOME}\n"
    assert base64.b64decode(instances(user_data=script).only(VM)["custom_data"]).decode() == script


def test_user_data_with_a_late_value_is_refused() -> None:
    with pytest.raises(ValueError, match="known only after an apply"):
        instances(user_data=f"#!/bin/bash\necho {Token.as_string({'Ref': 'x'})}")


def test_a_failure_to_boot_can_be_seen(machine: dict[str, Any]) -> None:
    assert machine["boot_diagnostics"] == {}
