"""Executions of state machines, corrected: they run, call the emulated services, and read what these answer."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backstay.sandbox import Sandbox
    from tests.sandbox.conftest import Cloud

OTHER = "eu-central-1"


def task(call: str, parameters: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"Type": "Task", "Resource": f"arn:aws:states:::{call}", "Parameters": parameters, "End": True} | more


def machine(cloud: Cloud, state: dict[str, Any], **others: dict[str, Any]) -> tuple[Any, str]:
    """A client, and a state machine that begins with a state."""
    client = cloud.client("stepfunctions")
    definition = json.dumps({"StartAt": "a", "States": {"a": state, **others}})
    role = f"arn:aws:iam::{cloud.account}:role/r"
    return client, client.create_state_machine(name="m", definition=definition, roleArn=role)["stateMachineArn"]


def executed(cloud: Cloud, state: dict[str, Any], **others: dict[str, Any]) -> Any:
    """What an execution comes to; its status where it does not succeed."""
    client, arn = machine(cloud, state, **others)
    return outcome(client, client.start_execution(stateMachineArn=arn)["executionArn"])


def outcome(client: Any, execution: str) -> Any:
    # Without an interpreter it never ends, so only as long as the one here takes.
    for _ in range(50):
        found = client.describe_execution(executionArn=execution)
        if found["status"] != "RUNNING":
            break
        time.sleep(0.1)
    return json.loads(found["output"]) if found["status"] == "SUCCEEDED" else found["status"]


def test_execution_runs(corrects) -> None:
    corrects(lambda cloud: executed(cloud, {"Type": "Pass", "Result": {"n": 1}, "End": True}), {"n": 1})


def test_second_execution_without_a_name_runs_as_well(cloud: Cloud) -> None:
    client, arn = machine(cloud, {"Type": "Pass", "Result": 1, "End": True})
    started = [client.start_execution(stateMachineArn=arn)["executionArn"] for _ in range(2)]
    assert len(set(started)) == 2
    assert [outcome(client, execution) for execution in started] == [1, 1]


def test_calls_are_made_in_the_executions_account(cloud: Cloud) -> None:
    cloud.client("sns").create_topic(Name="people")
    found = executed(cloud, task("aws-sdk:sns:listTopics", {}))
    assert [topic["TopicArn"].split(":")[4] for topic in found["Topics"]] == [cloud.account]


def test_parameters_and_results_are_spelled_alike_for_every_service(cloud: Cloud) -> None:
    cloud.client("rds").create_global_cluster(GlobalClusterIdentifier="vectors", Engine="aurora-postgresql")
    cloud.client("rds").create_db_cluster(
        DBClusterIdentifier="vectors", Engine="aurora-postgresql", GlobalClusterIdentifier="vectors"
    )
    found = executed(cloud, task("aws-sdk:rds:describeDBClusters", {"DbClusterIdentifier": "vectors"}))
    assert found["DbClusters"][0]["DbClusterIdentifier"] == "vectors"


def test_path_through_numbers_leads_to_one_thing_and_filter_to_a_list(cloud: Cloud) -> None:
    things = {"things": [{"name": "one", "is": True}, {"name": "two", "is": False}]}
    found = executed(
        cloud,
        {"Type": "Pass", "Result": things, "Next": "b"},
        b={
            "Type": "Pass",
            "Parameters": {
                "one.$": "$.things[0].name",
                "true.$": "$.things[?(@.is==true)].name",
                "none.$": "$.things[?(@.name=='three')].name",
            },
            "End": True,
        },
    )
    assert found == {"one": "one", "true": ["one"], "none": []}


def ask(region: str, *caught: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """States that ask a region's own name for its health, and say which error that led to."""
    given = {"ApiEndpoint": f"https://{region}.llm.example.com/health", "Method": "GET"}
    catch = [{"ErrorEquals": [name], "ResultPath": "$", "Next": "b"} for name in caught]
    return task("http:invoke", given, Catch=catch), {"Type": "Pass", "Parameters": {"error.$": "$.Error"}, "End": True}


def test_region_answers_at_its_own_name_while_it_is_there(sandbox: Sandbox, cloud: Cloud) -> None:
    state, caught = ask(OTHER, "States.Http.StatusCode.503")
    assert executed(cloud, state, b=caught)["StatusCode"] == 200
    sandbox.lose(OTHER)
    try:
        client = cloud.client("stepfunctions")
        (arn,) = [machine["stateMachineArn"] for machine in client.list_state_machines()["stateMachines"]]
        lost = client.start_execution(stateMachineArn=arn)["executionArn"]
        assert outcome(client, lost) == {"error": "States.Http.StatusCode.503"}
    finally:
        sandbox.restore(OTHER)


def test_name_of_no_region_is_answered_by_nobody(cloud: Cloud) -> None:
    state, caught = ask("nowhere", "States.Http.Socket")
    assert executed(cloud, state, b=caught) == {"error": "States.Http.Socket"}
