"""A region's sign of life, for the others to see."""

import json

from cdktf_cdktf_provider_aws.iam_role_policy import IamRolePolicy
from cdktf_cdktf_provider_aws.scheduler_schedule import (
    SchedulerSchedule,
    SchedulerScheduleFlexibleTimeWindow,
    SchedulerScheduleTarget,
    SchedulerScheduleTargetRetryPolicy,
)
from constructs import Construct

from backstay.aws.failover.control import beat_key, heartbeat
from backstay.aws.failover.plan import FailoverPlan
from backstay.aws.failover.rights import table_arn
from backstay.aws.policy import allow, document, trust
from backstay.aws.role import Role
from backstay.topology import CloudRegion, Names
from backstay.topology.failover import START_EVERY

EVERY_MINUTE = f"rate({START_EVERY.seconds // 60} minute)"

# What comes late says nothing.
ONCE = SchedulerScheduleTargetRetryPolicy(maximum_retry_attempts=0, maximum_event_age_in_seconds=START_EVERY.seconds)
AT_ONCE = SchedulerScheduleFlexibleTimeWindow(mode="OFF")
NO_OWN_KEY = {"CKV_AWS_297": "a schedule holds names only, and a key would be one more thing that it depends on"}


class Heartbeat(Construct):
    """Add one to the region's number in the control table every minute, with no program that could fail.

    The scheduler calls DynamoDB itself, so that the number says that the region's scheduler, its DynamoDB and its way
    to the other regions are well; whether its service is, its health says.

    Survives: the loss of every other region.
    Does not survive: the loss of its region, which is what it is for.
    """

    def __init__(
        self, scope: Construct, id_: str, *, plan: FailoverPlan, account: str, region: CloudRegion, names: Names
    ) -> None:
        super().__init__(scope, id_)
        self.role = Role(
            self,
            "role",
            name=names.role("heartbeat", region),
            assume_role_policy=trust("scheduler.amazonaws.com"),
        )
        own = {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [beat_key(region.name)]}}
        self.policy = IamRolePolicy(
            self,
            "policy",
            name="beat",
            role=self.role.name,
            policy=document(allow(["dynamodb:UpdateItem"], [table_arn(plan, account)], condition=own)),
        )
        self.schedule = SchedulerSchedule(
            self,
            "schedule",
            name=names.resource("heartbeat"),
            description="Tells the other regions that this one is there",
            schedule_expression=EVERY_MINUTE,
            flexible_time_window=AT_ONCE,
            target=SchedulerScheduleTarget(
                arn=f"arn:{plan.partition}:scheduler:::aws-sdk:dynamodb:updateItem",
                role_arn=self.role.arn,
                input=json.dumps(heartbeat(plan.table, plan.region)),
                retry_policy=ONCE,
            ),
            depends_on=[self.policy],
        )
        self.schedule.add_override("//.checkov", NO_OWN_KEY)
