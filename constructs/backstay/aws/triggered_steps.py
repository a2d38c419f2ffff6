"""A few calls of AWS services, made on a schedule or after an event, without a program to keep up to date."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.sfn_state_machine import SfnStateMachine
from constructs import Construct

from backstay.aws.policy import Statement, allow, document, trust
from backstay.aws.role import Role
from backstay.topology import CloudRegion, Names

Steps = Mapping[str, Any]


class TriggeredSteps(Construct):
    """Run a state machine whenever a rule says so, with rights for its own calls alone.

    Survives: the loss of every other region.
    Does not survive: the loss of its region.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        purpose: str,
        steps: Steps,
        rights: Sequence[Statement],
        region: CloudRegion,
        names: Names,
        schedule: str | None = None,
        events: Mapping[str, Any] | None = None,
    ) -> None:
        """Make the state machine, its rights, and what starts it.

        Args:
            scope: where it belongs.
            id_: its id there.
            purpose: what it is for; part of its names.
            steps: its definition.
            rights: what its steps may do.
            region: the region.
            names: the environment's names.
            schedule: how often it runs, or
            events: the pattern of the events after which it does, each of which is its input.
        """
        super().__init__(scope, id_)
        self.role = Role(
            self, "role", name=names.role(purpose, region), assume_role_policy=trust("states.amazonaws.com")
        )
        self.policy = IamRolePolicy(self, "policy", name="steps", role=self.role.name, policy=document(*rights))
        self.machine = SfnStateMachine(
            self,
            "machine",
            name=names.state_machine(purpose),
            role_arn=self.role.arn,
            definition=json.dumps(steps),
            depends_on=[self.policy],
        )
        self.machine.add_override(
            "//.checkov",
            {
                "CKV_AWS_284": "a few calls one after the other have no trace worth keeping",
                "CKV_AWS_285": "Step Functions keeps the history of each run for 90 days",
            },
        )
        self.rule = CloudwatchEventRule(
            self,
            "rule",
            name=names.resource(purpose),
            description=f"Starts {purpose}",
            schedule_expression=schedule,
            event_pattern=json.dumps(events) if events is not None else None,
        )
        self.starter = Role(
            self,
            "starter",
            name=names.role(f"{purpose}-start", region),
            assume_role_policy=trust("events.amazonaws.com"),
        )
        start = document(allow(["states:StartExecution"], [self.machine.arn]))
        self.start = IamRolePolicy(self, "start", name="start", role=self.starter.name, policy=start)
        self.target = CloudwatchEventTarget(
            self, "target", rule=self.rule.name, arn=self.machine.arn, role_arn=self.starter.arn
        )
