"""What is given up in the environment file can be planned away, with a real Terraform."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from backstay.cli import given_up
from backstay.terraform import Action, Outcome, StackRunner, manifest
from backstay.terraform.interruption import Interruption
from backstay.topology import Environment
from tests.terraform.apps import write_app
from tests.terraform.conftest import runner as runner
from tests.topology.sample import environment

TODAY = date(2026, 12, 1)
STACK, ADDRESS = "example-us-east-1", "terraform_data.kept"


def giving_up(*, address: str = ADDRESS, until: date = TODAY) -> Environment:
    loss = {"stack": STACK, "address": address, "reason": "rebuilt nightly from the lake", "until": until.isoformat()}
    return environment({"allow_data_loss": [loss]})


def replace_after(directory: Path, runner: StackRunner, *environments: Environment) -> list[Outcome]:
    """Make something that is protected, then plan to replace it under each environment."""
    outcomes: list[Outcome] = []
    for value, action, described in (
        (1, Action.APPLY, environment()),
        *((2, Action.PLAN, described) for described in environments),
    ):
        block = {"triggers_replace": value, "lifecycle": {"prevent_destroy": True}}
        write_app(directory, {STACK: {"resource": {"terraform_data": {"kept": block}}}})
        stacks = manifest.read(directory)
        given_up.turn(described, stacks, today=TODAY)
        outcomes.append(runner.run(stacks[0], action, Interruption()).outcome)
    return outcomes[1:]


@pytest.mark.parametrize(
    "described",
    [environment(), giving_up(address="terraform_data.other"), giving_up(until=TODAY - timedelta(days=1))],
    ids=["nothing", "something else", "no longer"],
)
def test_what_is_not_given_up_stays_protected(tmp_path: Path, runner: StackRunner, described: Environment) -> None:
    assert replace_after(tmp_path, runner, described) == [Outcome.FAILED]


def test_what_is_given_up_can_be_replaced_and_is_protected_again_later(tmp_path: Path, runner: StackRunner) -> None:
    assert replace_after(tmp_path, runner, giving_up(), environment()) == [Outcome.CHANGED, Outcome.FAILED]
