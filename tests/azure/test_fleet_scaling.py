"""How many machines a fleet has."""

from typing import Any

import pytest

from tests.azure.test_gpu_fleet import fleet


def profile_of(**spec: Any) -> dict[str, Any]:
    (profile,) = fleet(**spec).only("azurerm_monitor_autoscale_setting")["profile"]
    return profile


@pytest.fixture(scope="module")
def rules() -> dict[str, dict[str, Any]]:
    profile = profile_of(desired=3, target_cpu="72.5%", warm_up="90m")
    return {rule["scale_action"]["direction"]: rule for rule in profile["rule"]}


def test_the_number_of_machines_stays_between_its_bounds() -> None:
    assert profile_of(desired=3, minimum=2, maximum=9)["capacity"] == {"default": 3, "minimum": 2, "maximum": 9}


def test_a_fleet_doubles_within_two_steps_when_it_takes_over_a_load(rules: dict[str, dict[str, Any]]) -> None:
    up = rules["Increase"]["scale_action"]
    assert up["type"] == "PercentChangeCount"
    assert (1 + up["value"] / 100) ** 2 >= 2


def test_it_grows_above_the_wanted_utilisation(rules: dict[str, dict[str, Any]]) -> None:
    trigger = rules["Increase"]["metric_trigger"]
    assert (trigger["metric_name"], trigger["operator"], trigger["threshold"]) == (
        "Percentage CPU",
        "GreaterThan",
        72.5,
    )


def test_it_shrinks_one_by_one_when_one_machine_could_do_the_work_of_two(rules: dict[str, dict[str, Any]]) -> None:
    trigger, down = rules["Decrease"]["metric_trigger"], rules["Decrease"]["scale_action"]
    assert (trigger["operator"], trigger["threshold"]) == ("LessThan", 72.5 / 2)
    assert (down["type"], down["value"]) == ("ChangeCount", 1)


def test_each_step_waits_until_the_last_one_is_warm(rules: dict[str, dict[str, Any]]) -> None:
    assert {rule["scale_action"]["cooldown"] for rule in rules.values()} == {"PT1H30M"}
    cold = profile_of(warm_up="0s")["rule"]
    assert {rule["scale_action"]["cooldown"] for rule in cold} == {"PT1M"}
