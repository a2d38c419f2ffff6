"""The checks of stacks find what they are for."""

import copy
from typing import Any

import pytest

from tests.stacks.name_limits import NAMES
from tests.stacks.soundness import faults, names_used_twice
from tests.synthesis import Document, documents, environment

NAME = "multicloud"
AWS, AZURE, GOOGLE = "multicloud-us-east-1", "multicloud-westeurope", "multicloud-asia-southeast1"


@pytest.fixture
def stacks() -> dict[str, Document]:
    return copy.deepcopy(documents(NAME))


def found(stacks: dict[str, Document]) -> str:
    return "\n".join(faults(environment(NAME), stacks))


def first(document: Document, type_: str) -> dict[str, Any]:
    return next(iter(document["resource"][type_].values()))


def test_the_environment_on_three_clouds_is_sound(stacks: dict[str, Document]) -> None:
    assert found(stacks) == ""


def test_a_missing_stack_is_found(stacks: dict[str, Document]) -> None:
    del stacks[AZURE]
    assert f"there is a stack {AZURE} too many or too few" in found(stacks)


@pytest.mark.parametrize(
    ("stack", "type_", "attribute", "name"),
    [
        (AWS, "aws_lb", "name", "internal-acme"),
        (AWS, "aws_security_group", "name", "sg-acme"),
        (AWS, "aws_iam_role", "name", "a" * 65),
        (AZURE, "azurerm_key_vault", "name", "acme--vault"),
        (AZURE, "azurerm_storage_account", "name", "acmewindows"),
        (AZURE, "azurerm_kubernetes_cluster", "node_resource_group", "a" * 81),
        (GOOGLE, "google_service_account", "account_id", "acme"),
        (GOOGLE, "google_compute_network", "name", "Acme"),
        ("multicloud-state-asia-southeast1", "google_storage_bucket", "name", "acme-google-state"),
    ],
)
def test_a_name_that_a_cloud_refuses_is_found(
    stacks: dict[str, Document], stack: str, type_: str, attribute: str, name: str
) -> None:
    first(stacks[stack], type_)[attribute] = name
    assert f"{type_} takes no {attribute} {name!r}" in found(stacks)


def test_a_name_without_known_limits_is_found(stacks: dict[str, Document]) -> None:
    stacks[AWS]["resource"]["aws_kinesis_stream"] = {"stream": {"name": "acme"}}
    assert "aws_kinesis_stream" not in NAMES
    assert "aws_kinesis_stream.stream has a name whose limits are not listed" in found(stacks)


def test_the_same_environment_twice_has_everything_in_common(stacks: dict[str, Document]) -> None:
    given = environment(NAME)
    shared = list(names_used_twice((given, stacks), (given, stacks)))
    for type_ in ("aws_s3_bucket", "aws_iam_role", "azurerm_resource_group", "google_compute_firewall"):
        assert any(f" have a {type_} " in text for text in shared)


def test_an_empty_block_is_found(stacks: dict[str, Document]) -> None:
    first(stacks[AZURE], "azurerm_virtual_network")["ddos_protection_plan"] = [{}]
    assert "azurerm_virtual_network.ddos_protection_plan is empty" in found(stacks)


def test_a_mention_of_another_region_is_found(stacks: dict[str, Document]) -> None:
    first(stacks[GOOGLE], "google_compute_network")["description"] = "peer of us-east-1a"
    assert f"{GOOGLE} mentions us-east-1: peer of us-east-1a" in found(stacks)


def test_a_reference_to_another_stack_is_found(stacks: dict[str, Document]) -> None:
    first(stacks[AWS], "aws_lb")["name"] = "${aws_lb.of-another-region.name}"
    assert "asks for aws_lb.of-another-region, which is not in the stack" in found(stacks)


def test_a_provider_that_is_of_no_use_is_found(stacks: dict[str, Document]) -> None:
    stacks[AWS]["terraform"]["required_providers"]["google"] = {"source": "google"}
    assert f"{AWS} has no use for provider google" in found(stacks)


def test_missing_tags_are_found(stacks: dict[str, Document]) -> None:
    first(stacks[AZURE], "azurerm_virtual_network")["tags"] = {}
    stacks[GOOGLE]["provider"]["google"][0]["default_labels"] = {}
    assert "azurerm_virtual_network.network_" in found(stacks)
    assert "the labels that the google provider gives are others" in found(stacks)
