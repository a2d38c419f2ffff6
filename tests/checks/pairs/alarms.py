from tests.checks.example import Pair, single, stack

US, EU = "us-east-1", "eu-west-1"
ALARM, TOPIC = "aws_cloudwatch_metric_alarm.it", "aws_sns_topic.it"
SENDING = {"alarm_actions": ["${aws_sns_topic.it.arn}"]}


def following(alarm: str) -> dict[str, object]:
    return {"alarm_rule": f"ALARM({alarm})", "alarm_actions": ["arn"]}


PAIRS = [
    single(
        "alarm-nobody-receives",
        "aws_cloudwatch_metric_alarm",
        fires={"alarm_actions": ["arn"], "actions_enabled": False},
        silent={"alarm_actions": ["arn"]},
    ),
    Pair(
        "alarm-nobody-receives",
        [ALARM],
        {"us": stack({ALARM: {"alarm_name": "errors"}})},
        {
            "us": stack(
                {
                    ALARM: {"alarm_name": "errors"},
                    "aws_cloudwatch_composite_alarm.region": {
                        "alarm_rule": "ALARM(${aws_cloudwatch_metric_alarm.it.alarm_name})",
                        "alarm_actions": ["arn"],
                    },
                }
            )
        },
        about="part of a composite alarm",
    ),
    Pair(
        "alarm-nobody-receives",
        [ALARM],
        {"us": stack({ALARM: {"alarm_name": "errors"}})},
        {
            "us": stack({ALARM: {"alarm_name": "errors"}}),
            "routing": stack({"aws_route53_health_check.us": {"cloudwatch_alarm_name": "errors"}}),
        },
        about="followed by a health check",
    ),
    single(
        "alarm-nobody-receives", "azurerm_monitor_metric_alert", fires={}, silent={"action": [{"action_group_id": "g"}]}
    ),
    single(
        "alarm-nobody-receives", "google_monitoring_alert_policy", fires={}, silent={"notification_channels": ["c"]}
    ),
    Pair(
        "topic-nobody-reads",
        [TOPIC],
        {"us": stack({TOPIC: {"name": "on-call"}, ALARM: SENDING})},
        {
            "us": stack(
                {
                    TOPIC: {"name": "on-call"},
                    ALARM: SENDING,
                    "aws_sns_topic_subscription.pager": {"topic_arn": "${aws_sns_topic.it.arn}", "protocol": "https"},
                }
            )
        },
        about="sns",
    ),
    single(
        "topic-nobody-reads",
        "azurerm_monitor_action_group",
        fires={"short_name": "on-call"},
        silent={"short_name": "on-call", "email_receiver": [{"email_address": "on-call@example.com"}]},
    ),
    Pair(
        "region-unwatched",
        ["aws_lb.it"],
        {"us": stack({"aws_lb.it": {}}, region=US), "eu": stack({ALARM: {}}, region=EU)},
        {"us": stack({"aws_lb.it": {}, ALARM: {}}, region=US), "eu": stack({}, region=EU)},
    ),
    Pair(
        "alarms-in-one-region",
        [ALARM],
        {"us": stack({ALARM: {}}, region=US), "eu": stack({}, region=EU)},
        {"us": stack({ALARM: {}}, region=US), "eu": stack({ALARM: {}}, region=EU)},
    ),
    Pair(
        "replication-lag-unwatched",
        ["aws_rds_cluster.it"],
        {
            "us": stack(
                {"aws_rds_cluster.it": {"global_cluster_identifier": "v"}, ALARM: {"metric_name": "CPUUtilization"}}
            )
        },
        {
            "us": stack(
                {
                    "aws_rds_cluster.it": {"global_cluster_identifier": "v"},
                    ALARM: {"metric_query": [{"metric": {"metric_name": "AuroraGlobalDBReplicationLag"}}]},
                }
            )
        },
    ),
    Pair(
        "alarm-nobody-receives",
        [ALARM],
        {
            "us": stack(
                {ALARM: {"alarm_name": "errors"}, "aws_cloudwatch_composite_alarm.region": following("latency")}
            ),
            "eu": stack({ALARM: {"alarm_name": "errors", "alarm_actions": ["arn"]}}, region=EU),
        },
        {
            "us": stack(
                {ALARM: {"alarm_name": "errors"}, "aws_cloudwatch_composite_alarm.region": following("errors")}
            ),
            "eu": stack({ALARM: {"alarm_name": "errors", "alarm_actions": ["arn"]}}, region=EU),
        },
        about="part of a composite alarm by its name",
    ),
    Pair(
        "alarm-nobody-receives",
        [ALARM],
        {
            "us": stack(
                {ALARM: {}, "aws_cloudwatch_dashboard.it": {"dashboard_body": "${aws_cloudwatch_metric_alarm.it.arn}"}}
            )
        },
        {"us": stack({ALARM: {}, "aws_sfn_state_machine.it": {"definition": "${aws_cloudwatch_metric_alarm.it.arn}"}})},
        about="a page is nobody",
    ),
    Pair(
        "topic-nobody-reads",
        [TOPIC],
        {"us": stack({TOPIC: {"name": "on-call"}, ALARM: SENDING})},
        {"us": stack({TOPIC: {"name": "orders"}, ALARM: {"alarm_actions": ["arn:aws:sns:us-east-1:1:on-call"]}})},
        about="a topic of no alarm",
    ),
    Pair(
        "alarms-in-one-region",
        [ALARM],
        {"us": stack({ALARM: {}}, region=US), "eu": stack({}, region=EU)},
        {"us": stack({ALARM: {}}, region=US)},
        about="the only region",
    ),
    single(
        "replication-lag-unwatched",
        "aws_db_instance",
        fires={"replicate_source_db": "orders"},
        silent={"identifier": "orders"},
        about="one that copies nothing",
    ),
]
