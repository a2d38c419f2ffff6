"""What shows that an account may not run what its region may have to grow to."""

from backstay.aws.watch.quota_alarms import conditions
from tests.topology.sample import standby

NODES = {"gpu_nodes": {"instance_type": "g6.2xlarge", "desired": 2, "maximum": 5}}


def test_a_quota_below_the_full_size_is_told_of_with_what_to_ask_for() -> None:
    (condition,) = conditions(standby(cluster=NODES))
    assert (condition.expression, condition.comparison, condition.threshold) == ("SERVICE_QUOTA(vcpus)", "<", 40)
    assert condition.metrics["vcpus"].dimensions["Class"] == "G/OnDemand"
    assert "L-DB2E81BA" in condition.says
    assert "40 vCPUs" in condition.says


def test_a_region_without_gpus_has_no_quota_to_watch() -> None:
    assert conditions(standby(cluster=None)) == []
