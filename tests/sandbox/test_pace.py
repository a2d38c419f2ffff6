"""Time that passes faster in the embedded cloud, where a state machine only waits."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from backstay.sandbox import Sandbox

pytestmark = pytest.mark.sandbox


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    started = Sandbox.start(tmp_path / "home")
    yield started
    started.stop()


def waited(sandbox: Sandbox, seconds: int, *, longest: float) -> float | None:
    """How long a state machine takes that waits so many seconds; None when it has not ended after the longest."""
    states = boto3.client(
        "stepfunctions",
        region_name="us-east-1",
        endpoint_url=sandbox.endpoint,
        aws_access_key_id="SANDBOX0123456789012",
        aws_secret_access_key="sandbox",  # noqa: S106 - the emulator takes any
    )
    definition = {"StartAt": "wait", "States": {"wait": {"Type": "Wait", "Seconds": seconds, "End": True}}}
    machine = states.create_state_machine(
        name=f"wait-{seconds}", definition=json.dumps(definition), roleArn="arn:aws:iam::123456789012:role/any"
    )
    started = states.start_execution(stateMachineArn=machine["stateMachineArn"])
    began = time.monotonic()
    while time.monotonic() - began < longest:
        if states.describe_execution(executionArn=started["executionArn"])["status"] == "SUCCEEDED":
            return time.monotonic() - began
        time.sleep(0.05)
    return None


def test_a_wait_is_hastened_until_the_sandbox_is_reset(sandbox: Sandbox) -> None:
    sandbox.hasten(600)
    took = waited(sandbox, 600, longest=60)
    assert took is not None
    assert took >= 1
    sandbox.reset()
    assert waited(sandbox, 601, longest=3) is None


@pytest.mark.parametrize("times", [0, -1, float("inf"), float("nan")])
def test_time_does_not_stand_still_or_go_back(sandbox: Sandbox, times: float) -> None:
    with pytest.raises(ValueError, match="give a number above 0"):
        sandbox.hasten(times)
