"""Expressions of state machines, corrected."""

from __future__ import annotations

import importlib.util
import json
import time
from typing import TYPE_CHECKING

import pytest

from tests.conftest import require

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def machine(expression: str) -> str:
    """A state machine that ends with the value of an expression."""
    state = {"Type": "Pass", "Output": f"{{% {expression} %}}", "End": True}
    return json.dumps({"QueryLanguage": "JSONata", "StartAt": "a", "States": {"a": state}})


def outcome(cloud: Cloud, expression: str) -> tuple[str, object]:
    """How its execution ends."""
    client = cloud.client("stepfunctions")
    arn = client.create_state_machine(
        name="m", definition=machine(expression), roleArn=f"arn:aws:iam::{cloud.account}:role/r"
    )["stateMachineArn"]
    run = client.start_execution(stateMachineArn=arn, name="once", input=json.dumps({"ages": [3, 1, 2]}))
    for _ in range(100):
        time.sleep(0.1)
        done = client.describe_execution(executionArn=run["executionArn"])
        if done["status"] != "RUNNING" or not done.get("startDate"):
            return done["status"], json.loads(done.get("output", "null"))
    return "RUNNING", None


@pytest.fixture(autouse=True)
def _jsonata() -> None:
    require(importlib.util.find_spec("jsonata") is not None, "jsonata-python is not installed")


def test_an_expression_is_evaluated(corrects) -> None:
    corrects(lambda cloud: outcome(cloud, "$min($states.input.ages)"), ("SUCCEEDED", 1))


def test_one_that_makes_no_sense_fails_its_execution(corrects) -> None:
    corrects(lambda cloud: outcome(cloud, "$nonsense(1)")[0], "FAILED")
