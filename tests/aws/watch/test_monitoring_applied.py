"""Alarms of a region in the embedded cloud, applied by Terraform with the real AWS provider."""

import json
from typing import Any

import pytest
from cdktf import TerraformStack

from backstay.aws.keys import Key, KeyUse
from backstay.aws.watch import queue_alarms, quota_alarms, replication_lag
from backstay.aws.watch.gpu_alarms import MachineGroup
from backstay.aws.watch.monitoring import Monitoring
from backstay.aws.watch.region_health import Peer
from backstay.aws.watch.topics import AlarmTopic
from backstay.outputs import InstancesOutputs, LoadBalancerOutputs
from backstay.terraform import Action, Outcome
from backstay.topology import Duration, HealthCheckSpec, ObjectivesSpec, aws_region
from backstay.topology.monitoring import MonitoringSpec
from tests.aws.deployment import Deployment
from tests.aws.surroundings import NAMES, REGION
from tests.topology.sample import environment

PEER = aws_region("eu-west-1")
ARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012"
LOAD_BALANCER = LoadBalancerOutputs(
    id=f"{ARN}:loadbalancer/app/acme/50dc6c495c0c9188",
    host="lb.example.com",
    zone=None,
    target_group=f"{ARN}:targetgroup/acme/73e2d6bc24d8a067",
    security_group="sg-1",
)
GROUP = MachineGroup(
    purpose="gpu-nodes", name="eks-1", floor=2, counts_itself=False, warm_up=Duration.parse("15m"), serves_directly=True
)
ONCALL = "arn:aws:sns:us-east-1:123456789012:oncall"
SPEC = MonitoringSpec(emails=("oncall@example.com",), topics=(ONCALL,))


def build(scope: TerraformStack) -> None:
    here: dict[str, Any] = {"region": REGION, "names": NAMES}
    key = Key(scope, "key", purpose="alarms", uses={KeyUse.ALARMS}, disposable=True, **here)
    topic = AlarmTopic(scope, "topic", spec=SPEC, key=key.outputs, **here).outputs
    rpo = Duration.parse("1m")
    url = f"https://{NAMES.regional_host('llm.example.com', PEER)}/health"
    Monitoring(
        scope,
        "monitoring",
        spec=SPEC,
        objectives=ObjectivesSpec(),
        health_check=HealthCheckSpec(),
        topic=topic,
        peers=[Peer(PEER, url)],
        load_balancer=LOAD_BALANCER,
        certificate="arn:aws:acm:us-east-1:123456789012:certificate/1",
        groups=[GROUP],
        instances=InstancesOutputs(ids=("i-1", "i-2"), role="arn:role", security_group="sg-2"),
        others=[
            replication_lag.database("acme", sources=[PEER], rpo=rpo),
            replication_lag.table("acme", to=PEER, rpo=rpo),
            *replication_lag.objects("acme-a", holds="artifacts", to=PEER, copy="acme-b", rule="all", rpo=rpo),
            replication_lag.cache("acme", nodes=2, rpo=rpo),
            *queue_alarms.conditions("acme", dead_letters="acme-dead", patience=rpo),
            *quota_alarms.conditions(environment().regions["primary"]),
        ],
        **here,
    )


@pytest.mark.sandbox
def test_a_region_is_watched_and_watches_the_others(deployment: Deployment) -> None:
    deployment.synthesize(build)
    assert deployment.run(Action.APPLY).outcome is Outcome.CHANGED
    assert deployment.run(Action.PLAN).outcome is Outcome.UNCHANGED

    cloudwatch = deployment.client("cloudwatch")
    composites = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert {alarm["AlarmName"] for alarm in composites} == {
        NAMES.alarm("region-unfit"),
        NAMES.alarm("eu-west-1-lost"),
    }
    topics = {topic["TopicArn"].split(":")[-1]: topic for topic in deployment.client("sns").list_topics()["Topics"]}
    (topic,) = topics.values()
    alarms = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm"])["MetricAlarms"]
    assert {tuple(sorted(alarm["AlarmActions"])) for alarm in alarms} == {tuple(sorted((topic["TopicArn"], ONCALL)))}
    (page,) = cloudwatch.list_dashboards()["DashboardEntries"]
    body = json.loads(cloudwatch.get_dashboard(DashboardName=page["DashboardName"])["DashboardBody"])
    charts = [widget for widget in body["widgets"] if widget["type"] == "metric"]
    assert len(charts) == len(alarms)

    assert deployment.run(Action.DESTROY).outcome is Outcome.CHANGED
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []
