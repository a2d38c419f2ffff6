"""How Azure learns whether a machine of a fleet is alive."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from backstay.azure.fleet_health import health_extension
from backstay.topology import Duration

WARM_UPS = st.integers(min_value=0, max_value=7_200)


def question(warm_up: int) -> dict[str, Any]:
    settings = health_extension(8000, warm_up=Duration(warm_up)).settings
    assert settings is not None
    return json.loads(settings)


def patience(asked: dict[str, Any]) -> int:
    """Seconds for which an answer has to stay the same until it counts."""
    return asked["intervalInSeconds"] * asked["numberOfProbes"]


@given(WARM_UPS)
def test_settings_are_what_the_extension_accepts(warm_up: int) -> None:
    asked = question(warm_up)
    assert 5 <= asked["intervalInSeconds"] <= 60
    assert 1 <= asked["numberOfProbes"] <= 24
    assert asked["gracePeriod"] <= 14_400


@given(st.integers(min_value=0, max_value=24 * 60))
def test_a_machine_that_warms_up_is_not_taken_for_dead(warm_up: int) -> None:
    assert patience(question(warm_up)) >= warm_up


@given(WARM_UPS)
def test_a_machine_that_is_warm_in_time_is_seen_alive_before_its_grace_ends(warm_up: int) -> None:
    asked = question(warm_up)
    assert asked["gracePeriod"] >= warm_up + patience(asked)


def test_what_is_warm_at_once_is_known_dead_soon() -> None:
    assert patience(question(0)) <= 30
