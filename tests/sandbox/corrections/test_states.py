"""Step Functions, corrected."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud

DEFINITION = json.dumps({"StartAt": "a", "States": {"a": {"Type": "Pass", "End": True}}})


def test_definition_can_be_validated(corrects) -> None:
    corrects(
        lambda cloud: cloud.client("stepfunctions").validate_state_machine_definition(definition=DEFINITION)["result"],
        "OK",
    )


def test_definition_that_is_not_json_is_not_valid(corrects) -> None:
    corrects(
        lambda cloud: cloud.client("stepfunctions").validate_state_machine_definition(definition="{")["result"],
        "FAIL",
    )


def test_versions_can_be_listed(corrects) -> None:
    def versions(cloud: Cloud) -> list[object]:
        client = cloud.client("stepfunctions")
        machine = client.create_state_machine(
            name="failover", definition=DEFINITION, roleArn=f"arn:aws:iam::{cloud.account}:role/r"
        )["stateMachineArn"]
        return client.list_state_machine_versions(stateMachineArn=machine)["stateMachineVersions"]

    corrects(versions, [])
