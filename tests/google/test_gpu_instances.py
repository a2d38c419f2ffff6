"""Single GPU machines."""

import base64
import re
from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack, Token

from backstay.google.gpu_instances import GpuInstances
from backstay.testing import Synthesized
from backstay.topology import InstancesSpec, ReservationSpec, Size
from tests.google.surroundings import KEY, NAMES, NETWORK, REGION, in_region

WIRING: dict[str, Any] = {"region": REGION, "names": NAMES, "network": NETWORK, "key": KEY}
OWN_IMAGE = "projects/acme-images/global/images/family/gpu"


def of(**spec: Any) -> InstancesSpec:
    return InstancesSpec(**{"instance_type": "g2-standard-8", **spec})


def instances(spec: InstancesSpec | None = None, **given: Any) -> Synthesized:
    return in_region(lambda scope: GpuInstances(scope, "instances", spec=spec or of(), **WIRING, **given))


@pytest.fixture(scope="module")
def four() -> Synthesized:
    return instances(of(count=4))


@pytest.fixture(scope="module")
def machine() -> dict[str, Any]:
    return instances(tags={"Application": "ai-llm"}).only("google_compute_instance")


def zones(made: Synthesized) -> list[str]:
    count = len(made.all("google_compute_instance"))
    return [made.one("google_compute_instance", f"machine-{index}")["zone"][-1] for index in range(count)]


def test_machines_are_spread_in_turn_over_the_zones_that_have_their_gpu(four: Synthesized) -> None:
    assert zones(four) == ["a", "b", "c", "a"]
    assert zones(instances(of(instance_type="a3-highgpu-8g", count=3))) == ["b", "c", "b"]


def test_each_machine_has_a_name_of_its_own(four: Synthesized) -> None:
    names = [machine["name"] for machine in four.all("google_compute_instance").values()]
    assert sorted(names) == [f"acme-production--gpu-instance-{index}" for index in range(4)]


def test_machines_carry_the_tags_as_labels_and_say_that_they_have_a_gpu(machine: dict[str, Any]) -> None:
    assert machine["labels"] == {"application": "ai-llm", "accelerator": "gpu"}


def test_outputs_list_the_machines_in_their_order() -> None:
    def build(scope: TerraformStack) -> GpuInstances:
        made = GpuInstances(scope, "instances", spec=of(count=11), **WIRING)
        TerraformOutput(scope, "ids", value=list(made.outputs.ids))
        return made

    ids = in_region(build).document["output"]["ids"]["value"]
    numbers = [found[1] for id_ in ids if (found := re.search(r"machine-(\d+)", id_))]
    assert numbers == [str(index) for index in range(11)]


def test_the_boot_disk_is_encrypted_with_the_given_key_and_as_large_as_the_spec() -> None:
    disk = instances(of(disk=Size.parse("1TiB"))).only("google_compute_instance")["boot_disk"]
    assert disk["kms_key_self_link"] == KEY.id
    assert (disk["initialize_params"]["size"], disk["initialize_params"]["type"]) == (1024, "pd-balanced")


def test_machines_have_no_public_address(four: Synthesized) -> None:
    for machine in four.all("google_compute_instance").values():
        assert machine["network_interface"] == [{"subnetwork": NETWORK.private_subnets[0], "nic_type": "GVNIC"}]


def test_the_only_way_in_is_ssh_through_identity_aware_proxy(four: Synthesized) -> None:
    (rule,) = [rule for rule in four.all("google_compute_firewall").values() if rule["direction"] == "INGRESS"]
    assert rule["source_ranges"] == ["35.235.240.0/20"]
    assert rule["allow"] == [{"protocol": "tcp", "ports": ["22"]}]


def test_machines_reach_others_by_https_only(four: Synthesized) -> None:
    rules = {
        rule["priority"]: (rule.get("allow"), rule.get("deny"))
        for rule in four.all("google_compute_firewall").values()
        if rule["direction"] == "EGRESS"
    }
    assert rules[min(rules)] == ([{"protocol": "tcp", "ports": ["443"]}], None)
    assert rules[max(rules)] == (None, [{"protocol": "all"}])
    assert len(rules) == 2


def test_every_rule_is_for_these_machines_alone_and_named_by_its_region(four: Synthesized) -> None:
    (account,) = four.all("google_service_account")
    for rule in four.all("google_compute_firewall").values():
        assert rule["target_service_accounts"] == [f"${{google_service_account.{account}.email}}"]
        assert rule["name"].endswith("-europe-west4")


def test_machines_may_write_logs_and_metrics_and_nothing_else(four: Synthesized) -> None:
    roles = {grant["role"] for grant in four.all("google_project_iam_member").values()}
    assert roles == {"roles/logging.logWriter", "roles/monitoring.metricWriter"}


def test_iam_says_who_logs_in(machine: dict[str, Any]) -> None:
    assert machine["metadata"] == {"enable-oslogin": "TRUE", "block-project-ssh-keys": "TRUE"}


def test_machines_boot_only_what_is_signed(machine: dict[str, Any]) -> None:
    assert machine["shielded_instance_config"] == {
        "enable_secure_boot": True,
        "enable_vtpm": True,
        "enable_integrity_monitoring": True,
    }


def test_machines_start_again_after_the_upkeep_of_their_host(machine: dict[str, Any]) -> None:
    assert machine["scheduling"] == {"on_host_maintenance": "TERMINATE", "automatic_restart": True}


@pytest.mark.parametrize("disposable", [True, False])
def test_machines_are_protected_unless_disposable(disposable: bool) -> None:
    made = instances(disposable=disposable)
    assert made.only("google_compute_instance")["deletion_protection"] is not disposable


def test_a_newly_published_image_does_not_replace_a_machine(machine: dict[str, Any]) -> None:
    assert machine["lifecycle"] == {"ignore_changes": ["boot_disk[0].initialize_params[0].image"]}


def test_an_own_image_is_followed() -> None:
    made = instances(of(image=OWN_IMAGE)).only("google_compute_instance")
    assert made["boot_disk"]["initialize_params"]["image"] == OWN_IMAGE
    assert "lifecycle" not in made


def test_reserved_machines_stand_together_in_the_first_zone_that_has_their_gpu() -> None:
    made = instances(of(instance_type="a3-highgpu-8g", count=3, reservation=ReservationSpec(id="gpu")))
    assert zones(made) == ["b", "b", "b"]
    for machine in made.all("google_compute_instance").values():
        assert machine["reservation_affinity"] == {
            "type": "SPECIFIC_RESERVATION",
            "specific_reservation": {"key": "compute.googleapis.com/reservation-name", "values": ["gpu"]},
        }


def test_a_shells_variables_in_user_data_are_left_to_the_shell() -> None:
    script = "#!/bin/sh\necho ${HOME} $(date) %{nothing}\n"
    sent = instances(user_data=script).only("google_compute_instance")["metadata"]
    assert base64.b64decode(sent["user-data"]).decode() == script
    assert sent["user-data-encoding"] == "base64"


def test_user_data_known_only_after_an_apply_is_refused() -> None:
    with pytest.raises(ValueError, match="known only after an apply; use a computed name instead"):
        instances(user_data=Token.as_string({"Ref": "later"}))
