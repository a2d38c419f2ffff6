"""A failover controller in the embedded cloud, applied by Terraform with the real AWS provider."""

import json
import time
from typing import Any

import pytest
from cdktf import TerraformStack

from backstay.aws.failover.control import control_table
from backstay.aws.failover.controller import FailoverController
from backstay.aws.failover.plan import Fleet, Pool, Stores
from backstay.aws.failover.table import ControlTable
from backstay.aws.keys import Key
from backstay.aws.watch.topics import AlarmTopic
from backstay.terraform import Action, Outcome
from backstay.topology import Duration, HealthCheckSpec, aws_region
from backstay.topology.failover import FailoverSpec
from backstay.topology.keys import KeyUse
from backstay.topology.monitoring import MonitoringSpec
from tests.aws.deployment import Deployment
from tests.aws.surroundings import NAMES, REGION

OTHER = aws_region("eu-west-1")


def build(scope: TerraformStack) -> None:
    here: dict[str, Any] = {"region": REGION, "names": NAMES}
    kept = {"disposable": True}
    key = Key(scope, "key", purpose="all", uses=[KeyUse.LOGS, KeyUse.ALARMS], **here, **kept)
    topic = AlarmTopic(scope, "topic", spec=MonitoringSpec(), key=key.outputs, **here)
    ControlTable(scope, "table", spec=FailoverSpec(), others=[OTHER], tags={}, **here, **kept)
    FailoverController(
        scope,
        "failover",
        spec=FailoverSpec(approval=True),
        succession=[REGION, OTHER],
        host="llm.example.com",
        health_check=HealthCheckSpec(),
        rpo=Duration.parse("1m"),
        topic=topic.outputs,
        log_key=key.outputs,
        stores=Stores(vector_db="vectors", cache="cache"),
        pools=(Pool("GPU nodes", NAMES.cluster(), "gpu", 10),),
        fleets=(Fleet("GPU fleet", NAMES.machine("gpu-fleet"), 4),),
        health_alarms=(NAMES.alarm("region-unfit"),),
        **here,
        **kept,
    )


def deploy(deployment: Deployment, action: Action) -> Outcome:
    result = deployment.run(action)
    assert not result.errors, result.errors
    return result.outcome


def ended(deployment: Deployment) -> dict[str, Any]:
    """What the machine comes to when the schedule starts it."""
    schedule = deployment.client("scheduler").get_schedule(Name=NAMES.resource("failover"))
    states = deployment.client("stepfunctions")
    started = states.start_execution(stateMachineArn=schedule["Target"]["Arn"], input=schedule["Target"]["Input"])
    for _ in range(300):
        found = states.describe_execution(executionArn=started["executionArn"])
        if found["status"] != "RUNNING":
            break
        time.sleep(0.1)
    return found


@pytest.mark.sandbox
def test_controller_is_applied_runs_and_is_planned_without_the_other_region(deployment: Deployment) -> None:
    deployment.synthesize(build)
    assert deploy(deployment, Action.APPLY) is Outcome.CHANGED
    assert deploy(deployment, Action.PLAN) is Outcome.UNCHANGED

    beat = deployment.client("scheduler").get_schedule(Name=NAMES.resource("heartbeat"))["Target"]["Input"]
    table = deployment.client("dynamodb")
    table.update_item(**json.loads(beat))
    assert json.loads(ended(deployment)["output"]) == {"outcome": "already-primary"}
    items = {item["id"]["S"]: item for item in table.scan(TableName=control_table(NAMES))["Items"]}
    assert items["primary"]["region"]["S"] == REGION.name
    assert items[f"beat#{REGION.name}"]["beats"]["N"] == "1"

    # Who is primary is none of Terraform's business.
    table.update_item(
        TableName=control_table(NAMES),
        Key={"id": {"S": "primary"}},
        UpdateExpression="SET #region = :other, term = :next",
        ExpressionAttributeNames={"#region": "region"},
        ExpressionAttributeValues={":other": {"S": OTHER.name}, ":next": {"N": "2"}},
    )
    deployment.sandbox.lose(OTHER.name)
    try:
        assert deploy(deployment, Action.PLAN) is Outcome.UNCHANGED
    finally:
        deployment.sandbox.restore(OTHER.name)

    assert deploy(deployment, Action.DESTROY) is Outcome.CHANGED
    assert table.list_tables()["TableNames"] == []
    assert deployment.client("stepfunctions").list_state_machines()["stateMachines"] == []
    assert deployment.client("scheduler").list_schedules()["Schedules"] == []
