import json

from tests.checks.example import Pair, single, stack

CHANGE_RECORD = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:route53:changeResourceRecordSets"}
SCALE = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:autoscaling:setDesiredCapacity"}
POLICY = '{"Statement": [{"Effect": "Allow", "Action": ["%s"], "Resource": "*"}]}'


def role_with_policy(principal: str) -> dict[str, dict[str, str]]:
    """A policy that changes records, and the role that has it."""
    return {
        "aws_iam_policy.it": {"policy": POLICY % "route53:ChangeResourceRecordSets"},
        "aws_iam_role.it": {"assume_role_policy": json.dumps({"Statement": [{"Principal": principal}]})},
        "aws_iam_role_policy_attachment.it": {
            "role": "${aws_iam_role.it.name}",
            "policy_arn": "${aws_iam_policy.it.arn}",
        },
    }


PAIRS = [
    Pair(
        "failover-by-one-control-plane",
        ["aws_iam_policy.it"],
        {"us": stack(role_with_policy("states.amazonaws.com"))},
        {"us": stack(role_with_policy("arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"))},
    ),
    single(
        "failover-by-one-control-plane",
        "aws_sfn_state_machine",
        fires={"definition": json.dumps({"States": {"Move": CHANGE_RECORD}})},
        silent={"definition": json.dumps({"States": {"Grow": SCALE}})},
    ),
    single(
        "failover-by-one-control-plane",
        "aws_iam_role_policy",
        fires={"policy": POLICY % "route53:ChangeResourceRecordSets"},
        silent={"policy": POLICY % "route53:GetHealthCheckStatus"},
    ),
    single(
        "failover-by-one-control-plane",
        "aws_ssm_document",
        fires={"content": '{"action": "aws:executeAwsApi", "Api": "globalaccelerator:UpdateEndpointGroup"}'},
        silent={"content": '{"action": "aws:executeAwsApi", "Api": "rds:FailoverGlobalCluster"}'},
    ),
    single(
        "alarm-on-health-check-metric",
        "aws_cloudwatch_metric_alarm",
        fires={"namespace": "AWS/Route53", "metric_name": "HealthCheckStatus", "alarm_actions": ["topic"]},
        silent={"namespace": "CloudWatchSynthetics", "metric_name": "SuccessPercent", "alarm_actions": ["topic"]},
    ),
    single(
        "health-check-blind-to-silence",
        "aws_route53_health_check",
        fires={"type": "CLOUDWATCH_METRIC", "insufficient_data_health_status": "LastKnownStatus"},
        silent={"type": "CLOUDWATCH_METRIC", "insufficient_data_health_status": "Unhealthy"},
    ),
    single(
        "accelerator-dial-at-zero",
        "aws_globalaccelerator_endpoint_group",
        fires={"traffic_dial_percentage": 0},
        silent={"traffic_dial_percentage": 10},
    ),
    Pair(
        "failover-by-one-control-plane",
        ["data.aws_iam_policy_document.it"],
        {
            "us": stack(
                {"data.aws_iam_policy_document.it": {"statement": [{"actions": ["route53:ChangeResourceRecordSets"]}]}}
            )
        },
        {"us": stack({"data.aws_iam_policy_document.it": {"statement": [{"actions": ["rds:FailoverGlobalCluster"]}]}})},
    ),
    single(
        "health-check-blind-to-silence",
        "aws_route53_health_check",
        fires={"type": "CLOUDWATCH_METRIC"},
        silent={"type": "HTTPS", "resource_path": "/health"},
        about="one that follows no alarm",
    ),
]
