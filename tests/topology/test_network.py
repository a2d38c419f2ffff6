from ipaddress import IPv4Network
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backstay.topology import Cloud, CloudRegion, NetworkSpec, aws_region
from backstay.topology.catalog import catalog
from backstay.topology.network import AddressPlan, default_network

REGIONS = [CloudRegion(cloud, name) for cloud in Cloud if (tables := catalog(cloud)) for name in tables.regions]
NETWORKS = st.integers(16, 20).flatmap(
    lambda length: st.integers(0, (1 << (length - 8)) - 1).map(
        lambda index: IPv4Network(((10 << 24) | (index << (32 - length)), length))
    )
)


def test_no_two_regions_of_any_cloud_overlap() -> None:
    networks = [default_network(region) for region in REGIONS]
    assert not any(one.overlaps(other) for one, other in combinations(networks, 2))
    assert all(network.subnet_of(IPv4Network("10.0.0.0/8")) and network.prefixlen == 16 for network in networks)


def test_a_region_keeps_its_network_for_ever() -> None:
    assert str(default_network(aws_region("us-east-1"))) == "10.0.0.0/16"
    assert str(default_network(aws_region("ap-southeast-1"))) == "10.22.0.0/16"


def test_an_unknown_region_has_no_network_of_its_own() -> None:
    with pytest.raises(
        ValueError, match=r"region 'eu-west-9' is not a aws region that Backstay knows; set network\.cidr"
    ):
        default_network(aws_region("eu-west-9"))


@given(NETWORKS)
def test_subnets_lie_within_the_network_and_apart(network: IPv4Network) -> None:
    plan = AddressPlan(network)
    subnets = [*plan.private, *plan.public]
    assert len(plan.private) == len(plan.public) == 3
    assert all(subnet.subnet_of(network) for subnet in subnets)
    assert not any(one.overlaps(other) for one, other in combinations(subnets, 2))


@given(NETWORKS)
def test_the_smallest_subnet_can_hold_a_load_balancer(network: IPv4Network) -> None:
    """A load balancer of AWS wants a /27 and eight free addresses."""
    plan = AddressPlan(network)
    assert all(subnet.prefixlen == network.prefixlen + 2 for subnet in plan.private)
    assert all(subnet.prefixlen <= 26 for subnet in plan.public)


def test_a_network_of_ones_own_replaces_the_regions() -> None:
    spec = NetworkSpec.model_validate({"cidr": "172.20.0.0/18"})
    assert str(spec.address_plan(aws_region("us-east-1")).network) == "172.20.0.0/18"
    assert str(NetworkSpec().address_plan(aws_region("us-east-2")).network) == "10.1.0.0/16"


@pytest.mark.parametrize("cidr", ["10.0.0.0/16", "172.31.240.0/20", "192.168.0.0/16", "100.64.0.0/16"])
def test_private_networks_of_a_fitting_size_are_accepted(cidr: str) -> None:
    assert str(NetworkSpec.model_validate({"cidr": cidr}).cidr) == cidr


@pytest.mark.parametrize("cidr", ["10.0.0.0/15", "10.0.0.0/21", "172.32.0.0/16", "8.8.0.0/16", "192.168.0.0/15"])
def test_other_networks_are_refused(cidr: str) -> None:
    with pytest.raises(ValidationError, match="must be"):
        NetworkSpec.model_validate({"cidr": cidr})


@pytest.mark.parametrize("zones", [["a"], ["a", "b"], ["a", "a", "b"], ["a", "b", "c", "d"], ["a", "b", "c", "c"]])
def test_zones_are_three_different_ones(zones: list[str]) -> None:
    with pytest.raises(ValidationError, match="three different zones"):
        NetworkSpec.model_validate({"zones": zones})
    assert NetworkSpec.model_validate({"zones": ["a", "b", "c"]}).zones == ("a", "b", "c")
