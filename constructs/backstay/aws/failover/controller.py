"""What takes over when another region is lost."""

import json
from collections.abc import Sequence
from dataclasses import replace

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.cloudwatch_log_group import CloudwatchLogGroup
from cdktf_cdktf_provider_aws.cloudwatch_metric_alarm import CloudwatchMetricAlarm
from cdktf_cdktf_provider_aws.data_aws_caller_identity import DataAwsCallerIdentity
from cdktf_cdktf_provider_aws.data_aws_partition import DataAwsPartition
from cdktf_cdktf_provider_aws.iam_role import IamRole
from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.scheduler_schedule import SchedulerSchedule, SchedulerScheduleTarget
from cdktf_cdktf_provider_aws.sfn_state_machine import SfnStateMachine, SfnStateMachineLoggingConfiguration
from constructs import Construct

from backstay.aws.failover.control import control_table
from backstay.aws.failover.definition import definition
from backstay.aws.failover.heartbeat import AT_ONCE, EVERY_MINUTE, NO_OWN_KEY, ONCE, Heartbeat
from backstay.aws.failover.plan import FailoverPlan, Fleet, Pool, Stores, health_url, pace
from backstay.aws.failover.rights import Surroundings, rights, table_arn
from backstay.aws.policy import allow, document, trust
from backstay.aws.role import Role
from backstay.aws.watch import replication_lag
from backstay.aws.watch.alarm import alarm
from backstay.aws.watch.health_connection import health_connection
from backstay.outputs import FailoverOutputs, KeyOutputs, TopicOutputs
from backstay.topology import CloudRegion, Duration, HealthCheckSpec, Names
from backstay.topology.failover import FailoverSpec

_STALE = "failover-too-stale"


class FailoverController(Construct):
    """Take over from a region that is lost, for this region only: decide, promote, grow, serve, and tell people.

    A state machine of Step Functions that calls AWS by itself, started every minute and by hand. It holds the primary's
    region for lost when two signs that have nothing in common are gone all the time (see `observation`),
    refuses when its own region is ill or its copy of the data too stale, takes the term so that no two regions do (see
    `term`), promotes stores and starts machines side by side, waits for them and for the service to be
    healthy, and writes down when it did what. A run that was interrupted is gone on with by the next. Failing back is
    the same machine of the other region, started with `{"mode": "switchover"}`.

    Survives: the loss of every other region, of which it needs nothing: not their state, not their APIs, and nothing
    of us-east-1.
    Does not survive: the loss of its region; those that follow in the order are for that. Nor does it know whether a
    region that is cut off from all others still writes: what it wrote is given up.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        spec: FailoverSpec,
        region: CloudRegion,
        names: Names,
        succession: Sequence[CloudRegion],
        host: str,
        health_check: HealthCheckSpec,
        rpo: Duration,
        topic: TopicOutputs,
        log_key: KeyOutputs,
        stores: Stores | None = None,
        pools: Sequence[Pool] = (),
        fleets: Sequence[Fleet] = (),
        health_alarms: Sequence[str] = (),
        is_warm: bool = True,
        disposable: bool = False,
    ) -> None:
        """Make the controller and the region's heartbeat.

        Args:
            scope: what it is part of: its region's stack.
            id_: its id there.
            spec: how it decides.
            region: the region that it acts for.
            names: the environment's names.
            succession: all regions on AWS that can be primary, this one too, in the order in which they take over.
            host: the name that clients use; each region answers for itself at its own name below it.
            health_check: what is asked for there.
            rpo: how stale the vector database's copy may be, where the spec says nothing.
            topic: who is told.
            log_key: encrypts the log; it must admit CloudWatch Logs.
            stores: what is promoted here.
            pools: node groups to scale, and to what.
            fleets: auto-scaling groups to scale, and to what.
            health_alarms: names of alarms none of which may ring when this region is to take over.
            is_warm: whether the region serves before it is scaled, so that it has to be healthy from the start.
            disposable: whether an apply may delete the log.

        Raises:
            ValueError: when the region is not in the succession, or alone in it.
        """
        super().__init__(scope, id_)
        _require_others(region, succession)
        self._region, self._names = region, names
        self.account = DataAwsCallerIdentity(self, "account").account_id
        partition = DataAwsPartition(self, "partition").partition
        stores = stores or Stores()
        self.staleness = self._staleness(stores, succession, spec, rpo, topic)
        self.connection = health_connection(
            self,
            name=names.resource("failover-health"),
            description="Says which region's failover controller asks",
            region=region,
        )
        self.plan = FailoverPlan(
            region=region.name,
            succession=[each.name for each in succession],
            any_may_succeed=spec.consistency == "strong",
            table=control_table(names),
            topic=topic.id,
            connection=self.connection.arn,
            health_url=health_url(names, host, region, health_check),
            pace=pace(spec),
            is_warm=is_warm,
            health_alarms=health_alarms,
            staleness_alarm=names.alarm(_STALE) if self.staleness else None,
            cluster_arn=f"arn:{partition}:rds:{region.name}:{self.account}:cluster:{stores.vector_db}",
            stores=stores,
            pools=pools,
            fleets=fleets,
            automatic=spec.start == "automatic",
            approval=spec.approval,
            partition=partition,
        )
        self.heartbeat = Heartbeat(self, "heartbeat", plan=self.plan, account=self.account, region=region, names=names)
        self.logs = self._logs(spec, log_key, disposable=disposable)
        self.role = Role(
            self,
            "role",
            name=names.role("failover", region),
            assume_role_policy=trust("states.amazonaws.com"),
        )
        self.policy = self._policy(topic)
        self.machine = self._machine()
        self.starter, self.schedule = self._schedule()
        self.outputs = FailoverOutputs(
            machine=names.state_machine("failover"), id=self.machine.arn, table=control_table(names)
        )

    def grant_start(self, role: IamRole) -> IamRolePolicy:
        """Let people, or a drill, start failovers by hand, approve them, and see how they go."""
        executions = f"arn:{self.plan.partition}:states:{self._region.name}:{self.account}:execution"
        own = f"{executions}:{self._names.state_machine('failover')}:*"
        policy = document(
            allow(
                ["states:DescribeStateMachine", "states:ListExecutions", "states:StartExecution"], [self.machine.arn]
            ),
            allow(["states:DescribeExecution", "states:GetExecutionHistory", "states:StopExecution"], [own]),
            allow(["dynamodb:GetItem"], [table_arn(self.plan, self.account)]),
            # They know no resources: what they are bound to is the token.
            allow(["states:SendTaskFailure", "states:SendTaskSuccess"], ["*"]),
        )
        # The role is the scope, since two roles of different constructs may have the same id.
        return IamRolePolicy(role, "start-failover", name="start-failover", role=role.name, policy=policy)

    def _staleness(
        self, stores: Stores, succession: Sequence[CloudRegion], spec: FailoverSpec, rpo: Duration, topic: TopicOutputs
    ) -> CloudwatchMetricAlarm | None:
        if stores.vector_db is None:
            return None
        sources = [each for each in succession if each != self._region]
        behind = replication_lag.database(stores.vector_db, sources=sources, rpo=spec.accepted_loss or rpo)
        # When its source is lost, the alarm keeps saying how the copy was until then. The copy may go on to lag for as
        # long as its source is silent, so only what lasts longer than noticing that says something of the copy
        # (https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-secondary-availability.html).
        # People are told of a copy that is behind by the region's own alarms.
        longer = spec.detection.seconds // behind.seconds + 1
        last_known = replace(behind, purpose=_STALE, periods=longer, missing="ignore")
        return alarm(self, last_known, names=self._names, topic=replace(topic, told=()))

    def _logs(self, spec: FailoverSpec, key: KeyOutputs, *, disposable: bool) -> CloudwatchLogGroup:
        logs = CloudwatchLogGroup(
            self,
            "logs",
            name=self._names.log_group("failover"),
            retention_in_days=spec.log_days,
            kms_key_id=key.id,
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        logs.add_override("//.checkov", {"CKV_AWS_338": "how long logs are kept is the environment's to say"})
        return logs

    def _policy(self, topic: TopicOutputs) -> IamRolePolicy:
        surroundings = Surroundings(
            account=self.account,
            machine=self._names.state_machine("failover"),
            connection=self._names.resource("failover-health"),
            topic_key=topic.key,
        )
        policy = document(*rights(self.plan, surroundings))
        return IamRolePolicy(self, "policy", name="failover", role=self.role.name, policy=policy)

    def _machine(self) -> SfnStateMachine:
        machine = SfnStateMachine(
            self,
            "machine",
            name=self._names.state_machine("failover"),
            role_arn=self.role.arn,
            definition=json.dumps(definition(self.plan)),
            logging_configuration=SfnStateMachineLoggingConfiguration(
                level="ALL", include_execution_data=True, log_destination=f"{self.logs.arn}:*"
            ),
            # Step Functions tries whether it may write its log.
            depends_on=[self.policy],
        )
        machine.add_override(
            "//.checkov", {"CKV_AWS_284": "the control table and the log say when each step was taken"}
        )
        return machine

    def _schedule(self) -> tuple[IamRole, SchedulerSchedule]:
        starter = Role(
            self,
            "starter",
            name=self._names.role("failover-start", self._region),
            assume_role_policy=trust("scheduler.amazonaws.com"),
        )
        start = document(allow(["states:StartExecution"], [self.machine.arn]))
        granted = IamRolePolicy(self, "start", name="start", role=starter.name, policy=start)
        schedule = SchedulerSchedule(
            self,
            "schedule",
            name=self._names.resource("failover"),
            description="Looks whether the primary's region is lost",
            schedule_expression=EVERY_MINUTE,
            flexible_time_window=AT_ONCE,
            target=SchedulerScheduleTarget(
                arn=self.machine.arn,
                role_arn=starter.arn,
                input=json.dumps({"scheduled": True}),
                retry_policy=ONCE,
            ),
            depends_on=[granted],
        )
        schedule.add_override("//.checkov", NO_OWN_KEY)
        return starter, schedule


def _require_others(region: CloudRegion, succession: Sequence[CloudRegion]) -> None:
    if region not in succession or len(set(succession)) < 2:
        named = ", ".join(each.name for each in succession) or "nobody"
        raise ValueError(
            f"the succession {named} does not let {region.name} take over from anybody; "
            f"name {region.name} and at least one other region"
        )
