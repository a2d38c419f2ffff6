"""What a region sees of the others, with nothing but what is in itself."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cdktf_cdktf_provider_aws.cloudwatch_composite_alarm import CloudwatchCompositeAlarm
from cdktf_cdktf_provider_aws.cloudwatch_event_api_destination import CloudwatchEventApiDestination
from cdktf_cdktf_provider_aws.cloudwatch_event_rule import CloudwatchEventRule
from cdktf_cdktf_provider_aws.cloudwatch_event_target import CloudwatchEventTarget, CloudwatchEventTargetRetryPolicy
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from constructs import Construct

from backstay.aws.policy import Statement, allow, document, trust
from backstay.aws.role import Role
from backstay.aws.watch.alarm import Condition, Metric, alarm
from backstay.aws.watch.health_connection import health_connection
from backstay.outputs import TopicOutputs
from backstay.topology import CloudRegion, Duration, Names

_EVERY_MINUTE = "rate(1 minute)"
_MINUTE = 60


@dataclass(frozen=True)
class Peer:
    """Another region of the environment, on the same cloud.

    Attributes:
        region: where it is.
        url: its own deep health path, where it can be reached from outside.
    """

    region: CloudRegion
    url: str | None


def lost(peer: CloudRegion) -> str:
    """The purpose of the alarm that goes off in every region that has lost sight of this one."""
    return f"{peer}-lost"


class RegionHealth(Construct):
    """Let a region notice by itself that another is lost, by two signs that have nothing in common.

    Silence: every region sends every other a heartbeat each minute, from EventBridge to EventBridge. Out of reach: each
    asks every other's own name for its deep health, over the internet as clients do, through an API destination, which
    waits for 5 seconds and takes anything but a success for a failure. Only both together, for as long as the
    environment says, count as lost; the alarm for that has a computed name, the same in every region that looks.

    No sign needs Route 53's health checks, whose metrics are in us-east-1 only, nor anything of the lost region.

    Survives: the loss of every other region, which is what it is for.
    Does not survive: the loss of its own region. While this region's EventBridge is ill it hears nobody, but reaches
    everybody or says nothing, so that it does not take the others for lost.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        peers: Sequence[Peer],
        silence: Duration,
        region: CloudRegion,
        names: Names,
        topic: TopicOutputs,
    ) -> None:
        """Look at the others, and be seen by them.

        Args:
            scope: where it belongs.
            id_: its id there.
            peers: the others. One without an address is lost when it is silent, on one sign alone.
            silence: how long it takes to be lost.
            region: this region.
            names: the environment's names.
            topic: who is told.
        """
        super().__init__(scope, id_)
        self._here, self._names, self._topic = region, names, topic
        self._minutes = max(1, silence.seconds // _MINUTE)
        self._account = DataAwsCallerIdentity(self, "account").account_id
        self._partition = DataAwsPartition(self, "partition").partition
        self.connection = (
            health_connection(self, name=names.resource("health"), description="Says which region asks", region=region)
            if any(peer.url for peer in peers)
            else None
        )
        self.watched: list[Condition] = []
        self.lost: Mapping[CloudRegion, CloudwatchCompositeAlarm] = {peer.region: self._watch(peer) for peer in peers}

    def _watch(self, peer: Peer) -> CloudwatchCompositeAlarm:
        scope = Construct(self, peer.region.name)
        self._send_heartbeat(scope, peer.region)
        signs = [self._silent(scope, peer.region)]
        if peer.url is not None:
            signs.append(self._out_of_reach(scope, peer.region, peer.url))
        self.watched += signs
        alarms = [alarm(scope, sign, names=self._names, topic=self._topic) for sign in signs]
        name = lost(peer.region)
        return CloudwatchCompositeAlarm(
            scope,
            "lost",
            alarm_name=self._names.alarm(name),
            alarm_description=f"{peer.region} is silent and out of reach, seen from {self._here}",
            alarm_rule=" AND ".join(f'ALARM("{self._names.alarm(sign.purpose)}")' for sign in signs),
            alarm_actions=list(self._topic.told),
            ok_actions=list(self._topic.told),
            # CloudWatch refuses a rule about an alarm that is not there.
            depends_on=alarms,
        )

    def _send_heartbeat(self, scope: Construct, peer: CloudRegion) -> None:
        rule = CloudwatchEventRule(
            scope,
            "heartbeat",
            name=self._heartbeat_name(peer),
            description=f"Tells {peer} that this region is there",
            schedule_expression=_EVERY_MINUTE,
        )
        bus = self._arn(peer, "event-bus/default")
        role = self._role(scope, "heartbeat", peer, allow(["events:PutEvents"], [bus]))
        CloudwatchEventTarget(
            scope,
            "heartbeat-target",
            rule=rule.name,
            arn=bus,
            role_arn=role.arn,
            # One that comes late says nothing.
            retry_policy=CloudwatchEventTargetRetryPolicy(
                maximum_retry_attempts=0, maximum_event_age_in_seconds=_MINUTE
            ),
        )

    def _silent(self, scope: Construct, peer: CloudRegion) -> Condition:
        sender = f"rule/{self._heartbeat_name(self._here)}"
        rule = CloudwatchEventRule(
            scope,
            "heard",
            name=self._names.resource(f"heard-{peer}"),
            description=f"Counts the heartbeats of {peer}",
            event_pattern=json.dumps({"source": ["aws.events"], "resources": [self._arn(peer, sender)]}),
        )
        return Condition(
            purpose=f"{peer}-silent",
            says=f"no heartbeat has come from {peer} to {self._here}",
            metrics={"heard": Metric("AWS/Events", "TriggeredRules", {"RuleName": rule.name}, "Sum")},
            comparison="<",
            threshold=1,
            periods=self._minutes,
            missing="breaching",
        )

    def _out_of_reach(self, scope: Construct, peer: CloudRegion, url: str) -> Condition:
        assert self.connection is not None  # noqa: S101 - made for whoever has an address
        destination = CloudwatchEventApiDestination(
            scope,
            "destination",
            name=self._names.resource(f"health-{peer}"),
            description=f"The deep health of {peer}",
            connection_arn=self.connection.arn,
            http_method="GET",
            invocation_endpoint=url,
            invocation_rate_limit_per_second=1,
        )
        rule = CloudwatchEventRule(
            scope,
            "question",
            name=self._names.resource(f"ask-{peer}"),
            description=f"Asks {peer} whether it serves",
            schedule_expression=_EVERY_MINUTE,
        )
        role = self._role(scope, "question", peer, allow(["events:InvokeApiDestination"], [destination.arn]))
        CloudwatchEventTarget(
            scope,
            "question-target",
            rule=rule.name,
            arn=destination.arn,
            role_arn=role.arn,
            # What is asked again until it succeeds is never counted as failed.
            retry_policy=CloudwatchEventTargetRetryPolicy(
                maximum_retry_attempts=0, maximum_event_age_in_seconds=_MINUTE
            ),
        )
        return Condition(
            purpose=f"{peer}-out-of-reach",
            says=f"{url} has not answered {self._here} with a success",
            metrics={"failed": Metric("AWS/Events", "FailedInvocations", {"RuleName": rule.name}, "Sum")},
            comparison=">=",
            threshold=1,
            periods=self._minutes,
        )

    def _arn(self, region: CloudRegion, what: str) -> str:
        return f"arn:{self._partition}:events:{region}:{self._account}:{what}"

    def _heartbeat_name(self, to: CloudRegion) -> str:
        return self._names.resource(f"heartbeat-{to}")

    def _role(self, scope: Construct, purpose: str, peer: CloudRegion, statement: Statement) -> IamRole:
        role = Role(
            scope,
            f"{purpose}-role",
            name=self._names.role(f"{purpose}-{peer}", self._here),
            assume_role_policy=trust("events.amazonaws.com"),
        )
        IamRolePolicy(scope, f"{purpose}-policy", name=purpose, role=role.name, policy=document(statement))
        return role
