"""Failing over needs no control plane of the lost region, and none that only one region has."""

import re

from backstay.checks.block import Block
from backstay.checks.promise import Guarantee
from backstay.checks.rule import Case, Found, Severity, rule

_GLOBAL_SERVICES = "https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/global-services.html"
# Services whose changes are all made in one region; Step Functions and policies write the action in their own ways.
_ONE_CONTROL_PLANE = {
    r"route53:changeresourcerecordsets": "Route 53 records are changed through us-east-1",
    r"aws-sdk:iam:(?:attach|create|delete|detach|put|update)\w*": "IAM is changed through us-east-1",
    r"aws-sdk:cloudfront:(?:associate|update)\w*": "CloudFront is changed through us-east-1",
    r"globalaccelerator:updateendpointgroup": "Global Accelerator is changed through us-west-2",
}
_AUTOMATION = (
    "aws_iam_policy",
    "aws_iam_role_policy",
    "aws_lambda_function",
    "aws_scheduler_schedule",
    "aws_sfn_state_machine",
    "aws_ssm_document",
)

# Who signs the tokens of workflows.
_WORKFLOWS = "token.actions.githubusercontent.com"


@rule(
    "failover-by-one-control-plane",
    what="what fails over calls no API that a single region answers",
    fix="let health checks move the traffic: their answers come from the data plane, which is everywhere",
    source=_GLOBAL_SERVICES,
    needs=Guarantee.REGION,
)
def failover_by_one_control_plane(case: Case) -> Found:
    """When us-east-1 is what was lost, the call that should move the traffic away from it has nobody to answer it."""
    for block in case.stacks.resources(*_AUTOMATION):
        for path, text in () if _is_for_workflows(case, block) else block.strings:
            if reason := _called(text):
                yield block, f"{path[-1]}: {reason}, which must work when that region is gone"
                break
    for block in case.stacks.data("aws_iam_policy_document"):
        if reason := next(filter(None, map(_called, block.texts("statement.actions"))), None):
            yield block, f"{reason}, which must work when that region is gone"


def _is_for_workflows(case: Case, policy: Block) -> bool:
    """Whether a policy belongs to GitHub's workflows alone: they deploy, and nothing waits for them to fail over."""
    attached = case.stacks.concerning(policy, "aws_iam_role_policy_attachment", "policy_arn")
    roles = [
        role
        for attachment in attached
        for role in attachment.stack.blocks
        if role.type == "aws_iam_role" and attachment.names("role", role)
    ]
    return bool(roles) and all(_WORKFLOWS in "".join(role.texts("assume_role_policy")) for role in roles)


def _called(text: str) -> str | None:
    plain = text.lower()
    return next((reason for action, reason in _ONE_CONTROL_PLANE.items() if re.search(action, plain)), None)


@rule(
    "alarm-on-health-check-metric",
    what="no alarm waits for the metrics of Route 53's health checks",
    fix="watch the region from another one, with a canary or a probe whose metric is kept where the alarm is",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html",
    needs=Guarantee.REGION,
)
def alarm_on_health_check_metric(case: Case) -> Found:
    """Route 53 keeps these metrics in us-east-1 only, so that the alarm is silent when us-east-1 is lost."""
    for alarm in case.stacks.resources("aws_cloudwatch_metric_alarm"):
        if "AWS/Route53" in (*alarm.texts("namespace"), *alarm.texts("metric_query.metric.namespace")):
            yield alarm, "the namespace AWS/Route53 is filled in us-east-1 only"


@rule(
    "health-check-blind-to-silence",
    what="a health check that follows an alarm takes silence for illness",
    fix='set insufficient_data_health_status = "Unhealthy"',
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-creating-values.html",
    needs=Guarantee.REGION,
)
def health_check_blind_to_silence(case: Case) -> Found:
    """The alarm is lost with its region and says nothing more, and the health check keeps what it heard last."""
    for check in case.stacks.resources("aws_route53_health_check"):
        given = check.text("insufficient_data_health_status")
        if check.text("type") == "CLOUDWATCH_METRIC" and given != "Unhealthy":
            yield check, f"insufficient_data_health_status is {given or 'not given'}"


@rule(
    "accelerator-dial-at-zero",
    what="a region whose dial is at zero is one that can take over",
    fix="leave it for a standby; while a region must not serve, remove its endpoints",
    source="https://www.repost.aws/knowledge-center/global-accelerator-failover-different-region",
    severity=Severity.NOTE,
    needs=Guarantee.REGION,
)
def accelerator_dial_at_zero(case: Case) -> Found:
    """When the other groups are unhealthy the dial is ignored, so zero keeps no region out of service."""
    for group in case.stacks.resources("aws_globalaccelerator_endpoint_group"):
        if group.number("traffic_dial_percentage", 100) == 0:
            yield (
                group,
                "traffic_dial_percentage is 0, and traffic comes here all the same when the others are unhealthy",
            )
