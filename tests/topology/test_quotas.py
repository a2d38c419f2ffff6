"""What an account must be allowed to run."""

import pytest

from backstay.topology import Region
from backstay.topology.quotas import vcpus_needed
from tests.topology.sample import standby

CLUSTER = {"gpu_nodes": {"instance_type": "g6.2xlarge", "desired": 1, "maximum": 3}}
FLEET = {"instance_type": "g5.xlarge", "desired": 2, "maximum": 5}
GOOGLE_NODES = {"instance_type": "g2-standard-8"}
INSTANCES = {"instance_type": "p5.48xlarge", "count": 2}


def needed(region: Region) -> dict[str, int]:
    return {quota.code: vcpus for quota, vcpus in vcpus_needed(region).items()}


def test_everything_that_one_quota_counts_is_added_up_at_its_full_size() -> None:
    assert needed(standby(cluster=CLUSTER, fleet=FLEET)) == {"L-DB2E81BA": 3 * 8 + 5 * 4}


def test_each_kind_of_machine_has_its_quota() -> None:
    assert needed(standby(cluster=CLUSTER, instances=INSTANCES)) == {"L-DB2E81BA": 24, "L-417A185B": 384}


@pytest.mark.parametrize(
    ("size", "code"),
    [
        ("g6.xlarge", "L-3819A6DF"),
        ("gr6.4xlarge", "L-3819A6DF"),
        ("p4d.24xlarge", "L-7212CCBC"),
        ("p5en.48xlarge", "L-C4BD4855"),
    ],
)
def test_spot_machines_have_quotas_of_their_own(size: str, code: str) -> None:
    nodes = {"gpu_nodes": {"instance_type": size, "purchase": "spot"}}
    assert list(needed(standby(cluster=nodes))) == [code]


def test_reserved_machines_are_counted_and_those_of_capacity_blocks_are_not() -> None:
    reserved = {"reservation": {"id": "cr-0123456789abcdef0"}}
    blocks = {"reservation": {"id": "cr-0123456789abcdef0", "kind": "capacity-block"}}
    assert needed(standby(instances=INSTANCES | reserved))["L-417A185B"] == 384
    assert "L-417A185B" not in needed(standby(instances=INSTANCES | blocks))


def test_what_is_not_known_is_left_out() -> None:
    assert needed(standby(cloud="google", region="europe-west1", cluster={"gpu_nodes": GOOGLE_NODES})) == {}
    assert needed(standby(cluster={"gpu_nodes": {"instance_type": "g99.xlarge"}})) == {}
