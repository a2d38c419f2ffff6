"""Who may reach the machines of a network."""

from typing import Any

import pytest

from backstay.google.firewall import Firewall
from tests.google.surroundings import NAMES, NETWORK, REGION, in_region


@pytest.fixture(scope="module")
def rule() -> dict[str, Any]:
    made = in_region(lambda scope: Firewall(scope, "firewall", vpc=NETWORK.id, region=REGION, names=NAMES))
    return made.only("google_compute_firewall")


def test_nothing_is_allowed_and_what_is_refused_is_logged(rule: dict[str, Any]) -> None:
    assert "allow" not in rule
    assert rule["deny"] == [{"protocol": "all"}]
    assert (rule["direction"], rule["source_ranges"]) == ("INGRESS", ["0.0.0.0/0"])
    assert rule["log_config"] == {"metadata": "INCLUDE_ALL_METADATA"}


def test_it_comes_after_all_that_others_allow(rule: dict[str, Any]) -> None:
    # A rule without a priority has 1000, as those of GKE have, and the lowest number is first.
    assert 1000 < rule["priority"] < 65_535


def test_it_is_of_the_network_and_named_by_its_region(rule: dict[str, Any]) -> None:
    assert rule["network"] == NETWORK.id
    assert rule["name"].endswith("-europe-west4")
