from backstay.checks import Promise
from backstay.topology import Duration
from tests.checks.example import Pair, single, stack

FIVE_MINUTES = Promise(rto=Duration.parse("5m"))
WEIGHTED = {"name": "llm.example.com", "type": "CNAME", "weighted_routing_policy": {"weight": 50}}
DEEP = {"type": "HTTPS", "resource_path": "/health"}
GROUP = "aws_autoscaling_group.it"
GOOGLE_CHECK = "google_compute_region_health_check.it"
SLOW = {"check_interval_sec": 30, "unhealthy_threshold": 10, "https_health_check": {"request_path": "/health"}}

PAIRS = [
    single(
        "record-without-health-check",
        "aws_route53_record",
        fires=WEIGHTED,
        silent=WEIGHTED | {"health_check_id": "${aws_route53_health_check.us.id}"},
    ),
    single(
        "record-without-health-check",
        "aws_route53_record",
        fires={"failover_routing_policy": {"type": "PRIMARY"}, "alias": {"evaluate_target_health": False}},
        silent={"failover_routing_policy": {"type": "SECONDARY"}, "alias": {"evaluate_target_health": False}},
        about="the last resort needs none",
    ),
    single(
        "record-without-health-check",
        "aws_route53_record",
        fires=WEIGHTED,
        silent=WEIGHTED
        | {"records": ["${one(aws_acm_certificate.c.domain_validation_options[*].resource_record_value)}"]},
        about="the proof of a certificate needs none",
    ),
    single(
        "record-without-health-check",
        "google_dns_record_set",
        fires={"routing_policy": {"wrr": [{"weight": 1, "rrdatas": ["10.0.0.1"]}]}},
        silent={"routing_policy": {"health_check": "h", "wrr": [{"weight": 1}]}},
    ),
    single(
        "record-without-health-check",
        "azurerm_cdn_frontdoor_origin_group",
        fires={"load_balancing": {}},
        silent={"load_balancing": {}, "health_probe": {"interval_in_seconds": 30}},
    ),
    single("health-check-shallow", "aws_route53_health_check", fires={"type": "TCP"}, silent=DEEP),
    single(
        "health-check-shallow",
        "aws_route53_health_check",
        fires={"type": "HTTPS"},
        silent={"type": "CALCULATED"},
        about="without a path",
    ),
    single(
        "health-check-shallow",
        "aws_lb_target_group",
        fires={"health_check": {"path": "/"}},
        silent={"health_check": {"path": "/health"}},
    ),
    single(
        "health-check-shallow",
        "google_compute_region_health_check",
        fires={"tcp_health_check": {"port": 8000}},
        silent={"http_health_check": {"request_path": "/health"}},
    ),
    single("health-check-shallow", "azurerm_lb_probe", fires={"protocol": "Tcp"}, silent={"request_path": "/health"}),
    single(
        "health-check-shallow",
        "azurerm_application_gateway",
        fires={"probe": {"path": "/"}},
        silent={"probe": {"path": "/health"}},
    ),
    single(
        "health-check-slow",
        "aws_route53_health_check",
        fires=DEEP | {"request_interval": 30, "failure_threshold": 4},
        silent=DEEP | {"request_interval": 30, "failure_threshold": 3},
        about="90 of 900 seconds",
    ),
    single(
        "health-check-slow",
        "aws_route53_health_check",
        fires=DEEP | {"request_interval": 30, "failure_threshold": 3},
        silent=DEEP | {"request_interval": 10, "failure_threshold": 3},
        about="30 of 300 seconds",
        promise=FIVE_MINUTES,
    ),
    single(
        "health-check-slow",
        "azurerm_traffic_manager_profile",
        fires={"monitor_config": {"interval_in_seconds": 30, "tolerated_number_of_failures": 9}},
        silent={"monitor_config": {"interval_in_seconds": 10, "tolerated_number_of_failures": 3}},
    ),
    Pair(
        "health-check-slow",
        [GOOGLE_CHECK],
        {
            "eu": stack(
                {
                    GOOGLE_CHECK: SLOW,
                    "google_compute_region_backend_service.b": {"health_checks": [f"${{{GOOGLE_CHECK}.id}}"]},
                },
                region="europe-west4",
            )
        },
        {
            "eu": stack(
                {
                    GOOGLE_CHECK: SLOW,
                    "google_compute_region_instance_group_manager.m": {
                        "auto_healing_policies": {"health_check": f"${{{GOOGLE_CHECK}.id}}"}
                    },
                },
                region="europe-west4",
            )
        },
        about="one that only repairs",
    ),
    single("ttl-above-budget", "aws_route53_record", fires=WEIGHTED | {"ttl": 300}, silent=WEIGHTED | {"ttl": 60}),
    single(
        "ttl-above-budget",
        "aws_route53_record",
        fires=WEIGHTED | {"ttl": 60},
        silent={"name": "mail.example.com", "ttl": 3600},
        about="30 of 300 seconds",
        promise=FIVE_MINUTES,
    ),
    single(
        "ttl-above-budget",
        "azurerm_traffic_manager_profile",
        fires={"dns_config": {"ttl": 300}},
        silent={"dns_config": {"ttl": 30}},
    ),
    single(
        "ttl-above-budget",
        "google_dns_record_set",
        fires={"ttl": 300, "routing_policy": {"health_check": "h"}},
        silent={"ttl": 30, "routing_policy": {"health_check": "h"}},
    ),
    single(
        "fail-open-undecided",
        "aws_lb_target_group",
        fires={"port": 8000},
        silent={"target_group_health": {"unhealthy_state_routing": {"minimum_healthy_targets_percentage": "50"}}},
    ),
    single(
        "fleet-blind-to-its-health-check",
        "aws_autoscaling_group",
        fires={"target_group_arns": ["arn"]},
        silent={"target_group_arns": ["arn"], "health_check_type": "ELB"},
    ),
    Pair(
        "fleet-blind-to-its-health-check",
        [GROUP],
        {"us": stack({GROUP: {}, "aws_autoscaling_attachment.a": {"autoscaling_group_name": f"${{{GROUP}.name}}"}})},
        {"us": stack({GROUP: {}})},
        about="attached",
    ),
    single(
        "fleet-blind-to-its-health-check",
        "google_compute_region_instance_group_manager",
        fires={},
        silent={"auto_healing_policies": {"health_check": "h"}},
    ),
    single(
        "record-without-health-check",
        "aws_route53_record",
        fires=WEIGHTED,
        silent={"weighted_routing_policy": {"weight": 50}, "alias": {"name": "lb", "evaluate_target_health": True}},
        about="an alias that looks at its target",
    ),
    single(
        "record-without-health-check",
        "google_dns_record_set",
        fires={"routing_policy": {"wrr": [{"weight": 1, "rrdatas": ["10.0.0.1"]}]}},
        silent={"rrdatas": ["10.0.0.1"]},
        about="one that shares nothing",
    ),
    single(
        "record-without-health-check",
        "google_dns_record_set",
        fires={"routing_policy": {"geo": [{"location": "europe-west4", "rrdatas": ["10.0.0.1"]}]}},
        silent={"routing_policy": {"geo": [{"health_checked_targets": {"external_endpoints": ["10.0.0.1"]}}]}},
        about="targets that are checked",
    ),
    single(
        "health-check-shallow",
        "google_compute_region_health_check",
        fires={"ssl_health_check": {"port": 8000}},
        silent={"grpc_health_check": {"port": 8000}},
        about="a protocol of health checks",
    ),
    single(
        "health-check-shallow",
        "aws_lb_target_group",
        fires={"protocol": "TCP", "health_check": {"protocol": "TCP", "path": "/health"}},
        silent={"protocol": "TCP", "health_check": {"protocol": "HTTP", "path": "/health"}},
        about="a network load balancer may ask more",
    ),
    single(
        "health-check-shallow",
        "aws_globalaccelerator_endpoint_group",
        fires={"health_check_path": "/"},
        silent={"health_check_port": 443},
        about="an endpoint that brings its own",
    ),
    single(
        "health-check-shallow",
        "azurerm_application_gateway",
        fires={"probe": {"path": "/"}},
        silent={"name": "gateway"},
        about="no probe of its own",
    ),
    single(
        "health-check-slow",
        "azurerm_application_gateway",
        fires={"probe": {"interval": 60, "unhealthy_threshold": 3}},
        silent={"name": "gateway"},
        about="no probe of its own",
        promise=Promise(rto=Duration.parse("2m")),
    ),
    single(
        "health-check-slow",
        "aws_route53_health_check",
        fires=DEEP | {"request_interval": 30, "failure_threshold": 5},
        silent=DEEP | {"request_interval": "${var.interval}", "failure_threshold": 5},
        about="what is not known before a plan",
    ),
    single(
        "ttl-above-budget",
        "google_dns_record_set",
        fires={"ttl": 300, "routing_policy": {"health_check": "h"}},
        silent={"ttl": 300, "rrdatas": ["10.0.0.1"]},
        about="one that leads one way",
    ),
    single(
        "fail-open-undecided",
        "aws_lb_target_group",
        fires={"port": 8000},
        silent={"target_type": "lambda"},
        about="lambda",
    ),
    single(
        "fail-open-undecided",
        "aws_lb_target_group",
        fires={"port": 8000},
        silent={"target_group_health": {"dns_failover": {"minimum_healthy_targets_count": "2"}}},
        about="by DNS",
    ),
    single(
        "fleet-blind-to-its-health-check",
        "aws_autoscaling_group",
        fires={"traffic_source": [{"identifier": "arn"}]},
        silent={"max_size": 3},
        about="a traffic source",
    ),
]
