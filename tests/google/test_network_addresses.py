"""How a region's addresses are shared out."""

from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.google.network_addresses import NetworkAddresses

PRIVATE = st.sampled_from(["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"])


@st.composite
def networks(draw: st.DrawFn) -> IPv4Network:
    around = IPv4Network(draw(PRIVATE))
    prefix = draw(st.integers(16, 20))
    place = draw(st.integers(0, 2 ** (prefix - around.prefixlen) - 1))
    return IPv4Network((int(around.network_address) + (place << (32 - prefix)), prefix))


@given(networks())
def test_nothing_overlaps_and_all_lies_within_the_network(network: IPv4Network) -> None:
    parts = [getattr(NetworkAddresses.of(network), name) for name in NetworkAddresses.__dataclass_fields__]
    assert all(part.subnet_of(network) for part in parts)
    assert not any(one.overlaps(other) for one, other in combinations(parts, 2))


@given(networks())
def test_each_part_is_large_enough_for_what_google_asks(network: IPv4Network) -> None:
    addresses = NetworkAddresses.of(network)
    # https://docs.cloud.google.com/load-balancing/docs/proxy-only-subnets and
    # https://docs.cloud.google.com/vpc/docs/configure-private-services-access
    assert addresses.proxies.prefixlen <= 26
    assert addresses.peered.prefixlen <= 24
    assert addresses.services.prefixlen <= 27
    # Eight nodes with a /24 each in the smallest network.
    assert addresses.pods.prefixlen <= 21


def test_a_quarter_is_for_machines_and_half_for_pods() -> None:
    addresses = NetworkAddresses.of(IPv4Network("10.145.0.0/16"))
    assert [str(part) for part in (addresses.pods, addresses.machines)] == ["10.145.0.0/17", "10.145.128.0/18"]


@pytest.mark.parametrize("network", ["100.64.0.0/16", "100.127.240.0/20"])
def test_addresses_that_google_peers_no_services_with_are_refused(network: str) -> None:
    with pytest.raises(ValueError, match=f"network {network} is within 100.64.0.0/10, where Google Cloud peers no"):
        NetworkAddresses.of(IPv4Network(network))
