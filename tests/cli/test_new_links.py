"""A link that has just been made copies nothing that was there before, and people are told."""

from types import SimpleNamespace
from typing import Any

import pytest

from backstay.cli import new_links, rollout
from backstay.cli.lost_regions import NOTHING_LOST
from backstay.cli.rollout import Rollout, WaveReport
from backstay.pipeline.waves import Stage, Wave
from backstay.terraform import Action, Outcome, StackResult
from backstay.terraform.result import Counts
from tests.topology.sample import environment

RUN: Any = SimpleNamespace(environment=environment(), loss=NOTHING_LOST)
LINK = "example-link-us-east-1-eu-west-1"


def result(stack: str, action: Action = Action.APPLY, **counts: int) -> StackResult:
    return StackResult(stack, action, Outcome.CHANGED, counts=Counts(**counts))


def test_whoever_deploys_a_new_link_is_told_what_it_does_not_copy(capsys: pytest.CaptureFixture[str]) -> None:
    new_links.tell(RUN, [result("example-us-east-1", added=9), result(LINK, added=6)])
    told = " ".join(capsys.readouterr().out.split())
    assert told.startswith(f"new: {LINK}. States, artifacts and images are copied from now on")


@pytest.mark.parametrize(
    "other",
    [result("example-us-east-1", added=9), result(LINK, changed=1), result(LINK, Action.PLAN, added=6)],
    ids=["no link", "known link", "plan"],
)
def test_nobody_is_told_of_anything_else(other: StackResult, capsys: pytest.CaptureFixture[str]) -> None:
    assert new_links.made(RUN, [other]) == []
    new_links.tell(RUN, [other])
    assert not capsys.readouterr().out


def test_people_are_told_after_waves_as_well(capsys: pytest.CaptureFixture[str]) -> None:
    report = WaveReport(1, Wave(Stage.COPIES, "primary", (LINK,)), "done")
    done = Rollout((result(LINK, added=6),), (report,))
    rollout.conclude(RUN, done, tells_changes=False, as_json=False)
    assert f"new: {LINK}." in " ".join(capsys.readouterr().out.split())


def test_an_interruption_of_waves_is_told_how_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    report = WaveReport(1, Wave(Stage.COPIES, "primary", (LINK,)), "interrupted")
    done = Rollout((result(LINK),), (report,), stopped="wave 1 interrupted", is_interrupted=True)
    assert rollout.conclude(RUN, done, tells_changes=False, as_json=False) == 130
    assert "running the same command again goes on from there" in " ".join(capsys.readouterr().err.split())
