"""Who may reach the machines of a network."""

from ipaddress import IPv4Network
from typing import Any

import pytest

from backstay.google.firewall import Firewall
from backstay.testing import Synthesized
from tests.google.surroundings import NAMES, NETWORK, REGION, in_region

MACHINES, PODS, PROXIES = (IPv4Network(f"10.145.{third}.0/24") for third in (1, 2, 3))


@pytest.fixture(scope="module")
def made() -> Synthesized:
    return in_region(
        lambda scope: Firewall(
            scope,
            "firewall",
            vpc=NETWORK.id,
            inside=[MACHINES, PODS],
            proxies=PROXIES,
            region=REGION,
            names=NAMES,
        )
    )


def rules(made: Synthesized, kind: str) -> list[dict[str, Any]]:
    return [rule for rule in made.all("google_compute_firewall").values() if kind in rule]


def test_what_no_rule_allows_is_refused_and_logged(made: Synthesized) -> None:
    (deny,) = rules(made, "deny")
    assert deny["deny"] == [{"protocol": "all"}]
    assert deny["source_ranges"] == ["0.0.0.0/0"]
    assert deny["log_config"] == {"metadata": "INCLUDE_ALL_METADATA"}


def test_refusing_comes_after_all_that_is_allowed(made: Synthesized) -> None:
    (deny,) = rules(made, "deny")
    # A rule without a priority has 1000, and the lowest number is first.
    assert deny["priority"] > 1000
    assert all("priority" not in rule for rule in rules(made, "allow"))


def test_nothing_from_the_internet_is_allowed(made: Synthesized) -> None:
    sources = [IPv4Network(source) for rule in rules(made, "allow") for source in rule["source_ranges"]]
    googles = [IPv4Network(source) for source in ("35.191.0.0/16", "130.211.0.0/22", "35.235.240.0/20")]
    assert all(source.is_private or source in googles for source in sources)


def test_machines_and_pods_reach_each_other(made: Synthesized) -> None:
    inside = made.one("google_compute_firewall", "inside")
    assert inside["source_ranges"] == [str(MACHINES), str(PODS)]
    assert {allowed["protocol"] for allowed in inside["allow"]} == {"tcp", "udp", "icmp"}


def test_administrators_come_in_through_identity_aware_proxy_only(made: Synthesized) -> None:
    ssh = made.one("google_compute_firewall", "ssh")
    assert ssh["allow"] == [{"protocol": "tcp", "ports": ["22"]}]
    assert ssh["source_ranges"] == ["35.235.240.0/20"]


def test_load_balancers_reach_machines(made: Synthesized) -> None:
    assert made.one("google_compute_firewall", "proxies")["source_ranges"] == [str(PROXIES)]


def test_every_rule_is_of_the_network_and_named_by_its_region(made: Synthesized) -> None:
    for rule in made.all("google_compute_firewall").values():
        assert rule["network"] == NETWORK.id
        assert rule["direction"] == "INGRESS"
        assert rule["name"].endswith("-europe-west4")
