"""Single GPU machines."""

import base64
import json
import re
from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack, Token

from backstay.aws.gpu_instances import GpuInstances
from backstay.testing import Synthesized
from backstay.topology import InstancesSpec, ReservationSpec, Size
from tests.aws.surroundings import KEY, NAMES, NETWORK, REGION, in_region

WIRING: dict[str, Any] = {"region": REGION, "names": NAMES, "network": NETWORK, "key": KEY}


def instances(spec: InstancesSpec | None = None, **given: Any) -> Synthesized:
    return in_region(lambda scope: GpuInstances(scope, "instances", spec=spec or InstancesSpec(), **WIRING, **given))


@pytest.fixture(scope="module")
def four() -> Synthesized:
    return instances(InstancesSpec(count=4))


@pytest.fixture(scope="module")
def machine() -> dict[str, Any]:
    return instances().only("aws_instance")


def test_machines_are_spread_over_the_zones_in_turn(four: Synthesized) -> None:
    machines = [four.one("aws_instance", f"machine-{index}") for index in range(4)]
    assert [machine["subnet_id"] for machine in machines] == ["subnet-a", "subnet-b", "subnet-c", "subnet-a"]


def test_each_machine_has_a_name_of_its_own_and_says_that_it_has_a_gpu(four: Synthesized) -> None:
    tags = [machine["tags"] for machine in four.all("aws_instance").values()]
    assert sorted(tag["Name"] for tag in tags) == [f"{NAMES.machine('gpu-instance')}-{index}" for index in range(4)]
    assert {tag["accelerator"] for tag in tags} == {"gpu"}


def test_outputs_list_the_machines_in_their_order() -> None:
    def build(scope: TerraformStack) -> GpuInstances:
        made = GpuInstances(scope, "instances", spec=InstancesSpec(count=11), **WIRING)
        TerraformOutput(scope, "ids", value=list(made.outputs.ids))
        return made

    ids = in_region(build).document["output"]["ids"]["value"]
    assert [re.search(r"machine-(\d+)", id_)[1] for id_ in ids] == [str(index) for index in range(11)]


def test_the_root_disk_is_encrypted_with_the_given_key(machine: dict[str, Any]) -> None:
    disk = machine["root_block_device"]
    assert disk["encrypted"] is True
    assert disk["kms_key_id"] == KEY.id
    assert disk["volume_type"] == "gp3"
    assert disk["volume_size"] == 100


def test_the_disk_has_the_size_of_the_spec() -> None:
    made = instances(InstancesSpec(disk=Size.parse("1TiB")))
    assert made.only("aws_instance")["root_block_device"]["volume_size"] == 1024


def test_nobody_reaches_a_machine_from_outside(four: Synthesized) -> None:
    assert {machine["associate_public_ip_address"] for machine in four.all("aws_instance").values()} == {False}
    assert four.all("aws_vpc_security_group_ingress_rule") == {}
    assert "ingress" not in four.only("aws_security_group")
    assert all("key_name" not in machine for machine in four.all("aws_instance").values())


def test_machines_reach_others_by_https_only(four: Synthesized) -> None:
    rule = four.only("aws_vpc_security_group_egress_rule")
    assert (rule["ip_protocol"], rule["from_port"], rule["to_port"]) == ("tcp", 443, 443)


def test_session_manager_is_the_only_thing_that_a_machine_may_use(four: Synthesized) -> None:
    attached = four.only("aws_iam_role_policy_attachment")
    assert attached["policy_arn"].endswith(":iam::aws:policy/AmazonSSMManagedInstanceCore")
    assert four.all("aws_iam_role_policy") == {}
    trusted = json.loads(four.only("aws_iam_role")["assume_role_policy"])["Statement"]
    assert [statement["Principal"] for statement in trusted] == [{"Service": "ec2.amazonaws.com"}]


def test_the_metadata_service_wants_a_session_token(machine: dict[str, Any]) -> None:
    assert machine["metadata_options"] == {
        "http_endpoint": "enabled",
        "http_tokens": "required",
        "http_put_response_hop_limit": 1,
    }


@pytest.mark.parametrize("disposable", [True, False])
def test_machines_are_protected_unless_disposable(disposable: bool) -> None:
    made = instances(disposable=disposable)
    assert made.only("aws_instance")["disable_api_termination"] is not disposable


def test_a_newly_published_image_does_not_replace_a_machine(machine: dict[str, Any]) -> None:
    assert machine["lifecycle"] == {"ignore_changes": ["ami"]}


def test_an_own_image_is_followed() -> None:
    made = instances(InstancesSpec(image="ami-0123456789abcdef0")).only("aws_instance")
    assert made["ami"] == "ami-0123456789abcdef0"
    assert "lifecycle" not in made


def test_reserved_machines_stand_together_in_the_first_zone() -> None:
    made = instances(InstancesSpec(count=3, reservation=ReservationSpec(id="cr-0123456789abcdef0")))
    machines = made.all("aws_instance").values()
    assert {machine["subnet_id"] for machine in machines} == {"subnet-a"}
    for machine in machines:
        assert machine["capacity_reservation_specification"] == {
            "capacity_reservation_target": {"capacity_reservation_id": "cr-0123456789abcdef0"}
        }
        assert "instance_market_options" not in machine


def test_a_capacity_block_is_bought_on_its_own_market() -> None:
    block = ReservationSpec(id="cr-0123456789abcdef0", kind="capacity-block")
    made = instances(InstancesSpec(reservation=block)).only("aws_instance")
    assert made["instance_market_options"] == {"market_type": "capacity-block"}
    assert made["lifecycle"] == {"ignore_changes": ["ami", "instance_market_options"]}
    assert made["capacity_reservation_specification"] == {
        "capacity_reservation_target": {"capacity_reservation_id": block.id}
    }


def test_a_shells_variables_in_user_data_are_left_to_the_shell() -> None:
    script = "#!/bin/sh\necho ${HOME} $(date) %{nothing}\n"
    sent = instances(user_data=script).only("aws_instance")["user_data_base64"]
    assert base64.b64decode(sent).decode() == script


def test_user_data_known_only_after_an_apply_is_refused() -> None:
    with pytest.raises(ValueError, match="known only after an apply; use a computed name instead"):
        instances(user_data=Token.as_string({"Ref": "later"}))
