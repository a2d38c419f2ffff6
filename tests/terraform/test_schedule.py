"""The order of the stacks, with work that only notes when it ran."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backstay.terraform import Action, ManifestError, Outcome, StackResult, SynthesizedStack, run_in_order
from backstay.terraform.command import EventListener
from backstay.terraform.interruption import Interruption
from backstay.terraform.schedule import Progress, StackFinished, StackStarted


def stacks(depends_on: Mapping[str, Sequence[str]]) -> tuple[SynthesizedStack, ...]:
    return tuple(SynthesizedStack(name, Path(name), frozenset(others)) for name, others in depends_on.items())


class Work:
    """Notes the order in which stacks began, and how many ran at once."""

    def __init__(self, *, failing: Sequence[str] = ()) -> None:
        self.began: list[str] = []
        self.most_at_once = 0
        self._failing = failing
        self._running: set[str] = set()
        self._lock = threading.Lock()

    def __call__(
        self, stack: SynthesizedStack, _action: Action, _interruption: Interruption, _on_event: EventListener
    ) -> StackResult:
        with self._lock:
            self.began.append(stack.name)
            self._running.add(stack.name)
            self.most_at_once = max(self.most_at_once, len(self._running))
        outcome = Outcome.FAILED if stack.name in self._failing else Outcome.CHANGED
        with self._lock:
            self._running.remove(stack.name)
        return StackResult(stack=stack.name, action=Action.APPLY, outcome=outcome)


REGIONS = stacks(
    {
        "state-east": [],
        "state-west": [],
        "east": ["state-east"],
        "west": ["state-west"],
        "east-workloads": ["east"],
    }
)


def test_a_stack_comes_after_what_it_depends_on() -> None:
    work = Work()
    run_in_order(REGIONS, Action.APPLY, work)
    assert work.began.index("state-east") < work.began.index("east") < work.began.index("east-workloads")
    assert work.began.index("state-west") < work.began.index("west")


def test_destroy_goes_the_other_way() -> None:
    work = Work()
    run_in_order(REGIONS, Action.DESTROY, work)
    assert work.began.index("east-workloads") < work.began.index("east") < work.began.index("state-east")


def test_independent_stacks_run_side_by_side() -> None:
    both_are_here = threading.Barrier(2, timeout=10)

    def work(
        stack: SynthesizedStack, _action: Action, _interruption: Interruption, _on_event: EventListener
    ) -> StackResult:
        both_are_here.wait()
        return StackResult(stack=stack.name, action=Action.APPLY, outcome=Outcome.CHANGED)

    results = run_in_order(stacks({"east": [], "west": []}), Action.APPLY, work)
    assert [result.outcome for result in results] == [Outcome.CHANGED, Outcome.CHANGED]


@pytest.mark.parametrize("parallelism", [1, 2])
def test_no_more_run_at_once_than_allowed(parallelism: int) -> None:
    work = Work()
    run_in_order(stacks({str(number): [] for number in range(8)}), Action.APPLY, work, parallelism=parallelism)
    assert work.most_at_once <= parallelism


def test_a_failure_skips_what_depends_on_it_and_nothing_else() -> None:
    results = run_in_order(REGIONS, Action.APPLY, Work(failing=["state-east"]))
    assert {result.stack: (result.outcome, result.reason) for result in results} == {
        "state-east": (Outcome.FAILED, ""),
        "state-west": (Outcome.CHANGED, ""),
        "east": (Outcome.SKIPPED, "depends on state-east, which failed"),
        "west": (Outcome.CHANGED, ""),
        "east-workloads": (Outcome.SKIPPED, "depends on east, which was skipped"),
    }


def test_a_failed_destroy_keeps_what_the_stack_needs() -> None:
    results = run_in_order(REGIONS, Action.DESTROY, Work(failing=["east"]))
    assert {result.stack: result.reason for result in results if result.outcome is Outcome.SKIPPED} == {
        "state-east": "east depends on it and failed"
    }


def test_a_circle_is_refused() -> None:
    with pytest.raises(ManifestError, match=r"depend on each other in a circle: .* -> "):
        run_in_order(stacks({"east": ["west"], "west": ["east"]}), Action.APPLY, Work())


def test_every_stack_is_reported_once_as_started_and_once_as_finished() -> None:
    seen: list[Progress] = []
    run_in_order(REGIONS, Action.APPLY, Work(), on_progress=seen.append)
    names = sorted(stack.name for stack in REGIONS)
    assert sorted(progress.stack for progress in seen if isinstance(progress, StackStarted)) == names
    assert sorted(progress.result.stack for progress in seen if isinstance(progress, StackFinished)) == names


def test_a_listener_that_breaks_stops_the_run_and_is_heard() -> None:
    def listener(_progress: Progress) -> None:
        raise BrokenPipeError

    work = Work()
    with pytest.raises(BrokenPipeError):
        run_in_order(stacks({"first": [], "second": ["first"]}), Action.APPLY, work, on_progress=listener)
    assert "second" not in work.began


def test_work_that_breaks_stops_the_run_and_is_heard() -> None:
    def work(
        _stack: SynthesizedStack, _action: Action, _interruption: Interruption, _on_event: EventListener
    ) -> StackResult:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_in_order(REGIONS, Action.APPLY, work)


@given(st.data())
def test_any_graph_is_worked_through_in_order_and_to_the_end(data: st.DataObject) -> None:
    names = [str(number) for number in range(data.draw(st.integers(0, 8)))]
    graph = {
        name: data.draw(st.lists(st.sampled_from(names[:index]), unique=True)) if index else []
        for index, name in enumerate(names)
    }
    failing = data.draw(st.lists(st.sampled_from(names), unique=True)) if names else []
    work = Work(failing=failing)
    results = {result.stack: result for result in run_in_order(stacks(graph), Action.APPLY, work)}
    assert list(results) == names
    for name, dependencies in graph.items():
        succeeded = all(results[other].outcome.is_success for other in dependencies)
        assert (results[name].outcome is Outcome.SKIPPED) == (not succeeded)
        if succeeded:
            assert all(work.began.index(other) < work.began.index(name) for other in dependencies)
