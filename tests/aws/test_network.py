"""A region's private network."""

import re
from dataclasses import asdict
from ipaddress import IPv4Network
from itertools import combinations
from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack
from constructs import Construct
from hypothesis import given
from hypothesis import strategies as st

from backstay.aws.network import Network
from backstay.outputs import KeyOutputs
from backstay.testing import Synthesized
from backstay.topology import Cloud, CloudRegion, NetworkSpec, aws_region
from backstay.topology.catalog import catalog
from tests.aws.surroundings import NAMES, REGION, in_region

KEY = KeyOutputs(id="arn:aws:kms:us-east-1:123456789012:key/logs", alias="alias/acme/production/logs")
ZONES = ("us-east-1a", "us-east-1b", "us-east-1d")
ANYWHERE = "0.0.0.0/0"

# AWS takes subnets of /16 to /28: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
SMALLEST_SUBNET = 28


def network(**given: Any) -> Synthesized:
    wiring = {"spec": NetworkSpec(), "region": REGION, "names": NAMES, "key": KEY}

    def build(scope: TerraformStack) -> Construct:
        made = Network(scope, "network", **wiring | given)
        for name, value in asdict(made.outputs).items():
            # jsii has no tuples.
            TerraformOutput(scope, name, value=list(value) if isinstance(value, tuple) else value, static_id=True)
        return made

    return in_region(build)


@pytest.fixture(scope="module")
def kept() -> Synthesized:
    return network()


@pytest.fixture(scope="module")
def disposable() -> Synthesized:
    return network(disposable=True)


@pytest.fixture(scope="module")
def of_cluster() -> Synthesized:
    return network(cluster_name="ai-cluster")


@pytest.fixture(scope="module")
def in_named_zones() -> Synthesized:
    return network(spec=NetworkSpec(zones=ZONES))


def name_in(reference: str) -> str:
    """The logical name that a reference such as `${aws_subnet.NAME.id}` is to."""
    found = re.fullmatch(r"\$\{(?:data\.)?\w+\.([\w-]+)\..+\}", reference)
    assert found, f"{reference} refers to no resource"
    return found[1]


def subnets(made: Synthesized, kind: str) -> dict[str, dict[str, Any]]:
    return {name: body for name, body in made.all("aws_subnet").items() if f"_{kind}_" in name}


def route_of(made: Synthesized, subnet: str) -> dict[str, Any]:
    """The way out of a subnet: the route in the table that it is associated with."""
    (table,) = (
        body["route_table_id"]
        for body in made.all("aws_route_table_association").values()
        if name_in(body["subnet_id"]) == subnet
    )
    # The public table is named through its route, so that a subnet cannot have the one without the other.
    table = name_in(table)
    if table in made.all("aws_route"):
        return made.all("aws_route")[table]
    (route,) = (body for body in made.all("aws_route").values() if name_in(body["route_table_id"]) == table)
    return route


def zone_number(name: str) -> str:
    found = re.search(r"zone-(\d)", name)
    assert found
    return found[1]


def test_it_spans_three_zones(kept: Synthesized) -> None:
    for kind in ("private", "public"):
        assert {zone_number(name) for name in subnets(kept, kind)} == {"0", "1", "2"}


def test_names_resolve_in_it(kept: Synthesized) -> None:
    vpc = kept.only("aws_vpc")
    assert vpc["enable_dns_support"] is True
    assert vpc["enable_dns_hostnames"] is True


@pytest.mark.parametrize("given", [{}, {"disposable": True}, {"spec": NetworkSpec(zones=ZONES)}])
def test_no_machine_gets_a_public_address_by_itself(given: dict[str, Any]) -> None:
    assert [body["map_public_ip_on_launch"] for body in network(**given).all("aws_subnet").values()] == [False] * 6


def test_private_machines_leave_through_their_own_zone(kept: Synthesized) -> None:
    for name in subnets(kept, "private"):
        nat = name_in(route_of(kept, name)["nat_gateway_id"])
        stands_in = name_in(kept.all("aws_nat_gateway")[nat]["subnet_id"])
        assert zone_number(nat) == zone_number(stands_in) == zone_number(name)


def test_no_private_subnet_has_a_way_in(kept: Synthesized) -> None:
    assert all("gateway_id" not in route_of(kept, name) for name in subnets(kept, "private"))


def test_public_subnets_reach_the_internet_directly(kept: Synthesized) -> None:
    (gateway,) = kept.all("aws_internet_gateway")
    for name in subnets(kept, "public"):
        route = route_of(kept, name)
        assert route["destination_cidr_block"] == ANYWHERE
        assert name_in(route["gateway_id"]) == gateway


def test_each_nat_gateway_has_an_address_of_its_own(kept: Synthesized) -> None:
    addresses = {name_in(nat["allocation_id"]) for nat in kept.all("aws_nat_gateway").values()}
    assert addresses == set(kept.all("aws_eip"))
    assert len(addresses) == 3


def test_zones_of_a_disposable_network_share_a_nat_gateway(disposable: Synthesized) -> None:
    (nat,) = disposable.all("aws_nat_gateway")
    ways = {name_in(route_of(disposable, name)["nat_gateway_id"]) for name in subnets(disposable, "private")}
    assert ways == {nat}
    assert len(disposable.all("aws_eip")) == 1


@pytest.mark.parametrize(("nat", "disposable", "gateways"), [("single", False, 1), ("per-zone", True, 3)])
def test_the_number_of_nat_gateways_can_be_chosen(nat: Any, disposable: bool, gateways: int) -> None:
    made = network(spec=NetworkSpec(nat=nat), disposable=disposable)
    assert len(made.all("aws_nat_gateway")) == gateways


def test_private_subnets_have_route_tables_of_their_own_even_with_a_shared_way_out(disposable: Synthesized) -> None:
    tables = {route_of(disposable, name)["route_table_id"] for name in subnets(disposable, "private")}
    assert len(tables) == 3


def test_zones_that_take_no_cluster_and_local_zones_are_left_out(kept: Synthesized) -> None:
    seen = kept.only("aws_availability_zones", section="data")
    assert seen["filter"] == [{"name": "opt-in-status", "values": ["opt-in-not-required"]}]
    assert seen["exclude_zone_ids"] == ["use1-az3", "usw1-az2", "cac1-az3"]


def test_a_region_with_too_few_zones_is_refused_before_anything_is_made(kept: Synthesized) -> None:
    (condition,) = kept.only("aws_availability_zones", section="data")["lifecycle"]["postcondition"]
    assert condition["condition"] == "${length(self.names) >= 3}"
    assert condition["error_message"].startswith("region us-east-1 shows this account fewer than three")


def test_a_zone_that_aws_opens_later_moves_no_subnet(kept: Synthesized) -> None:
    for body in subnets(kept, "private").values():
        assert body["availability_zone"].startswith("${data.aws_availability_zones.")
        assert body["lifecycle"] == {"ignore_changes": ["availability_zone"]}


def test_a_zones_two_subnets_stay_together(kept: Synthesized) -> None:
    for name, body in subnets(kept, "public").items():
        private = name_in(body["availability_zone"])
        assert private in subnets(kept, "private")
        assert zone_number(private) == zone_number(name)


def test_named_zones_are_used_as_they_are(in_named_zones: Synthesized) -> None:
    private = subnets(in_named_zones, "private").values()
    assert tuple(body["availability_zone"] for body in private) == ZONES
    assert not in_named_zones.all("aws_availability_zones", section="data")


def test_a_change_of_named_zones_is_not_passed_over(in_named_zones: Synthesized) -> None:
    assert all("lifecycle" not in body for body in in_named_zones.all("aws_subnet").values())


def test_what_names_no_security_group_is_cut_off(kept: Synthesized) -> None:
    group = kept.only("aws_default_security_group")
    assert not group.get("ingress")
    assert not group.get("egress")


def test_a_clusters_load_balancers_find_their_subnets(of_cluster: Synthesized) -> None:
    for kind, role in (("private", "internal-elb"), ("public", "elb")):
        for body in subnets(of_cluster, kind).values():
            assert body["tags"][f"kubernetes.io/role/{role}"] == "1"
            assert body["tags"]["kubernetes.io/cluster/ai-cluster"] == "shared"


def test_without_a_cluster_no_subnet_is_offered_to_one(kept: Synthesized) -> None:
    keys = {key for body in kept.all("aws_subnet").values() for key in body["tags"]}
    assert keys == {"Name"}


def test_everything_has_a_name_for_the_console(kept: Synthesized) -> None:
    names = [body["tags"]["Name"] for type_ in ("aws_subnet", "aws_eip") for body in kept.all(type_).values()]
    assert len(set(names)) == len(names) == 9
    assert all(name.startswith(NAMES.network()) for name in names)


def test_what_uses_a_subnet_waits_for_its_way_out(kept: Synthesized) -> None:
    for kind in ("private", "public"):
        for output in kept.document["output"][f"{kind}_subnets"]["value"]:
            association = kept.all("aws_route_table_association")[name_in(output)]
            (awaited,) = association["depends_on"]
            assert awaited.removeprefix("aws_route.") in kept.all("aws_route")


def test_it_hands_on_its_zones_in_the_order_of_its_subnets(kept: Synthesized) -> None:
    outputs = {name: body["value"] for name, body in kept.document["output"].items()}
    order = ["0", "1", "2"]
    assert [zone_number(zone) for zone in outputs["zones"]] == order
    assert [zone_number(subnet) for subnet in outputs["private_subnets"]] == order
    assert [zone_number(subnet) for subnet in outputs["public_subnets"]] == order


def test_it_hands_on_addresses_that_are_known_before_a_plan(kept: Synthesized) -> None:
    assert kept.document["output"]["cidr"]["value"] == kept.only("aws_vpc")["cidr_block"] == "10.0.0.0/16"


def test_its_addresses_can_be_chosen() -> None:
    made = network(spec=NetworkSpec.model_validate({"cidr": "172.20.0.0/18"}))
    assert made.only("aws_vpc")["cidr_block"] == "172.20.0.0/18"
    whole = IPv4Network("172.20.0.0/18")
    assert all(IPv4Network(body["cidr_block"]).subnet_of(whole) for body in made.all("aws_subnet").values())


def test_a_region_without_computed_addresses_needs_chosen_ones() -> None:
    with pytest.raises(ValueError, match=r"set network\.cidr"):
        network(region=aws_region("eu-west-9"))


def test_it_has_the_same_addresses_in_every_region(kept: Synthesized) -> None:
    assert network(region=aws_region("ap-southeast-1")).addresses == kept.addresses


def aws_regions() -> list[CloudRegion]:
    tables = catalog(Cloud.AWS)
    assert tables
    return [aws_region(name) for name in tables.regions]


def all_subnets(region: CloudRegion, spec: NetworkSpec) -> list[IPv4Network]:
    plan = spec.address_plan(region)
    return [*plan.private, *plan.public]


def test_no_two_regions_overlap() -> None:
    every = [NetworkSpec().address_plan(region).network for region in aws_regions()]
    assert not [pair for pair in combinations(every, 2) if pair[0].overlaps(pair[1])]


@pytest.mark.parametrize("region", aws_regions(), ids=str)
def test_subnets_of_every_region_are_disjoint_and_within_it(region: CloudRegion) -> None:
    cut = all_subnets(region, NetworkSpec())
    assert not [pair for pair in combinations(cut, 2) if pair[0].overlaps(pair[1])]
    assert all(subnet.subnet_of(NetworkSpec().address_plan(region).network) for subnet in cut)


@given(length=st.integers(16, 20), number=st.integers(0, 0xFFFFFFFF))
def test_subnets_of_any_chosen_network_are_disjoint_and_large_enough(length: int, number: int) -> None:
    # Ten in front keeps to private addresses, whatever follows.
    whole = IPv4Network(((10 << 24) | (number & 0xFFFFFF), length), strict=False)
    cut = all_subnets(REGION, NetworkSpec.model_validate({"cidr": str(whole)}))
    assert not [pair for pair in combinations(cut, 2) if pair[0].overlaps(pair[1])]
    assert all(subnet.subnet_of(whole) and subnet.prefixlen <= SMALLEST_SUBNET for subnet in cut)
