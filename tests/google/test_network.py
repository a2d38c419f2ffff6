"""A region's private network."""

from dataclasses import asdict
from ipaddress import IPv4Network
from typing import Any

import pytest
from cdktf import TerraformOutput, TerraformStack
from constructs import Construct

from backstay.google.network import PODS_RANGE, SERVICES_RANGE, Network
from backstay.testing import Synthesized
from backstay.topology import NetworkSpec, google_region
from tests.google.surroundings import KEY, NAMES, REGION, in_region

ZONES = ("europe-west4-c", "europe-west4-a", "europe-west4-b")


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


def outputs(made: Synthesized) -> dict[str, Any]:
    return {name: output["value"] for name, output in made.document["output"].items()}


def test_nothing_comes_in_but_what_machines_themselves_allow(kept: Synthesized) -> None:
    assert "allow" not in kept.only("google_compute_firewall")


def test_it_belongs_to_one_region(kept: Synthesized) -> None:
    vpc = kept.only("google_compute_network")
    assert vpc["auto_create_subnetworks"] is False
    assert vpc["routing_mode"] == "REGIONAL"
    assert {subnet["region"] for subnet in kept.all("google_compute_subnetwork").values()} == {"europe-west4"}


def test_two_regions_of_a_project_share_no_name_of_what_has_no_region(kept: Synthesized) -> None:
    other = network(region=google_region("us-central1"))
    for type_ in (
        "google_compute_network",
        "google_compute_firewall",
        "google_compute_global_address",
        "google_dns_policy",
        "google_logging_project_sink",
        "google_logging_project_exclusion",
    ):
        here, there = ({body["name"] for body in made.all(type_).values()} for made in (kept, other))
        assert here
        assert not here & there


def test_pods_and_services_have_ranges_of_their_own(kept: Synthesized) -> None:
    machines = kept.one("google_compute_subnetwork", "machines")
    ranges = {found["range_name"]: found["ip_cidr_range"] for found in machines["secondary_ip_range"]}
    assert ranges == {PODS_RANGE: "10.145.0.0/17", SERVICES_RANGE: "10.145.192.0/20"}
    assert machines["ip_cidr_range"] == "10.145.128.0/18"


def test_proxies_of_load_balancers_have_a_subnet_of_their_own(kept: Synthesized) -> None:
    proxies = kept.one("google_compute_subnetwork", "proxies")
    assert (proxies["purpose"], proxies["role"]) == ("REGIONAL_MANAGED_PROXY", "ACTIVE")
    # Google refuses flow logs there.
    assert "log_config" not in proxies


def test_machines_reach_googles_services_without_an_address_of_the_internet(kept: Synthesized) -> None:
    assert kept.one("google_compute_subnetwork", "machines")["private_ip_google_access"] is True


def test_every_flow_is_logged(kept: Synthesized) -> None:
    log = kept.one("google_compute_subnetwork", "machines")["log_config"]
    assert (log["flow_sampling"], log["metadata"]) == (1, "INCLUDE_ALL_METADATA")


def test_no_machine_starts_before_it_has_a_way_out(kept: Synthesized) -> None:
    (nat,) = kept.all("google_compute_router_nat")
    machines = kept.one("google_compute_subnetwork", "machines")
    assert machines["depends_on"] == [f"google_compute_router_nat.{nat}"]


def test_the_way_out_logs_what_it_could_not_do_and_gives_ports_as_needed(kept: Synthesized) -> None:
    nat = kept.only("google_compute_router_nat")
    assert nat["log_config"] == {"enable": True, "filter": "ERRORS_ONLY"}
    # Google refuses the two together.
    assert (nat["enable_dynamic_port_allocation"], nat["enable_endpoint_independent_mapping"]) == (True, False)


def test_names_that_are_looked_up_are_logged(kept: Synthesized) -> None:
    policy = kept.only("google_dns_policy")
    (vpc,) = kept.all("google_compute_network")
    assert policy["enable_logging"] is True
    assert policy["networks"] == [{"network_url": f"${{google_compute_network.{vpc}.id}}"}]


def test_googles_services_get_addresses_that_nothing_else_has(kept: Synthesized) -> None:
    reserved = kept.only("google_compute_global_address")
    assert (reserved["purpose"], reserved["address_type"]) == ("VPC_PEERING", "INTERNAL")
    peered = IPv4Network(f"{reserved['address']}/{reserved['prefix_length']}")
    assert peered == IPv4Network("10.145.224.0/20")
    (name,) = kept.all("google_compute_global_address")
    connection = kept.only("google_service_networking_connection")
    assert connection["reserved_peering_ranges"] == [f"${{google_compute_global_address.{name}.name}}"]


def test_it_hands_on_its_subnets_and_zones(kept: Synthesized) -> None:
    found = outputs(kept)
    subnets = kept.all("google_compute_subnetwork")
    (machines,) = (name for name in subnets if "machines" in name)
    (proxies,) = (name for name in subnets if "proxies" in name)
    assert found["cidr"] == "10.145.0.0/16"
    assert found["private_subnets"] == [f"${{google_compute_subnetwork.{machines}.id}}"]
    assert found["public_subnets"] == [f"${{google_compute_subnetwork.{proxies}.id}}"]
    assert found["zones"] == ["europe-west4-a", "europe-west4-b", "europe-west4-c"]


def test_three_zones_are_enough_where_a_region_has_more() -> None:
    assert len(outputs(network(region=google_region("us-central1")))["zones"]) == 3


def test_named_zones_are_used_in_their_order() -> None:
    assert outputs(network(spec=NetworkSpec(zones=ZONES)))["zones"] == [*ZONES]


def test_a_region_that_is_not_known_needs_its_zones_and_addresses_named() -> None:
    nowhere = google_region("moon-east1")
    with pytest.raises(ValueError, match="region 'moon-east1' is not a google region that Backstay knows; set network"):
        network(region=nowhere)
    zones = ("moon-east1-a", "moon-east1-b", "moon-east1-c")
    named = network(region=nowhere, spec=NetworkSpec(zones=zones, cidr=IPv4Network("10.250.0.0/16")))
    assert outputs(named)["zones"] == [*zones]


def test_it_has_the_same_addresses_in_every_region(kept: Synthesized) -> None:
    assert network(region=google_region("asia-southeast1")).addresses == kept.addresses


def test_flow_logs_are_kept_in_the_region_and_under_its_key(kept: Synthesized) -> None:
    bucket = kept.only("google_logging_project_bucket_config")
    assert (bucket["location"], bucket["retention_days"]) == ("europe-west4", 90)
    assert bucket["cmek_settings"] == {"kms_key_name": KEY.id}
    assert bucket["lifecycle"] == {"prevent_destroy": True}


def test_flow_logs_are_kept_once(kept: Synthesized) -> None:
    sink, exclusion = (kept.only(f"google_logging_project_{kind}") for kind in ("sink", "exclusion"))
    (bucket,) = kept.all("google_logging_project_bucket_config")
    destination = f"logging.googleapis.com/${{google_logging_project_bucket_config.{bucket}.id}}"
    assert sink["destination"] == destination
    (machines,) = (name for name in kept.all("google_compute_subnetwork") if "machines" in name)
    assert f'subnetwork_id="${{google_compute_subnetwork.{machines}.subnetwork_id}}"' in sink["filter"]
    assert exclusion["filter"] == sink["filter"]


def test_a_disposable_log_bucket_can_be_made_again_within_a_week(disposable: Synthesized) -> None:
    bucket = disposable.only("google_logging_project_bucket_config")
    assert "lifecycle" not in bucket
    assert "terraform_data." in bucket["bucket_id"]


def test_the_key_is_used_once_its_grant_has_had_time_to_spread(kept: Synthesized) -> None:
    (machines,) = (name for name in kept.all("google_compute_subnetwork") if "machines" in name)
    before = kept.only("google_logging_project_bucket_config")["depends_on"]
    assert before == [f"google_compute_subnetwork.{machines}"]


def test_logs_are_kept_for_no_longer_than_google_keeps_them() -> None:
    made = network(spec=NetworkSpec(flow_logs_days=3653))
    assert made.only("google_logging_project_bucket_config")["retention_days"] == 3650
