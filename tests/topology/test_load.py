"""What regions have to carry when another is lost."""

from fractions import Fraction
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from backstay.topology import Environment
from backstay.topology.load import Load, machines_for, needed, share_after_a_loss, whole_load
from tests.topology.sample import environment

PARTS = ("primary", "secondary", "tertiary", "quaternary")


def sharing(*shares: int) -> Environment:
    """Regions that share the traffic; those with none wait."""
    regions: dict[str, Any] = {
        part: {
            "cloud": "aws",
            "region": region,
            "status": "active" if share else "standby",
            "traffic": f"{share}%",
            "llm_service": {"replicas": 2},
            "vector_db": "replica" if number else "primary",
        }
        for number, (part, region, share) in enumerate(
            zip(PARTS, ("us-east-1", "eu-west-1", "ap-southeast-1", "sa-east-1"), shares, strict=False)
        )
    }
    return environment({"mode": "active-active", "regions": regions})


def shares_of(environment: Environment) -> dict[str, Fraction]:
    return {role: share_after_a_loss(environment, role) for role in environment.regions}


def test_the_clients_of_a_lost_region_are_shared_out_as_the_others_share_theirs() -> None:
    assert shares_of(sharing(50, 30, 20)) == {
        "primary": Fraction(5, 7),  # of 70%, without the secondary
        "secondary": Fraction(3, 5),  # of 50%, without the primary
        "tertiary": Fraction(2, 5),
    }


def test_a_standby_carries_everything() -> None:
    assert shares_of(sharing(50, 50, 0)) == {"primary": 1, "secondary": 1, "tertiary": 1}


def test_a_region_that_is_the_only_active_one_carries_everything_as_it_does_every_day() -> None:
    assert shares_of(sharing(100, 0)) == {"primary": 1, "secondary": 1}


@given(st.lists(st.integers(1, 97), min_size=2, max_size=4))
def test_whichever_active_region_is_lost_the_others_carry_the_whole_load(shares: list[int]) -> None:
    assume(sum(shares[:-1]) < 100)
    environment = sharing(*shares[:-1], 100 - sum(shares[:-1]))
    whole = whole_load(environment)
    for lost in environment.regions:
        left = sum((needed(environment, role) for role in environment.regions if role != lost), Load())
        assert left.copies >= whole.copies
        assert left.cluster_gpus >= whole.cluster_gpus


def test_the_load_is_what_active_regions_run_on_a_good_day() -> None:
    gpus = "regions.primary.cluster.gpu_nodes"
    sample = environment({f"{gpus}.instance_type": "g5.12xlarge", f"{gpus}.desired": 3})
    assert whole_load(sample) == Load(copies=2, cluster_gpus=12, fleet_gpus=0)


def test_machines_with_more_gpus_are_needed_in_smaller_numbers() -> None:
    sample = environment({"regions.secondary.cluster.gpu_nodes.instance_type": "g5.12xlarge"})
    region = sample.regions["secondary"]
    assert region.cluster
    assert [machines_for(gpus, region.cluster.gpu_nodes, region) for gpus in (0, 1, 4, 5)] == [0, 1, 1, 2]
