"""Regions in the embedded cloud with all that a failover moves, and a controller in each."""

import itertools
import json
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from backstay.aws.failover.control import PRIMARY, beat_key, heartbeat
from backstay.aws.failover.definition import definition
from backstay.aws.failover.plan import FailoverPlan, Fleet, Pace, Pool, Stores
from backstay.sandbox import Sandbox
from backstay.sandbox.accounts import access_key

FIRST, SECOND, THIRD = SUCCESSION = ("us-east-1", "eu-west-1", "ap-southeast-1")
TABLE, DATABASE, CLUSTER, POOL, FLEET = "control", "vectors", "main", "gpu", "fleet"
ILL, STALE = "region-is-ill", "copy-is-stale"
FULL_POOL, FULL_FLEET = 4, 3
QUICK = Pace(answer=5, look=1, observe=2, poll=1, approval=30, promotion=20, capacity=20, health=5)

_accounts = itertools.count(300000000001)
_ENDED_WITHIN_SECONDS = 90


@dataclass(frozen=True)
class World:
    """One account with three regions, the first of which is primary."""

    sandbox: Sandbox
    account: str = field(default_factory=lambda: str(next(_accounts)))

    def client(self, service: str, region: str) -> Any:
        """A client that tries once."""
        return _client(self.sandbox.endpoint, self.account, service, region)

    def plan(self, region: str, **changes: Any) -> FailoverPlan:
        """What the controller of a region knows."""
        plan = FailoverPlan(
            region=region,
            succession=SUCCESSION,
            table=TABLE,
            topic=f"arn:aws:sns:{region}:{self.account}:people",
            connection=f"arn:aws:events:{region}:{self.account}:connection/health/1",
            health_url="https://{}.llm.example.com/health",
            pace=QUICK,
            health_alarms=(ILL,),
            staleness_alarm=STALE,
            cluster_arn=self.cluster_arn(region),
            stores=Stores(vector_db=DATABASE),
            pools=(Pool("GPU nodes", CLUSTER, POOL, FULL_POOL),),
            fleets=(Fleet("GPU fleet", FLEET, FULL_FLEET),),
        )
        return replace(plan, **changes)

    def cluster_arn(self, region: str) -> str:
        return f"arn:aws:rds:{region}:{self.account}:cluster:{DATABASE}"

    def install(self, region: str, **changes: Any) -> None:
        """Make a region's controller, or change it."""
        states = self.client("stepfunctions", region)
        written = json.dumps(definition(self.plan(region, **changes)))
        if states.list_state_machines()["stateMachines"]:
            there = states.describe_state_machine(stateMachineArn=self.machine(region))["definition"]
            # The interpreter takes seconds to read one.
            if there != written:
                states.update_state_machine(stateMachineArn=self.machine(region), definition=written)
        else:
            states.create_state_machine(
                name="failover", definition=written, roleArn=f"arn:aws:iam::{self.account}:role/failover"
            )

    def begin(self, region: str, *, at: str | None = None) -> None:
        """Make a region primary, as its controller does when there has been none; written in a region that is there."""
        item = {"id": PRIMARY, "region": region, "phase": "serving", "mode": "first"}
        self.client("dynamodb", at or region).put_item(
            TableName=TABLE, Item={name: {"S": value} for name, value in item.items()} | {"term": {"N": "1"}}
        )

    def machine(self, region: str) -> str:
        return f"arn:aws:states:{region}:{self.account}:stateMachine:failover"

    def cut(self, region: str, *, after: str) -> None:
        """Let a region's controller fail as soon as it has done a step."""
        self._go_on_after(after, {"Type": "Fail", "Error": "Cut"}, region)

    def repeat(self, region: str, step: str) -> None:
        """Let a region's controller take a step twice, as it does when the answer to the first try is lost."""
        (part,) = [each for each in _parts(definition(self.plan(region))) if step in each["States"]]
        self._go_on_after(step, part["States"][step], region)

    def _go_on_after(self, step: str, state: Mapping[str, Any], region: str) -> None:
        changed = definition(self.plan(region))
        (part,) = [each for each in _parts(changed) if step in each["States"]]
        part["States"][step] |= {"Next": "Inserted"}
        part["States"]["Inserted"] = state
        self.client("stepfunctions", region).update_state_machine(
            stateMachineArn=self.machine(region), definition=json.dumps(changed)
        )

    def rewind(self, primary: str, standby: str) -> None:
        """Have everything as it was before any failover, controllers included; lost regions stay lost."""
        table = self.client("dynamodb", standby)
        for item in table.scan(TableName=TABLE)["Items"]:
            table.delete_item(TableName=TABLE, Key={"id": item["id"]})
        self.begin(primary, at=standby)
        self.client("rds", standby).failover_global_cluster(
            GlobalClusterIdentifier=DATABASE, TargetDbClusterIdentifier=self.cluster_arn(primary), AllowDataLoss=True
        )
        for region in {primary, standby} - set(self.sandbox.lost()):
            self._shrink(region)
            for alarm in (ILL, STALE):
                self.ring(region, alarm, "OK")
            self.notices(region)
            self.install(region)

    def _shrink(self, region: str) -> None:
        sizes = {"minSize": 1, "desiredSize": 1, "maxSize": FULL_POOL}
        self.client("eks", region).update_nodegroup_config(clusterName=CLUSTER, nodegroupName=POOL, scalingConfig=sizes)
        self.client("autoscaling", region).set_desired_capacity(AutoScalingGroupName=FLEET, DesiredCapacity=1)

    def start(self, region: str, request: Mapping[str, Any] | None = None) -> str:
        """Start a region's controller by hand, or as the schedule does where no request is given."""
        given = {"scheduled": True} if request is None else request
        started = self.client("stepfunctions", region).start_execution(
            stateMachineArn=self.machine(region), input=json.dumps(given)
        )
        return started["executionArn"]

    def outcome(self, execution: str) -> str:
        """How an execution ended, once it has."""
        region = execution.split(":")[3]
        states = self.client("stepfunctions", region)
        deadline = time.monotonic() + _ENDED_WITHIN_SECONDS
        while time.monotonic() < deadline:
            found = states.describe_execution(executionArn=execution)
            if found["status"] == "SUCCEEDED":
                return json.loads(found["output"])["outcome"]
            if found["status"] != "RUNNING":
                return found["status"]
            time.sleep(0.1)
        raise TimeoutError(f"{execution} did not end; it is at {self.path(execution)[-1]!r}")

    def run(self, region: str, request: Mapping[str, Any] | None = None) -> str:
        """Start a region's controller, and tell how that ended."""
        return self.outcome(self.start(region, request))

    def path(self, execution: str) -> list[str]:
        """The states that an execution has entered, those of branches too."""
        states = self.client("stepfunctions", execution.split(":")[3])
        events = states.get_execution_history(executionArn=execution, maxResults=1000)["events"]
        return [event["stateEnteredEventDetails"]["name"] for event in events if "stateEnteredEventDetails" in event]

    def wait_for(self, execution: str, state: str) -> bool:
        """Wait until an execution has come to a state; whether it has, and not ended before."""
        region = execution.split(":")[3]
        deadline = time.monotonic() + _ENDED_WITHIN_SECONDS
        while time.monotonic() < deadline:
            if state in self.path(execution):
                return True
            if self.client("stepfunctions", region).describe_execution(executionArn=execution)["status"] != "RUNNING":
                return False
            time.sleep(0.02)
        raise TimeoutError(f"{execution} never came to {state!r}")

    def interrupt(self, execution: str, at: str) -> bool:
        """Stop an execution when it has come to a state; whether it has."""
        if not self.wait_for(execution, at):
            return False
        self.client("stepfunctions", execution.split(":")[3]).stop_execution(executionArn=execution)
        return True

    def beat(self, region: str) -> None:
        """Let a region's heart beat once, as its schedule does."""
        self.client("dynamodb", region).update_item(**heartbeat(TABLE, region))

    def item(self, key: str, region: str = SECOND) -> dict[str, Any]:
        """An item of the control table, its values without their types."""
        found = self.client("dynamodb", region).get_item(TableName=TABLE, Key={"id": {"S": key}}).get("Item", {})
        return {name: next(iter(value.values())) for name, value in found.items()}

    def primary(self, region: str = SECOND) -> tuple[str, int, str]:
        """Who is primary, in which term and phase."""
        item = self.item(PRIMARY, region)
        return item["region"], int(item["term"]), item["phase"]

    def beats(self, region: str) -> int:
        return int(self.item(beat_key(region)).get("beats", 0))

    def writers(self, region: str = SECOND) -> list[str]:
        """The regions whose database takes writes."""
        (cluster,) = self.client("rds", region).describe_global_clusters()["GlobalClusters"]
        return [
            member["DBClusterArn"].split(":")[3] for member in cluster["GlobalClusterMembers"] if member["IsWriter"]
        ]

    def sizes(self, region: str) -> tuple[int, int]:
        """How many machines the node group and the fleet of a region are to have."""
        group = self.client("eks", region).describe_nodegroup(clusterName=CLUSTER, nodegroupName=POOL)["nodegroup"]
        (fleet,) = self.client("autoscaling", region).describe_auto_scaling_groups()["AutoScalingGroups"]
        return group["scalingConfig"]["desiredSize"], fleet["DesiredCapacity"]

    def ring(self, region: str, alarm: str, state: str = "ALARM") -> None:
        """Set the state of an alarm."""
        self.client("cloudwatch", region).set_alarm_state(AlarmName=alarm, StateValue=state, StateReason="test")

    def notices(self, region: str) -> list[dict[str, Any]]:
        """What people were told in a region since they last looked."""
        queue = self.client("sqs", region)
        url = queue.get_queue_url(QueueName="people")["QueueUrl"]
        told: list[dict[str, Any]] = []
        while found := queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                told.append(json.loads(json.loads(message["Body"])["Message"]))
                queue.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return told

    def notice(self, region: str) -> dict[str, Any]:
        """The next thing that people are told in a region."""
        deadline = time.monotonic() + _ENDED_WITHIN_SECONDS
        while time.monotonic() < deadline:
            if told := self.notices(region):
                return told[0]
            time.sleep(0.1)
        raise TimeoutError(f"nobody was told anything in {region}")

    def lose(self, region: str) -> None:
        """Lose a region."""
        self.sandbox.lose(region)


def _parts(machine: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A machine and its branches, each of which has states of its own."""
    yield machine
    for state in machine["States"].values():
        for branch in state.get("Branches", []):
            yield from _parts(branch)


@cache
def _client(endpoint: str, account: str, service: str, region: str) -> Any:
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=access_key(account),
        aws_secret_access_key="sandbox",  # noqa: S106 - the emulator takes any
        config=Config(retries={"total_max_attempts": 1}),
    )
