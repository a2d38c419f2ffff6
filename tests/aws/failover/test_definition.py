"""The definition of a failover, as data."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.aws.failover.definition import definition
from backstay.aws.failover.plan import FailoverPlan, Fleet, Pace, Pool, Stores, successor

REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-1")
PLAN = FailoverPlan(
    region="eu-west-1",
    succession=REGIONS,
    table="control",
    topic="arn:aws:sns:eu-west-1:123456789012:alarms",
    connection="arn:aws:events:eu-west-1:123456789012:connection/health/1",
    health_url="https://{}.llm.example.com/health",
    pace=Pace(answer=5, look=20, observe=180, poll=15, approval=1800, promotion=600, capacity=1200, health=900),
    health_alarms=("unfit",),
    staleness_alarm="stale",
    cluster_arn="arn:aws:rds:eu-west-1:123456789012:cluster:vectors",
    stores=Stores("vectors", "cache"),
    pools=(Pool("GPU nodes", "main", "gpu", 10),),
    fleets=(Fleet("GPU fleet", "fleet", 4),),
)
plans = st.builds(
    replace,
    st.just(PLAN),
    region=st.sampled_from(REGIONS),
    is_warm=st.booleans(),
    any_may_succeed=st.booleans(),
    automatic=st.booleans(),
    approval=st.booleans(),
    health_alarms=st.sampled_from([(), ("unfit",)]),
    staleness_alarm=st.sampled_from([None, "stale"]),
    stores=st.sampled_from([Stores(), Stores("vectors"), Stores(None, "cache"), Stores("vectors", "cache")]),
    pools=st.sampled_from([(), PLAN.pools]),
    fleets=st.sampled_from([(), PLAN.fleets]),
)

Machine = Mapping[str, Any]


def machines(machine: Machine) -> Iterator[Machine]:
    """A machine and the branches in it, each of which has states of its own."""
    yield machine
    for state in machine["States"].values():
        for branch in state.get("Branches", []):
            yield from machines(branch)


def followers(state: Mapping[str, Any]) -> set[str]:
    rules = [*state.get("Choices", []), *state.get("Catch", [])]
    named = [state.get("Next"), state.get("Default"), *(rule["Next"] for rule in rules)]
    return {name for name in named if name}


def reached(machine: Machine) -> set[str]:
    found, ahead = set(), {machine["StartAt"]}
    while ahead:
        name = ahead.pop()
        found.add(name)
        ahead |= followers(machine["States"][name]) - found
    return found


def tasks(machine: Machine) -> Iterator[Mapping[str, Any]]:
    for part in machines(machine):
        yield from (state for state in part["States"].values() if state["Type"] == "Task")


@given(plans)
def test_every_state_is_reached_and_every_next_state_is_there(plan: FailoverPlan) -> None:
    for machine in machines(definition(plan)):
        assert reached(machine) == set(machine["States"])


@given(plans)
def test_every_name_is_short_enough_and_there_once(plan: FailoverPlan) -> None:
    names = [name for machine in machines(definition(plan)) for name in machine["States"]]
    assert len(set(names)) == len(names)
    assert max(map(len, names)) <= 80


@given(plans)
def test_every_call_has_a_limit_and_every_failure_is_told(plan: FailoverPlan) -> None:
    machine = definition(plan)
    assert all(state["TimeoutSeconds"] > 0 for state in tasks(machine))
    told = {"failed", "Tell: failed"}
    for name, state in machine["States"].items():
        if state["Type"] in ("Task", "Parallel") and name not in told:
            assert state["Catch"][-1]["ErrorEquals"] == ["States.ALL"], name


@given(plans)
def test_definition_is_within_what_step_functions_takes(plan: FailoverPlan) -> None:
    assert len(json.dumps(definition(plan))) < 1_048_576


@given(plans)
def test_nothing_is_called_by_a_program_of_ours(plan: FailoverPlan) -> None:
    assert not [state for state in tasks(definition(plan)) if "lambda" in state["Resource"]]


def test_calls_are_in_the_partition() -> None:
    machine = definition(replace(PLAN, partition="aws-us-gov"))
    assert {state["Resource"].split(":")[1] for state in tasks(machine)} == {"aws-us-gov"}


@pytest.mark.parametrize("order", list(permutations(REGIONS)))
@pytest.mark.parametrize("lost", REGIONS)
def test_of_all_regions_exactly_one_takes_over_from_a_lost_one(order: tuple[str, ...], lost: str) -> None:
    heirs = [
        region
        for region in order
        if region != lost and lost in replace(PLAN, region=region, succession=order).predecessors
    ]
    assert heirs == [successor(order, lost)]


def test_regions_that_decide_together_may_all_take_over() -> None:
    assert replace(PLAN, region=REGIONS[2], any_may_succeed=True).predecessors == REGIONS[:2]


def test_region_is_silent_for_as_long_as_the_plan_says() -> None:
    assert PLAN.pace.silent_looks * PLAN.pace.look == PLAN.pace.observe


def test_stores_and_machines_are_moved_side_by_side() -> None:
    branches = definition(PLAN)["States"]["Promote and grow"]["Branches"]
    assert [branch["StartAt"] for branch in branches] == [
        "Look at the vector database",
        "Look at the cache",
        "Look at GPU nodes",
        "Look at GPU fleet",
    ]


def test_data_may_be_lost_in_a_failover_and_never_in_a_switchover() -> None:
    (database, *_) = definition(PLAN)["States"]["Promote and grow"]["Branches"]
    assert database["States"]["Fail the vector database over"]["Parameters"]["AllowDataLoss"] is True
    assert "AllowDataLoss" not in database["States"]["Switch the vector database over"]["Parameters"]


def test_fence_holds_both_the_region_and_its_term() -> None:
    fence = definition(PLAN)["States"]["Take the term"]["Parameters"]
    first_try, _, again = fence["ConditionExpression"].partition(" OR ")
    assert first_try == "(#region = :lost AND term = :term)"
    assert again == "(term = :next AND execution = :execution)"


def test_approval_is_asked_of_everybody_and_start_of_the_schedule_only() -> None:
    states = definition(replace(PLAN, approval=True, automatic=False))["States"]
    assert states["Ask for approval"]["Resource"].endswith("sns:publish.waitForTaskToken")
    assert states["Did people start it"]["Choices"] == [
        {"Variable": "$.request.scheduled", "BooleanEquals": True, "Next": "waiting-for-people"}
    ]


def test_path_with_an_apostrophe_stays_one_text() -> None:
    states = definition(replace(PLAN, health_url="https://{}.llm.example.com/it's"))["States"]
    asked = states["Ask the primary's region for its health"]["Parameters"]["ApiEndpoint.$"]
    assert asked == r"States.Format('https://{}.llm.example.com/it\'s', $.primary.region)"


def test_cache_that_is_no_copy_of_another_is_left_alone() -> None:
    (_, cache, *_) = definition(PLAN)["States"]["Promote and grow"]["Branches"]
    first, *_ = cache["States"]["Does the cache take writes"]["Choices"]
    assert first["IsPresent"] is False
    assert first["Next"] == "Go on without the cache"


def test_cache_that_cannot_be_promoted_stops_nothing() -> None:
    (_, cache, *_) = definition(PLAN)["States"]["Promote and grow"]["Branches"]
    calls = [state for state in cache["States"].values() if "elasticache" in state.get("Resource", "")]
    assert len(calls) == 2
    for call in calls:
        assert call["Catch"] == [
            {"ErrorEquals": ["States.ALL"], "ResultPath": "$.error", "Next": "Go on without the cache"}
        ]
