"""Durations as Azure's resources write them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.azure.iso8601 import iso8601
from backstay.topology import Duration

MINUTE, WEEK = Duration.parse("1m"), Duration.parse("7d")


@pytest.mark.parametrize(
    ("written", "expected"), [("10m", "PT10M"), ("60m", "PT1H"), ("90m", "PT1H30M"), ("61s", "PT2M"), ("2d", "PT48H")]
)
def test_minutes_are_rounded_up_and_hours_stand_apart(written: str, expected: str) -> None:
    assert iso8601(Duration.parse(written), least=MINUTE, most=WEEK) == expected


@given(st.integers(min_value=0, max_value=20 * 86_400))
def test_a_duration_stays_within_its_bounds_and_loses_less_than_a_minute(seconds: int) -> None:
    match = re.fullmatch(r"PT(?:(\d+)H)?(?:(\d+)M)?", iso8601(Duration(seconds), least=MINUTE, most=WEEK))
    assert match is not None
    written = int(match[1] or 0) * 3_600 + int(match[2] or 0) * 60
    wanted = min(max(seconds, MINUTE.seconds), WEEK.seconds)
    assert 0 <= written - wanted < 60
