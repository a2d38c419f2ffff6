"""People are told, whichever region is lost."""

from backstay.checks.block import Block
from backstay.checks.promise import Guarantee
from backstay.checks.rule import Case, Found, Severity, rule
from backstay.checks.stacks import Stacks

_CLOUDWATCH = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring"
_ALARMS = ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
_SERVING = (
    "aws_autoscaling_group",
    "aws_eks_cluster",
    "aws_lb",
    "aws_rds_cluster",
)
# How far a copy is behind, as each service measures it.
_LAGS = {
    "aws_rds_cluster": ("global_cluster_identifier", ("AuroraGlobalDBReplicationLag", "AuroraGlobalDBRPOLag")),
    "aws_dynamodb_table": ("replica", ("ReplicationLatency",)),
    "aws_elasticache_replication_group": ("global_replication_group_id", ("GlobalDatastoreReplicationLag",)),
    "aws_s3_bucket_replication_configuration": ("rule", ("ReplicationLatency", "OperationsPendingReplication")),
    "aws_db_instance": ("replicate_source_db", ("ReplicaLag",)),
}


@rule(
    "alarm-nobody-receives",
    what="an alarm tells somebody, or something",
    fix="add alarm_actions with a topic that people receive, or use the alarm in a composite one",
    source=f"{_CLOUDWATCH}/alarm-actions.html",
)
def alarm_nobody_receives(case: Case) -> Found:
    """An alarm without an action changes its colour on a page that nobody looks at."""
    for alarm in case.stacks.resources(*_ALARMS):
        is_silent = not alarm.has("alarm_actions") or alarm.flag("actions_enabled", default=True) is False
        if is_silent and not _is_followed(alarm, case.stacks):
            yield alarm, f"alarm {alarm.known_as or alarm.name} has no alarm_actions, and nothing follows it"
    for alert in case.stacks.resources("azurerm_monitor_metric_alert"):
        if not alert.has("action"):
            yield alert, "the alert has no action"
    for policy in case.stacks.resources("google_monitoring_alert_policy"):
        if not policy.has("notification_channels"):
            yield policy, "the policy has no notification_channels"


def _is_followed(alarm: Block, stacks: Stacks) -> bool:
    """Whether another alarm, a health check or an automation looks at it."""
    for other in stacks.blocks:
        if other is alarm or not other.type.startswith(_FOLLOWERS):
            continue
        if other.stack is alarm.stack and alarm.address in other.references():
            return True
        if alarm.known_as and any(alarm.known_as in text for _, text in other.strings):
            return True
    return False


_FOLLOWERS = (
    "aws_arcregionswitch_",
    "aws_cloudwatch_composite_alarm",
    "aws_cloudwatch_event_rule",
    "aws_fis_",
    "aws_lambda_function",
    "aws_route53_health_check",
    "aws_sfn_state_machine",
)


@rule(
    "topic-nobody-reads",
    what="what alarms are sent to has somebody who receives it",
    fix="add a subscription, such as the on-call address or the pager's endpoint",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-create-subscribe-endpoint-to-topic.html",
)
def topic_nobody_reads(case: Case) -> Found:
    """The alarm was raised and sent, and nobody was told."""
    for topic in case.stacks.resources("aws_sns_topic"):
        is_told = any(alarm.names("alarm_actions", topic) for alarm in case.stacks.resources(*_ALARMS))
        if is_told and not case.stacks.concerning(topic, "aws_sns_topic_subscription", "topic_arn"):
            yield topic, f"alarms are sent to {topic.known_as or topic.name}, which has no subscription"
    for group in case.stacks.resources("azurerm_monitor_action_group"):
        if not any(argument.endswith("_receiver") for argument in group.body):
            yield group, "the action group has no receiver"


@rule(
    "region-unwatched",
    what="a region that serves has alarms",
    fix="add alarms on errors, latency, healthy targets and capacity in each region",
    source="https://docs.aws.amazon.com/wellarchitected/latest/reliability-pillar/rel_monitor_aws_resources_monitor_resources.html",
    severity=Severity.WARNING,
    needs=Guarantee.REGION,
)
def region_unwatched(case: Case) -> Found:
    """Clients are then the first to notice, and the last to be believed."""
    watched = {alarm.region for alarm in case.stacks.resources(*_ALARMS)}
    told = set()
    for block in case.stacks.resources(*_SERVING):
        if block.region and block.region not in watched | told:
            told.add(block.region)
            yield block, f"{block.region} serves and has no alarm"


@rule(
    "alarms-in-one-region",
    what="the loss of a region is noticed from another one",
    fix="let each region watch its peers too, and send to a topic of its own",
    source="https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/static-stability.html",
    severity=Severity.WARNING,
    needs=Guarantee.REGION,
)
def alarms_in_one_region(case: Case) -> Found:
    """Alarms that all stand in one region are lost with it, at the one moment they were made for."""
    alarms = list(case.stacks.resources(*_ALARMS))
    regions = {alarm.region for alarm in alarms if alarm.region}
    if len(regions) == 1 and len(case.stacks.regions) > 1:
        yield alarms[0], f"all {len(alarms)} alarm(s) are in {alarms[0].region}"


@rule(
    "replication-lag-unwatched",
    what="an alarm tells when a copy falls behind the RPO",
    fix="add an alarm on the service's metric of lag, with the RPO as its threshold",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-monitoring.html",
    severity=Severity.WARNING,
    needs=Guarantee.REGION,
)
def replication_lag_unwatched(case: Case) -> Found:
    """A copy that has stopped looks like one that has nothing to do, until it is needed."""
    watched = {
        name
        for alarm in case.stacks.resources("aws_cloudwatch_metric_alarm")
        for name in (*alarm.texts("metric_name"), *alarm.texts("metric_query.metric.metric_name"))
    }
    for block in case.stacks.resources(*_LAGS):
        sign, metrics = _LAGS[block.type]
        if block.has(sign) and not watched & set(metrics):
            yield block, f"no alarm watches {' or '.join(metrics)}; the RPO is {case.promise.rpo}"
