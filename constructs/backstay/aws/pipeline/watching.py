"""What an apply may do with what looks after regions: alarms, schedules, failovers, backups."""

from backstay.aws.pipeline.reach import ANY, Reach, both
from backstay.aws.policy import Statement, allow

_ALARMS = (
    "cloudwatch:DeleteAlarms",
    "cloudwatch:PutCompositeAlarm",
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:TagResource",
    "cloudwatch:UntagResource",
)
_EVENTS = (
    "events:CreateApiDestination",
    "events:CreateConnection",
    "events:DeleteApiDestination",
    "events:DeleteConnection",
    "events:DeleteRule",
    "events:DisableRule",
    "events:EnableRule",
    "events:PutRule",
    "events:PutTargets",
    "events:RemoveTargets",
    "events:TagResource",
    "events:UntagResource",
    "events:UpdateApiDestination",
    "events:UpdateConnection",
)
_MACHINES = (
    "states:CreateStateMachine",
    "states:DeleteStateMachine",
    "states:PublishStateMachineVersion",
    "states:TagResource",
    "states:UntagResource",
    "states:UpdateStateMachine",
)
_TOPICS = (
    "sns:CreateTopic",
    "sns:DeleteTopic",
    "sns:SetSubscriptionAttributes",
    "sns:SetTopicAttributes",
    "sns:Subscribe",
    "sns:TagResource",
    "sns:Unsubscribe",
    "sns:UntagResource",
)
_LOGS = (
    "logs:AssociateKmsKey",
    "logs:CreateLogGroup",
    "logs:DeleteLogGroup",
    "logs:DeleteRetentionPolicy",
    "logs:DisassociateKmsKey",
    "logs:PutRetentionPolicy",
    "logs:TagResource",
    "logs:UntagResource",
)
# A state machine's logs are delivered by a service that has no names to allow.
_DELIVERIES = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)
_PARAMETERS = ("ssm:AddTagsToResource", "ssm:DeleteParameter", "ssm:PutParameter", "ssm:RemoveTagsFromResource")
_VAULTS = (
    "backup:CreateBackupVault",
    "backup:DeleteBackupVault",
    "backup:DeleteBackupVaultAccessPolicy",
    "backup:DeleteBackupVaultLockConfiguration",
    "backup:PutBackupVaultAccessPolicy",
    "backup:PutBackupVaultLockConfiguration",
    "backup:TagResource",
    "backup:UntagResource",
)
_BACKUP_PLANS = (
    "backup:CreateBackupPlan",
    "backup:CreateBackupSelection",
    "backup:CreateRestoreTestingPlan",
    "backup:CreateRestoreTestingSelection",
    "backup:DeleteBackupPlan",
    "backup:DeleteBackupSelection",
    "backup:DeleteRestoreTestingPlan",
    "backup:DeleteRestoreTestingSelection",
    "backup:TagResource",
    "backup:UntagResource",
    "backup:UpdateBackupPlan",
    "backup:UpdateRestoreTestingPlan",
    "backup:UpdateRestoreTestingSelection",
)


def watch(reach: Reach) -> list[Statement]:
    """Make and change alarms, rules, state machines and logs that have the environment's names."""
    own, here = reach.names.own, reach.here
    dashboards = [f"arn:{reach.partition}:cloudwatch::{reach.account}:dashboard/{own}*"]
    groups = [f"log-group:{reach.names.log_group('*')}", f"log-group:/aws/eks/{reach.names.cluster()}/*"]
    schedules = ("scheduler:CreateSchedule", "scheduler:DeleteSchedule", "scheduler:UpdateSchedule")
    parameters = reach.regional("ssm", f"parameter{reach.names.parameter('*')}")
    # EventBridge keeps what a connection sends in a secret of its own, on behalf of whoever makes it.
    secrets = ("CreateSecret", "DeleteSecret", "PutSecretValue", "UpdateSecret")
    connections = reach.regional("secretsmanager", f"secret:events!connection/{own}*")
    return [
        allow(_ALARMS, reach.named("cloudwatch", "alarm:"), sid="Alarms", condition=here),
        allow(["cloudwatch:DeleteDashboards", "cloudwatch:PutDashboard"], dashboards, sid="Dashboards"),
        allow(_EVENTS, reach.named("events", "rule/", "connection/", "api-destination/"), sid="Events", condition=here),
        allow([f"secretsmanager:{each}" for each in secrets], connections, sid="Connections", condition=here),
        allow(schedules, reach.named("scheduler", "schedule/default/"), sid="Schedules", condition=here),
        allow(_MACHINES, reach.named("states", "stateMachine:"), sid="StateMachines", condition=here),
        allow(_TOPICS, reach.named("sns", ""), sid="Topics", condition=here),
        allow(_LOGS, reach.regional("logs", *groups), sid="Logs", condition=here),
        allow(_DELIVERIES, ANY, sid="LogDeliveries", condition=here),
        allow(_PARAMETERS, parameters, sid="Parameters", condition=here),
    ]


def backups(reach: Reach) -> list[Statement]:
    """Make and change vaults and plans of backups, and never a backup itself."""
    plans = reach.regional("backup", "backup-plan:*", "restore-testing-plan:*")
    return [
        allow(
            _VAULTS, reach.regional("backup", f"backup-vault:{reach.names.own}*"), sid="Vaults", condition=reach.here
        ),
        allow(["backup-storage:MountCapsule"], ANY, sid="VaultsStorage", condition=reach.here),
        allow(_BACKUP_PLANS, plans, sid="Plans", condition=both(reach.here, reach.untagged)),
    ]
