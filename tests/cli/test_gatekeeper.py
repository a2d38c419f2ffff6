"""Asking regions between waves, where their names come and go."""

import threading
import time
from collections.abc import Sequence

import pytest

from backstay.cli import rollout
from backstay.cli.gatekeeper import NOT_EXERCISED, Gatekeeper, that_asks_nothing
from backstay.pipeline import health, region_alarm
from backstay.pipeline.health import Answer
from backstay.pipeline.health_gate import Gate, Signal, gates
from backstay.terraform import Action, Outcome, StackResult, SynthesizedStack
from backstay.topology import Environment
from tests.pipeline.test_waves import own_stacks, stacks
from tests.topology import sample

ABSENT = Answer(serves=False, says="its name does not exist", is_absent=True)
SERVES = Answer(serves=True, says="answered 200")


@pytest.fixture
def behind_entrances() -> Environment:
    """Two regions whose names are put up by routing."""
    return sample.environment(
        {"regions.primary.entrance": "one.example.net", "regions.secondary.entrance": "two.example.net"}
    )


class Run:
    """Applies nothing, and notes in which order it would have."""

    def __init__(self, environment: Environment, found: Sequence[SynthesizedStack]) -> None:
        self.environment, self.stacks = environment, tuple(found)
        self.needed, self.parallelism = self.stacks, 1
        self.applied: list[str] = []

    def only(self, chosen: Sequence[SynthesizedStack]) -> "Run":
        part = Run(self.environment, chosen)
        part.applied = self.applied
        return part

    def look_at_states(self) -> tuple[StackResult, ...]:
        return ()

    def carry_out(self, action: Action, *, bootstraps: bool) -> tuple[StackResult, ...]:
        assert not bootstraps
        self.applied += [stack.name for stack in self.stacks]
        return tuple(StackResult(stack=stack.name, action=action, outcome=Outcome.CHANGED) for stack in self.stacks)


def impatient(environment: Environment) -> Gatekeeper:
    found = {
        role: Gate(gate.region, gate.signal, gate.asks, threshold=1, opened_by_routing=gate.opened_by_routing)
        for role, gate in gates(environment).items()
    }
    return Gatekeeper(environment, found, wait_seconds=0)


def test_in_a_first_deployment_regions_are_asked_when_routing_has_put_up_their_names(
    behind_entrances: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(behind_entrances, stacks(own_stacks(behind_entrances, zone=False)))
    monkeypatch.setattr(health, "ask", lambda _: SERVES if "example-routing" in run.applied else ABSENT)
    done = rollout.in_waves(run, impatient(behind_entrances))  # pyright: ignore[reportArgumentType]
    assert done.stopped == ""
    assert run.applied[-1] == "example-routing"
    put_off = [passage for report in done.reports for passage in report.passages if passage.is_put_off]
    assert [passage.role for passage in put_off] == ["secondary", "primary"]
    assert "before example-routing is deployed; it is asked after that" in put_off[0].says
    assert [(passage.role, passage.verdict is not None) for passage in done.reports[-1].passages] == [
        ("secondary", True),
        ("primary", True),
    ]


def test_a_region_that_does_not_serve_when_its_name_is_there_fails_the_deployment(
    behind_entrances: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Run(behind_entrances, stacks(own_stacks(behind_entrances, zone=False)))
    monkeypatch.setattr(health, "ask", lambda _: ABSENT)
    done = rollout.in_waves(run, impatient(behind_entrances))  # pyright: ignore[reportArgumentType]
    assert done.reports[-1].outcome == "failed"
    assert "eu-west-1 does not serve: its name does not exist" in done.stopped
    assert done.status(tells_changes=True) == 1


def test_a_name_that_routing_is_not_about_to_put_up_is_not_waited_for(
    behind_entrances: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = {name: before for name, before in own_stacks(behind_entrances, zone=False).items() if "routing" not in name}
    run = Run(behind_entrances, stacks(kept))
    monkeypatch.setattr(health, "ask", lambda _: ABSENT)
    done = rollout.in_waves(run, impatient(behind_entrances))  # pyright: ignore[reportArgumentType]
    assert done.stopped.startswith("wave 3 is applied, but eu-west-1 does not serve")


def test_an_interruption_while_a_region_is_waited_for_ends_the_deployment_in_good_order(
    behind_entrances: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: str) -> Answer:
        raise KeyboardInterrupt

    run = Run(behind_entrances, stacks(own_stacks(behind_entrances, zone=False)))
    monkeypatch.setattr(health, "ask", interrupted)
    done = rollout.in_waves(run, impatient(behind_entrances))  # pyright: ignore[reportArgumentType]
    assert done.status(tells_changes=False) == 130
    assert done.reports[2].outcome == "interrupted"
    assert {report.outcome for report in done.reports[3:]} == {"not started"}


def test_what_is_asked_side_by_side_ends_with_the_first_that_breaks(
    behind_entrances: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    has_answered = threading.Event()

    def ask(url: str) -> Answer:
        if "us-east-1" in url:
            assert has_answered.wait(timeout=10)
            raise ZeroDivisionError
        has_answered.set()
        return Answer(serves=False, says="answered 503")

    monkeypatch.setattr(health, "ask", ask)
    patient = Gatekeeper(behind_entrances, gates(behind_entrances), wait_seconds=3600)
    started = time.monotonic()
    with pytest.raises(ZeroDivisionError):
        patient.ask(["primary", "secondary"])
    assert time.monotonic() - started < 30


def test_the_embedded_cloud_serves_nothing_and_that_is_said(behind_entrances: Environment) -> None:
    passages = that_asks_nothing(behind_entrances).ask(["primary", "secondary"])
    assert {(passage.passed, passage.says, passage.verdict) for passage in passages} == {(True, NOT_EXERCISED, None)}


def test_a_region_that_cannot_be_reached_is_asked_by_its_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = sample.environment()
    asked: list[tuple[str, str]] = []

    def alarm(_: Environment, region: str, name: str) -> Answer:
        asked.append((region, name))
        return SERVES

    monkeypatch.setattr(region_alarm, "ask", alarm)
    keeper = impatient(environment)
    assert keeper.gates["primary"].signal is Signal.ALARM
    (passage,) = keeper.ask(["primary"])
    assert passage.passed
    assert asked == [("us-east-1", "acme-example--region-unfit")]
