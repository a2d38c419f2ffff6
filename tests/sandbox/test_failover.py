"""A failover and the way back, on stacks that were deployed as people do it: what is moved, and what plans say of it.

The tests run in the order of the file, each from where the one before has left the two regions.
"""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from backstay.cli import examination
from backstay.sandbox import Sandbox
from tests.conftest import require
from tests.sandbox.staging import Checkout

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.sandbox, pytest.mark.rehearsal]

FIRST, SECOND = "us-east-1", "us-west-2"
REGION_STACKS = {region: f"rehearsal-{region}" for region in (FIRST, SECOND)}
COPIES, ROUTING = f"rehearsal-{SECOND}-replicas", "rehearsal-routing"
# Half a minute in a second.
HASTE = 30


class Regions:
    """The environment `rehearsal`, deployed to an embedded cloud of its own."""

    def __init__(self, checkout: Checkout) -> None:
        self.checkout = checkout

    def failover(self, to: str, *arguments: str) -> dict[str, Any]:
        return self.checkout.run("failover", "--to", to, *arguments)

    def planned(self, *arguments: str) -> dict[str, str]:
        """What a plan finds to do in each stack that it can plan."""
        planned = self.checkout.run("plan", *arguments)
        return {stack["name"]: stack["outcome"] for stack in planned["stacks"]}

    def start(self, region: str) -> str:
        """Start the region's controller as its schedule does."""
        target = self.client("scheduler", region).get_schedule(Name="acme-rehearsal--failover")["Target"]
        started = self.client("stepfunctions", region).start_execution(
            stateMachineArn=target["Arn"], input=target["Input"]
        )
        return started["executionArn"]

    def outcome(self, execution: str) -> str:
        states = self.client("stepfunctions", execution.split(":")[3])
        for _ in range(600):
            found = states.describe_execution(executionArn=execution)
            if found["status"] != "RUNNING":
                return json.loads(found["output"])["outcome"] if found["status"] == "SUCCEEDED" else found["status"]
            time.sleep(0.1)
        raise TimeoutError(f"{execution} did not end")

    def writers(self) -> list[str]:
        (whole,) = self.client("rds", SECOND).describe_global_clusters()["GlobalClusters"]
        return [one["DBClusterArn"].split(":")[3] for one in whole["GlobalClusterMembers"] if one["IsWriter"]]

    def sizes(self, region: str) -> tuple[int, int]:
        """How many GPU nodes, and machines of the fleet, a region is to have."""
        clusters = self.client("eks", region)
        group = clusters.describe_nodegroup(clusterName="acme-rehearsal", nodegroupName="gpu")["nodegroup"]
        (fleet,) = self.client("autoscaling", region).describe_auto_scaling_groups()["AutoScalingGroups"]
        return group["scalingConfig"]["desiredSize"], fleet["DesiredCapacity"]

    def client(self, service: str, region: str) -> Any:
        return self.checkout.client(service, region)


@pytest.fixture(scope="module")
def regions(terraform_on_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Regions]:
    assert terraform_on_path
    aws, *_ = examination.providers(None)
    require(not aws.advice, f"no AWS provider: {aws.found}")
    folder = tmp_path_factory.mktemp("rehearsal") / "project"
    checkout = replace(Checkout.make(folder, "staging"), name="rehearsal")
    checkout.write((Path(__file__).parent / "rehearsal.yaml").read_text())
    try:
        deployed = checkout.run("deploy", "--auto-approve")
        assert deployed["exit_status"] == 0, deployed
        checkout.sandbox.hasten(HASTE)
        yield Regions(checkout)
    finally:
        if running := Sandbox.running(folder / ".backstay/sandbox/rehearsal"):
            running.stop()


def test_the_first_of_the_order_begins_as_primary(regions: Regions) -> None:
    assert regions.failover("secondary")["outcome"] == "no-primary"
    assert regions.outcome(regions.start(FIRST)) == "already-primary"
    assert regions.failover("primary")["exit_status"] == 0


def test_a_region_takes_over_from_none_that_answers(regions: Regions) -> None:
    refused = regions.failover("secondary")
    assert (refused["exit_status"], refused["outcome"]) == (3, "primary-answers")
    assert f"{FIRST}, the primary, answers" in refused["says"]
    assert regions.writers() == [FIRST]
    assert regions.sizes(SECOND) == (1, 1)


def test_a_lost_primary_is_replaced_once_although_two_try(regions: Regions) -> None:
    regions.checkout.sandbox.lose(FIRST)
    before = regions.checkout.sandbox.refused().get(FIRST, 0)
    assert regions.failover("secondary", "--dry-run")["outcome"] == "dry-run"
    assert regions.writers() == [FIRST]
    tries = [regions.start(SECOND) for _ in range(2)]
    assert sorted(map(regions.outcome, tries)) == ["another-run", "serving"]
    assert regions.writers() == [SECOND]
    # As many as the lost region had, of the four and three that it may have.
    assert regions.sizes(SECOND) == (2, 2)
    # The controllers asked for its health, and so counted it lost.
    assert regions.checkout.sandbox.refused()[FIRST] > before


def test_another_run_changes_nothing_and_shows_when_each_step_was_taken(regions: Regions) -> None:
    first, second = (regions.failover("secondary") for _ in range(2))
    for found in (first, second):
        assert (found["exit_status"], found["outcome"]) == (0, "already-primary")
        assert (found["primary"]["region"], found["primary"]["term"], found["primary"]["phase"]) == (
            SECOND,
            "2",
            "serving",
        )
    assert first["record"] == second["record"]
    steps = list(first["record"])
    assert steps[:2] == ["decided", "term"]
    assert set(steps[2:-1]) == {"vector_db", "gpu_nodes", "gpu_fleet"}
    assert steps[-1] == "serving"


def test_with_the_region_lost_a_plan_undoes_nothing(regions: Regions) -> None:
    assert regions.planned("--without", "primary") == {REGION_STACKS[SECOND]: "unchanged", COPIES: "unchanged"}


def test_a_lost_region_cannot_take_over(regions: Regions) -> None:
    failed = regions.failover("primary", "--switchover")
    assert failed["exit_status"] == 1
    assert f"{FIRST} does not answer" in failed["errors"][0]


def test_when_the_region_is_back_a_plan_of_both_undoes_nothing(regions: Regions) -> None:
    regions.checkout.sandbox.restore(FIRST)
    # By itself it stands by.
    assert regions.outcome(regions.start(FIRST)) == "primary-answers"
    assert regions.planned() == dict.fromkeys([*REGION_STACKS.values(), COPIES, ROUTING], "unchanged")
    assert regions.writers() == [SECOND]


def test_the_way_back_has_its_machines_before_its_writer_and_a_plan_undoes_nothing(regions: Regions) -> None:
    back = regions.failover("primary", "--switchover", "--reason", "it is well again")
    assert (back["exit_status"], back["outcome"]) == (0, "serving")
    assert (back["primary"]["region"], back["primary"]["term"], back["primary"]["mode"]) == (FIRST, "3", "switchover")
    assert back["primary"]["reason"] == "it is well again"
    taken = list(back["record"])
    assert taken.index("gpu_nodes_beforehand") < taken.index("term") < taken.index("vector_db")
    assert regions.writers() == [FIRST]
    assert regions.planned() == dict.fromkeys([*REGION_STACKS.values(), COPIES, ROUTING], "unchanged")
