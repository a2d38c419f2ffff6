"""A region's failover controller, as it is deployed."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from backstay.aws.failover.control import KEY, PRIMARY, control_table, record_key, run_key
from backstay.cli.failures import RefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from backstay.cli.failover.access import Access, Caller
    from backstay.cli.failover.request import Request
    from backstay.topology import Environment

_SECONDS_BETWEEN_LOOKS = 1.0
_NO_STEPS = ("id", "execution")


@dataclass(frozen=True)
class Step:
    """Something that an execution began to do.

    Attributes:
        name: the state's name.
        at: when.
    """

    name: str
    at: datetime


@dataclass(frozen=True)
class Result:
    """How an execution ended.

    Attributes:
        outcome: what it came to, such as `serving`; None when it did not get that far.
        error: why it did not.
        seconds: how long it took.
    """

    outcome: str | None
    error: str | None
    seconds: float


@dataclass
class Execution:
    """One run of the controller, looked at until it ends."""

    arn: str
    client: Any
    _page: str | None = None
    _seen: int = 0
    _entered: set[str] = field(default_factory=set)

    def steps(self) -> Iterator[Step]:
        """What it does, each as it begins and once, until it has ended."""
        while True:
            # Asked before its history, which is whole once it has ended.
            is_running = self.describe()["status"] == "RUNNING"
            yield from self._new_steps()
            if not is_running:
                return
            time.sleep(_SECONDS_BETWEEN_LOOKS)

    def describe(self) -> dict[str, Any]:
        """What Step Functions says of it."""
        return self.client.describe_execution(executionArn=self.arn)

    def result(self) -> Result:
        """How it ended."""
        found = self.describe()
        seconds = (found["stopDate"] - found["startDate"]).total_seconds()
        if found["status"] == "SUCCEEDED":
            return Result(json.loads(found["output"])["outcome"], None, seconds)
        said = ": ".join(filter(None, (found.get("error"), found.get("cause"))))
        return Result(None, said or found["status"].lower().replace("_", " "), seconds)

    def _new_steps(self) -> Iterator[Step]:
        for event in self._new_events():
            name = event.get("stateEnteredEventDetails", {}).get("name")
            # What calls something; choices and the like take no time.
            if event["type"] == "TaskStateEntered" and name not in self._entered:
                self._entered.add(name)
                yield Step(name, event["timestamp"])

    def _new_events(self) -> Iterator[dict[str, Any]]:
        while True:
            token = {"nextToken": self._page} if self._page else {}
            page = self.client.get_execution_history(executionArn=self.arn, maxResults=1000, **token)
            for event in page["events"]:
                if event["id"] > self._seen:
                    self._seen = event["id"]
                    yield event
            if "nextToken" not in page:
                return
            self._page = page["nextToken"]


@dataclass(frozen=True)
class Controller:
    """The state machine of the region that takes over, and that region's copy of the control table."""

    environment: Environment
    access: Access
    arn: str

    @classmethod
    def find(cls, environment: Environment, access: Access, caller: Caller) -> Controller:
        """Find it by its computed name.

        Raises:
            RefusedError: the region has none.
            FailedError: the region cannot be asked.

        """
        name, region = environment.names.state_machine("failover"), access.region
        arn = f"arn:{caller.partition}:states:{region.name}:{caller.account}:stateMachine:{name}"
        states = access.client("stepfunctions")
        with access.failures_told():
            try:
                states.describe_state_machine(stateMachineArn=arn)
            except states.exceptions.StateMachineDoesNotExist as error:
                raise RefusedError(
                    f"{region} has no failover controller {name} yet; deploy {environment.names.region_stack(region)}"
                ) from error
        return cls(environment, access, arn)

    def start(self, request: Request) -> Execution:
        """Start it."""
        client = self.access.client("stepfunctions")
        started = client.start_execution(stateMachineArn=self.arn, input=json.dumps(request.as_input()))
        return Execution(started["executionArn"], client)

    def acting(self) -> Execution | None:
        """The run that acts for the region, or did so last."""
        arn = self._item(run_key(self.access.region.name)).get("execution")
        return Execution(arn, self.access.client("stepfunctions")) if arn else None

    def primary(self) -> dict[str, str]:
        """Who is primary, in which term, phase and mode, and since when; empty before the first."""
        return self._item(PRIMARY)

    def record(self) -> dict[str, str]:
        """When each step towards this region's term was taken, first the earliest; empty when it is not primary."""
        primary, region = self.primary(), self.access.region.name
        if primary.get("region") != region:
            return {}
        taken = self._item(record_key(primary["term"], region))
        return dict(sorted(((step, at) for step, at in taken.items() if step not in _NO_STEPS), key=lambda one: one[1]))

    def _item(self, key: str) -> dict[str, str]:
        found = self.access.client("dynamodb").get_item(
            TableName=control_table(self.environment.names), Key={KEY: {"S": key}}, ConsistentRead=True
        )
        return {name: next(iter(value.values())) for name, value in found.get("Item", {}).items()}
