"""Who is told, and from when on."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from backstay.topology.monitoring import MonitoringSpec
from backstay.topology.quantities import Percentage

ONCALL = "arn:aws:sns:eu-west-1:123456789012:oncall"


def test_a_topic_is_told_by_its_own_region_only() -> None:
    spec = MonitoringSpec(topics=(ONCALL,))
    assert spec.topics_in("eu-west-1") == (ONCALL,)
    assert spec.topics_in("eu-west-2") == ()


def test_people_are_told_when_a_months_errors_are_spent_in_two_days() -> None:
    assert MonitoringSpec().errors_at(Percentage.parse("99.9%")) == Percentage(Decimal("1.44"))


def test_a_share_of_errors_that_is_given_counts() -> None:
    assert MonitoringSpec(errors=Percentage.parse("2%")).errors_at(Percentage.parse("99%")) == Percentage.parse("2%")


@given(st.decimals(min_value=0, max_value=100, places=4))
def test_no_promise_allows_more_errors_than_requests(promised: Decimal) -> None:
    assert 0 <= MonitoringSpec().errors_at(Percentage(promised)).percent <= 100


@pytest.mark.parametrize("email", ["oncall", "oncall@", "on call@example.com", "a@example.com\nb@example.com"])
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(ValidationError, match="must be an e-mail address"):
        MonitoringSpec(emails=(email,))


@pytest.mark.parametrize("silence", ["90s", "59s", "31m"])
def test_silence_is_whole_minutes_up_to_half_an_hour(silence: str) -> None:
    with pytest.raises(ValidationError, match=r"whole minutes|must be from 1m to 30m"):
        MonitoringSpec.model_validate({"silence": silence})
