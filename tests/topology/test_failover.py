"""How a failover is described."""

from typing import Any

import pytest
from pydantic import ValidationError

from backstay.topology import Cloud, Region
from backstay.topology.catalog.aws_data import STRONG_CONSISTENCY_SETS
from backstay.topology.failover import FailoverSpec, succession, witness_for


def region(name: str, **more: Any) -> Region:
    return Region(cloud=Cloud.AWS, region=name, status="active", traffic="50%", **more)


REGIONS = {
    "primary": region("us-east-1", vector_db="replica"),
    "secondary": region("eu-west-1", vector_db="primary"),
    "tertiary": region("ap-southeast-1", vector_db="replica"),
}


def names(spec: FailoverSpec) -> list[str]:
    return [each.region for each in succession(spec, REGIONS)]


def test_region_that_writes_comes_first_and_the_others_as_in_the_file() -> None:
    assert names(FailoverSpec()) == ["eu-west-1", "us-east-1", "ap-southeast-1"]


def test_order_of_the_spec_wins() -> None:
    assert names(FailoverSpec(order=("tertiary", "secondary", "primary")))[0] == "ap-southeast-1"


@pytest.mark.parametrize("order", [("primary",), ("primary", "secondary", "other"), ("primary", "primary", "tertiary")])
def test_order_that_is_not_of_all_regions_is_refused(order: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="it must name each of primary, secondary, tertiary once"):
        succession(FailoverSpec(order=order), REGIONS)


def test_one_sign_that_comes_late_is_no_loss() -> None:
    with pytest.raises(ValidationError, match="from 2m to 1h"):
        FailoverSpec(observe="60s")


def test_detection_counts_the_start_and_every_answer_that_does_not_come() -> None:
    # One minute to the next start and 5 s for the first question, then nine times 20 s and 5 s.
    assert FailoverSpec(observe="3m").detection.seconds == 60 + 5 + 9 * 25


def test_two_of_a_set_have_the_third_for_a_witness_and_three_need_none() -> None:
    for together in STRONG_CONSISTENCY_SETS:
        first, *others = sorted(together)
        assert witness_for([first, others[0]]) in together - {first, others[0]}
        assert witness_for([first, *others[:2]]) is None


@pytest.mark.parametrize("regions", [["us-east-1", "eu-west-1"], ["us-east-1"], ["us-east-1", "us-east-1"]])
def test_regions_of_different_sets_cannot_decide_together(regions: list[str]) -> None:
    with pytest.raises(ValueError, match="or consistency: eventual"):
        witness_for(regions)
