"""Failovers that the embedded cloud carries out: real executions that call the emulated services."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

import pytest

from backstay.sandbox import Sandbox
from backstay.sandbox.outage import Symptom
from tests.aws.failover.furniture import furnish
from tests.aws.failover.world import (
    FIRST,
    FULL_FLEET,
    FULL_POOL,
    ILL,
    QUICK,
    SECOND,
    STALE,
    SUCCESSION,
    THIRD,
    World,
)

FULL = (FULL_POOL, FULL_FLEET)
SMALL = (1, 1)
DECLARED = {"declare_lost": True, "reason": "the power station is gone"}
BACK = {"mode": "switchover", "reason": "the first region is well again"}


@pytest.fixture(scope="module")
def regions(emulated_cloud: Sandbox) -> World:
    """Two regions of three."""
    made = World(emulated_cloud)
    furnish(made, (FIRST, SECOND))
    return made


@pytest.fixture
def world(regions: World) -> Iterator[World]:
    """Both with their controllers; the first has been primary for a while."""
    regions.rewind(FIRST, SECOND)
    for region in (FIRST, SECOND):
        regions.beat(region)
    yield regions
    for region in SUCCESSION:
        regions.sandbox.restore(region)


def steps(world: World, term: int, region: str = SECOND) -> dict[str, datetime]:
    """When each step of a failover was taken."""
    record = world.item(f"failover#{term}#{region}", region)
    return {step: datetime.fromisoformat(at) for step, at in record.items() if step not in ("id", "execution")}


@pytest.mark.sandbox
@pytest.mark.parametrize("symptom", Symptom)
def test_lost_region_is_replaced_and_the_second_run_changes_nothing(world: World, symptom: Symptom) -> None:
    assert world.run(SECOND) == "primary-answers"
    assert world.sizes(SECOND) == SMALL

    world.sandbox.lose(FIRST, symptom)
    assert world.run(SECOND) == "serving"
    assert world.primary() == (SECOND, 2, "serving")
    assert world.writers() == [SECOND]
    assert world.sizes(SECOND) == FULL
    taken = steps(world, 2)
    assert sorted(taken, key=taken.__getitem__)[:2] == ["decided", "term"]
    assert taken.keys() == {"decided", "term", "vector_db", "gpu_nodes", "gpu_fleet", "serving"}
    assert max(taken.values()) == taken["serving"]
    assert [notice["outcome"] for notice in world.notices(SECOND)] == ["serving"]

    assert world.run(SECOND) == "already-primary"
    assert world.primary() == (SECOND, 2, "serving")
    assert steps(world, 2) == taken
    assert world.notices(SECOND) == []


@pytest.mark.sandbox
def test_primary_that_comes_back_stands_by_and_is_failed_back_to(world: World) -> None:
    world.lose(FIRST)
    assert world.run(SECOND) == "serving"
    world.sandbox.restore(FIRST)

    # By itself it changes nothing: the one that took over answers.
    assert world.run(FIRST) == "primary-answers"
    assert world.primary(FIRST) == (SECOND, 2, "serving")

    assert world.run(FIRST, BACK) == "serving"
    assert world.primary() == (FIRST, 3, "serving")
    assert world.writers() == [FIRST]
    assert world.sizes(FIRST) == FULL
    taken = steps(world, 3, FIRST)
    # A planned move has its machines before its writer.
    assert taken["gpu_nodes_beforehand"] < taken["term"] < taken["vector_db"]
    assert world.run(SECOND) == "primary-answers"


@pytest.mark.sandbox
def test_region_whose_heart_beats_is_not_lost_but_told_of(world: World) -> None:
    world.lose(FIRST)
    started = world.start(SECOND)
    world.wait_for(started, "Wait for its heart to beat")
    world.sandbox.restore(FIRST)
    world.beat(FIRST)
    world.lose(FIRST)
    assert world.outcome(started) == "unhealthy-but-alive"
    assert world.primary() == (FIRST, 1, "serving")
    assert [notice["outcome"] for notice in world.notices(SECOND)] == ["unhealthy-but-alive"]


@pytest.mark.sandbox
def test_region_that_answers_again_is_not_lost(world: World) -> None:
    world.lose(FIRST)
    started = world.start(SECOND)
    world.wait_for(started, "Wait for its heart to beat")
    world.sandbox.restore(FIRST)
    assert world.outcome(started) == "primary-answers"
    assert world.primary() == (FIRST, 1, "serving")


@pytest.mark.sandbox
def test_of_two_runs_at_once_the_second_stops(world: World) -> None:
    world.lose(FIRST)
    first, second = world.start(SECOND), world.start(SECOND)
    assert sorted([world.outcome(first), world.outcome(second)]) == ["another-run", "serving"]
    assert world.primary() == (SECOND, 2, "serving")


@pytest.mark.sandbox
def test_people_do_not_wait_for_the_schedules_run_to_have_seen_enough(world: World) -> None:
    world.install(SECOND, pace=replace(QUICK, look=3, observe=30))
    world.lose(FIRST)
    looking = world.start(SECOND)
    world.wait_for(looking, "Wait for its heart to beat")
    assert world.run(SECOND, DECLARED) == "serving"
    world.interrupt(looking, "Listen again")
    # Stopped in the midst of a call, it may end with that call's failure instead.
    assert world.outcome(looking) in ("ABORTED", "FAILED")
    assert world.primary() == (SECOND, 2, "serving")


@pytest.mark.sandbox
def test_run_that_looked_while_the_term_was_taken_does_not_take_it_again(world: World) -> None:
    world.lose(FIRST)
    looking = world.start(SECOND)
    world.wait_for(looking, "Wait for its heart to beat")
    assert world.run(SECOND, DECLARED) == "serving"
    assert world.outcome(looking) in ("another-run", "another-took-over")
    assert world.primary() == (SECOND, 2, "serving")


@pytest.mark.sandbox
def test_of_two_regions_that_try_at_once_one_takes_over(emulated_cloud: Sandbox) -> None:
    world = World(emulated_cloud)
    furnish(world, SUCCESSION)
    for region in SUCCESSION:
        # As in a table that decides for all: each may try.
        world.install(region, any_may_succeed=True)
    world.begin(FIRST)
    world.lose(FIRST)
    try:
        tries = [world.start(region) for region in (SECOND, THIRD)]
        outcomes = [world.outcome(each) for each in tries]
    finally:
        world.sandbox.restore(FIRST)
    winner, loser = (SECOND, THIRD) if outcomes[0] == "serving" else (THIRD, SECOND)
    assert sorted(outcomes) in (["another-took-over", "serving"], ["not-our-turn", "serving"])
    assert world.primary() == (winner, 2, "serving")
    assert world.writers() == [winner]
    assert (world.sizes(winner), world.sizes(loser)) == (FULL, SMALL)


@pytest.mark.sandbox
def test_region_that_is_not_next_takes_over_only_when_people_say_so(emulated_cloud: Sandbox) -> None:
    world = World(emulated_cloud)
    furnish(world, SUCCESSION)
    for region in SUCCESSION:
        world.install(region)
    world.begin(FIRST)
    world.lose(FIRST)
    world.lose(SECOND)
    try:
        assert world.run(THIRD) == "not-our-turn"
        assert world.run(THIRD, DECLARED) == "serving"
        assert world.primary(THIRD) == (THIRD, 2, "serving")
        assert world.item("primary", THIRD)["reason"] == DECLARED["reason"]
    finally:
        for region in (FIRST, SECOND):
            world.sandbox.restore(region)


REFUSALS: dict[str, Callable[[World], None]] = {
    "ill": lambda world: world.ring(SECOND, ILL),
    "stale": lambda world: world.ring(SECOND, STALE),
}


@pytest.mark.sandbox
@pytest.mark.parametrize("reason", REFUSALS)
def test_region_that_is_ill_or_has_stale_data_does_not_take_over(world: World, reason: str) -> None:
    REFUSALS[reason](world)
    world.lose(FIRST)
    assert world.run(SECOND) == reason
    assert world.primary() == (FIRST, 1, "serving")
    assert world.writers() == [FIRST]
    assert world.sizes(SECOND) == SMALL
    assert world.run(SECOND) == reason
    # Once an hour, and not every minute.
    assert [notice["outcome"] for notice in world.notices(SECOND)] == [reason]


@pytest.mark.sandbox
def test_staleness_of_which_nothing_is_known_counts_as_too_stale(world: World) -> None:
    world.ring(SECOND, STALE, "INSUFFICIENT_DATA")
    world.lose(FIRST)
    assert world.run(SECOND) == "stale"


@pytest.mark.sandbox
def test_stale_data_is_promoted_when_people_accept_the_loss(world: World) -> None:
    world.ring(SECOND, STALE)
    world.lose(FIRST)
    assert world.run(SECOND, {"accept_stale_data": True}) == "serving"
    assert world.writers() == [SECOND]


@pytest.mark.sandbox
def test_switchover_to_a_region_that_is_ill_is_refused(world: World) -> None:
    world.ring(SECOND, ILL)
    assert world.run(SECOND, {"mode": "switchover"}) == "ill"
    assert world.primary() == (FIRST, 1, "serving")


@pytest.mark.sandbox
def test_dry_run_judges_and_changes_nothing(world: World) -> None:
    world.lose(FIRST)
    assert world.run(SECOND, {"dry_run": True}) == "dry-run"
    assert world.primary() == (FIRST, 1, "serving")
    assert world.sizes(SECOND) == SMALL
    world.ring(SECOND, ILL)
    assert world.run(SECOND, {"dry_run": True}) == "ill"


@pytest.mark.sandbox
def test_manual_controller_waits_for_people(world: World) -> None:
    world.install(SECOND, automatic=False)
    world.lose(FIRST)
    assert world.run(SECOND) == "waiting-for-people"
    assert world.primary() == (FIRST, 1, "serving")
    assert world.run(SECOND, {}) == "serving"


@pytest.mark.sandbox
@pytest.mark.parametrize(("approved", "outcome"), [(True, "serving"), (False, "not-approved")])
def test_people_approve_or_refuse(world: World, *, approved: bool, outcome: str) -> None:
    world.install(SECOND, approval=True)
    world.lose(FIRST)
    started = world.start(SECOND)
    world.wait_for(started, "Ask for approval")
    wanted = world.notice(SECOND)
    assert wanted["outcome"] == "approval-wanted"
    states = world.client("stepfunctions", SECOND)
    if approved:
        states.send_task_success(taskToken=wanted["token"], output="{}")
    else:
        states.send_task_failure(taskToken=wanted["token"], error="Refused")
    assert world.outcome(started) == outcome
    assert world.writers() == [SECOND if approved else FIRST]


STEPS = (
    "Take the run",
    "Record the decision",
    "Take the term",
    "Record the term",
    "Fail the vector database over",
    "Scale GPU nodes",
    "Scale GPU fleet",
    "Ask for this region's health at last",
    "Serve",
)


@pytest.mark.sandbox
def test_failover_that_is_interrupted_after_any_step_goes_on_where_it_stopped(world: World) -> None:
    world.lose(FIRST)
    for step in STEPS:
        world.cut(SECOND, after=step)
        assert world.run(SECOND) == "FAILED", step
        world.install(SECOND)
        assert world.run(SECOND) == ("already-primary" if step == "Serve" else "serving"), step
        assert world.primary() == (SECOND, 2, "serving"), step
        assert world.writers() == [SECOND], step
        assert world.sizes(SECOND) == FULL, step
        world.rewind(FIRST, SECOND)


@pytest.mark.sandbox
def test_run_that_was_stopped_is_taken_over_by_the_next(world: World) -> None:
    world.lose(FIRST)
    started = world.start(SECOND)
    assert world.interrupt(started, "Wait for its heart to beat")
    assert world.outcome(started) == "ABORTED"
    assert world.run(SECOND) == "serving"


@pytest.mark.sandbox
@pytest.mark.parametrize("step", ["Take over the run", "Take the term"])
def test_step_that_was_taken_before_its_answer_got_lost_is_not_held_for_somebody_elses(world: World, step: str) -> None:
    world.lose(FIRST)
    world.cut(SECOND, after="Take the run")
    assert world.run(SECOND) == "FAILED"
    world.repeat(SECOND, step)
    assert world.run(SECOND) == "serving"
    assert world.primary() == (SECOND, 2, "serving")


@pytest.mark.sandbox
def test_first_region_of_the_order_begins_the_first_term(emulated_cloud: Sandbox) -> None:
    world = World(emulated_cloud)
    furnish(world, (FIRST,))
    world.install(FIRST)
    assert world.run(FIRST) == "already-primary"
    assert world.primary(FIRST) == (FIRST, 1, "serving")
    assert world.run(FIRST, {"mode": "fallback"}) == "FAILED"


@pytest.mark.sandbox
def test_fence_that_was_left_behind_is_kept_by_its_region_and_by_nobody_else(world: World) -> None:
    world.lose(FIRST)
    started = world.start(SECOND)
    world.interrupt(started, "Promote and grow")
    world.outcome(started)
    world.sandbox.restore(FIRST)
    assert world.primary() == (SECOND, 2, "promoting")
    # The first is there again, and leaves it to the one that holds the term.
    assert world.run(FIRST) == "primary-answers"
    assert world.run(SECOND) == "serving"
    assert world.primary() == (SECOND, 2, "serving")


@pytest.mark.sandbox
def test_fence_of_a_region_that_is_lost_with_it_is_taken_by_the_next(world: World) -> None:
    world.lose(FIRST)
    started = world.start(SECOND)
    world.interrupt(started, "Promote and grow")
    world.outcome(started)
    world.sandbox.restore(FIRST)
    world.lose(SECOND)
    assert world.run(FIRST) == "serving"
    assert world.primary(FIRST) == (FIRST, 3, "serving")
    assert world.writers(FIRST) == [FIRST]


@pytest.mark.sandbox
def test_people_have_the_primary_look_once_more_at_what_belongs_to_its_term(world: World) -> None:
    world.lose(FIRST)
    assert world.run(SECOND) == "serving"
    world.client("rds", SECOND).failover_global_cluster(
        GlobalClusterIdentifier="vectors", TargetDbClusterIdentifier=world.cluster_arn(FIRST), AllowDataLoss=True
    )
    assert world.run(SECOND) == "already-primary"
    assert world.run(SECOND, DECLARED) == "serving"
    assert world.writers() == [SECOND]
    assert world.primary() == (SECOND, 2, "serving")


@pytest.mark.sandbox
def test_too_few_machines_do_not_stop_the_failover(world: World) -> None:
    plan = world.plan(SECOND)
    (fleet,) = plan.fleets
    impossible = fleet.__class__(fleet.label, fleet.name, FULL_FLEET + 5)
    world.install(SECOND, fleets=(impossible,), pace=plan.pace.__class__(**{**vars(plan.pace), "capacity": 2}))
    world.lose(FIRST)
    assert world.run(SECOND) == "serving"
    assert "short_gpu_fleet" in steps(world, 2)


@pytest.mark.sandbox
def test_failure_that_nobody_thought_of_is_told(world: World) -> None:
    states = world.client("stepfunctions", SECOND)
    broken = json.loads(states.describe_state_machine(stateMachineArn=world.machine(SECOND))["definition"])
    broken["States"]["Take the term"]["Parameters"]["TableName"] = "missing"
    broken["States"]["Take the term"].pop("Retry")
    states.update_state_machine(stateMachineArn=world.machine(SECOND), definition=json.dumps(broken))
    world.lose(FIRST)
    assert world.run(SECOND) == "FAILED"
    assert [notice["outcome"] for notice in world.notices(SECOND)] == ["failed"]
