"""A plan that only moves clients between regions says so, and no other plan does."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cdktf import App

from backstay import environment_file
from backstay.cli import examination, traffic
from backstay.terraform import Action, Outcome, StackResult
from backstay.terraform.resource_change import ChangeAction, ResourceChange
from backstay.topology.routes import routes
from stacks.routing import RoutingStack
from tests.cli.conftest import Project
from tests.conftest import require
from tests.topology.sample import environment

RUN: Any = SimpleNamespace(environment=environment())
WEIGHT = ResourceChange(
    address="aws_route53_record.routing_clients_primary_86C0DB2E",
    type="aws_route53_record",
    action=ChangeAction.UPDATE,
    because=("weighted_routing_policy",),
)
ROUTING = StackResult("example-routing", Action.PLAN, Outcome.CHANGED, changes=(WEIGHT, WEIGHT))
REGION = StackResult("example-us-east-1", Action.PLAN, Outcome.UNCHANGED)


def test_a_plan_that_changes_records_only_moves_traffic() -> None:
    assert traffic.note(RUN, [REGION, ROUTING]) == (
        "moves traffic only: 2 records of llm.example.com in example-routing and nothing else that was planned"
    )


def test_a_dial_moves_traffic_too() -> None:
    dial = ResourceChange(
        address="aws_globalaccelerator_endpoint_group.routing_accelerator_primary_D7D00C23",
        type="aws_globalaccelerator_endpoint_group",
        action=ChangeAction.UPDATE,
        because=("traffic_dial_percentage",),
    )
    assert traffic.note(RUN, [replace(ROUTING, changes=(dial,))])


@pytest.mark.parametrize(
    "others",
    [
        [replace(ROUTING, outcome=Outcome.UNCHANGED, changes=())],
        [ROUTING, replace(REGION, outcome=Outcome.CHANGED)],
        [ROUTING, replace(REGION, outcome=Outcome.FAILED)],
        [ROUTING, replace(REGION, outcome=Outcome.WAITING)],
        [replace(ROUTING, stack="example-eu-west-1")],
        [replace(ROUTING, changes=(WEIGHT, replace(WEIGHT, action=ChangeAction.DELETE)))],
        [replace(ROUTING, changes=(WEIGHT, replace(WEIGHT, type="aws_route53_health_check")))],
        [replace(ROUTING, changes=(WEIGHT, replace(WEIGHT, because=("ttl",))))],
        [replace(ROUTING, changes=())],
        [replace(ROUTING, action=Action.APPLY)],
        [replace(ROUTING, outcome=Outcome.INTERRUPTED)],
    ],
    ids=[
        "nothing",
        "more",
        "failure",
        "wait",
        "elsewhere",
        "record gone",
        "check",
        "ttl",
        "output",
        "apply",
        "interrupt",
    ],
)
def test_no_other_plan_says_that_it_only_moves_traffic(others: list[StackResult]) -> None:
    assert traffic.note(RUN, [REGION, *others]) is None


FILE = """\
name: development
namespace: acme
mode: active-active
disposable: true
aws: {{account: "123456789012"}}
objectives: {{tier: 3}}
service:
  host: llm.example.com
  zone: {{name: example.com, id: Z0123456789EXAMPLE}}
state: {{backend: local}}
regions:
  primary: {{cloud: aws, region: us-east-1, status: active, traffic: {primary}, entrance: 203.0.113.1}}
  secondary: {{cloud: aws, region: eu-west-1, status: active, traffic: {secondary}, entrance: 203.0.113.2}}
"""


def write(project: Project, *, primary: str, secondary: str) -> None:
    """Write the environment's file and what it becomes."""
    file = project.directory / "environments" / "development.yaml"
    file.write_text(FILE.format(primary=primary, secondary=secondary))
    made = environment_file.load(file)
    found = routes(made)
    assert found is not None
    app = App(outdir=str(project.directory / "synthesized"))
    RoutingStack(app, environment=made, routes=found)
    app.synth()


@pytest.mark.sandbox
def test_a_traffic_edit_is_planned_as_a_move_of_traffic(project: Project, terraform_on_path: str) -> None:
    assert terraform_on_path
    aws, *_ = examination.providers(None)
    require(not aws.advice, f"no AWS provider: {aws.found}")
    write(project, primary="50%", secondary="50%")
    deployed = project.json("deploy", "development", "--sandbox")
    assert deployed["exit_status"] == 0, json.dumps(deployed)
    assert deployed["sandbox"]["second_plan_is_empty"] is True

    write(project, primary="90%", secondary="10%")
    planned = project.run("plan", "development", "--sandbox")
    assert planned.returncode == 2, planned.stderr
    assert (
        "moves traffic only: 2 records of llm.example.com in development-routing and nothing else that was planned"
        in planned.stdout
    )
    document = project.json("plan", "development", "--sandbox")
    assert document["moves_traffic_only"] is True
    assert [stack["counts"]["changed"] for stack in document["stacks"]] == [2]

    moved = project.json("deploy", "development", "--sandbox")
    assert (moved["exit_status"], moved["moves_traffic_only"]) == (0, False)
    assert project.run("destroy", "development", "--sandbox", "--auto-approve").returncode == 0
    assert not Path(project.directory, ".backstay/sandbox/development").exists()
