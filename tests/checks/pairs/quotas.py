from typing import Any

from tests.checks.example import Document, Pair, stack

RULE = "quota-not-watched"
NODES, GROUP, TEMPLATE = "aws_eks_node_group.it", "aws_autoscaling_group.it", "aws_launch_template.it"
EU = "eu-west-1"
# From 4 to 8 machines of 4 virtual CPUs each.
GROWS = {"instance_types": ["g6.xlarge"], "scaling_config": {"min_size": 4, "desired_size": 4, "max_size": 8}}
FIXED = GROWS | {"scaling_config": {"min_size": 8, "desired_size": 8, "max_size": 8}}
BLOCK = GROWS | {"capacity_type": "CAPACITY_BLOCK"}
MORE = {"min_size": 1, "max_size": 2, "launch_template": {"id": f"${{{TEMPLATE}.id}}"}}


def alarm(
    threshold: Any = 32,
    *,
    expression: str = "SERVICE_QUOTA(used)",
    usage: str = "G/OnDemand",
    comparison: str = "LessThanThreshold",
) -> Document:
    metric = {"namespace": "AWS/Usage", "metric_name": "ResourceCount", "dimensions": {"Class": usage}}
    return {
        "comparison_operator": comparison,
        "threshold": threshold,
        "metric_query": [{"id": "used", "metric": metric}, {"id": "result", "expression": expression}],
    }


def watched(given: Document, nodes: Document = GROWS) -> dict[str, Document]:
    return {"prod": stack({NODES: nodes, "aws_cloudwatch_metric_alarm.quota": given})}


def asked(value: Any, *, code: str = "L-DB2E81BA") -> dict[str, Document]:
    quota = {"service_code": "ec2", "quota_code": code, "value": value}
    return {"prod": stack({NODES: GROWS, "aws_servicequotas_service_quota.gpus": quota})}


def fires(documents: dict[str, Document], silent: dict[str, Document], about: str) -> Pair:
    return Pair(RULE, [NODES], documents, silent, about=about)


PAIRS = [
    fires({"prod": stack({NODES: GROWS})}, watched(alarm()), "nothing watches it"),
    fires(watched(alarm(31)), watched(alarm(33)), "an alarm that would go off too late"),
    fires(watched(alarm(expression="used / SERVICE_QUOTA(used) * 100")), watched(alarm()), "what is used is watched"),
    fires(watched(alarm(comparison="GreaterThanThreshold")), watched(alarm()), "an alarm the wrong way round"),
    fires(watched(alarm(usage="P/OnDemand")), watched(alarm()), "the quota of other machines"),
    fires(watched(alarm(usage="G/Spot")), watched(alarm(usage="G/Spot"), GROWS | {"capacity_type": "SPOT"}), "spot"),
    fires(asked(16), asked(32), "less is asked for"),
    fires(asked(64, code="L-417A185B"), asked("${var.vcpus}"), "how much is known later"),
    fires({"prod": stack({NODES: GROWS})}, {"prod": stack({NODES: FIXED})}, "a group that does not grow"),
    fires({"prod": stack({NODES: GROWS})}, {"prod": stack({NODES: BLOCK})}, "capacity blocks, which nothing counts"),
    fires(
        {
            "prod": stack({NODES: GROWS}),
            "eu": stack({"aws_cloudwatch_metric_alarm.quota": alarm(), "aws_eks_node_group.it": FIXED}, region=EU),
        },
        watched(alarm()),
        "an alarm in another region",
    ),
    Pair(
        RULE,
        [GROUP],
        {
            "prod": stack({NODES: GROWS, "aws_cloudwatch_metric_alarm.quota": alarm()}),
            "more": stack({GROUP: MORE, TEMPLATE: {"instance_type": "g5.xlarge"}}),
        },
        {
            "prod": stack({NODES: GROWS, "aws_cloudwatch_metric_alarm.quota": alarm(40)}),
            "more": stack({GROUP: MORE, TEMPLATE: {"instance_type": "g5.xlarge"}}),
        },
        about="all groups of a region count together",
    ),
]
