"""What the emulator keeps without carrying it out, as reports say for as long as it is true."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import boto3
import pytest

from backstay.sandbox.only_recorded import only_recorded
from backstay.sandbox.report import report

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.sandbox.conftest import Cloud

PEER = "eu-central-1"
MANIFEST = '{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "layers": []}'
NO_RIGHTS = '{"Version": "2012-10-17", "Statement": []}'


def alarm_of_a_breach(cloud: Cloud) -> str:
    watch = cloud.client("cloudwatch")
    metric = {"Namespace": "Tests", "MetricName": "Errors"}
    watch.put_metric_alarm(
        AlarmName="errors",
        **metric,
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    watch.put_metric_data(
        Namespace="Tests", MetricData=[{"MetricName": "Errors", "Value": 5, "Timestamp": time.time()}]
    )
    return watch.describe_alarms()["MetricAlarms"][0]["StateValue"]


def images_in_the_peer(cloud: Cloud) -> list[dict[str, str]]:
    images, peer = cloud.client("ecr"), cloud.client("ecr", PEER)
    target = {"region": PEER, "registryId": cloud.account}
    images.put_replication_configuration(replicationConfiguration={"rules": [{"destinations": [target]}]})
    for registry in (images, peer):
        registry.create_repository(repositoryName="vllm")
    images.put_image(repositoryName="vllm", imageManifest=MANIFEST, imageTag="v1")
    return peer.list_images(repositoryName="vllm")["imageIds"]


def buckets_seen_without_a_right(cloud: Cloud) -> int:
    role = cloud.client("iam").create_role(RoleName="nobody", AssumeRolePolicyDocument=NO_RIGHTS)["Role"]
    given = cloud.client("sts").assume_role(RoleArn=role["Arn"], RoleSessionName="test")["Credentials"]
    nobody = boto3.client(
        "s3",
        endpoint_url=cloud.endpoint,
        region_name="us-east-1",
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
    )
    return nobody.list_buckets()["ResponseMetadata"]["HTTPStatusCode"]


def health_of_what_is_not_there(cloud: Cloud) -> str:
    routes = cloud.client("route53")
    asked = {"Type": "HTTPS", "FullyQualifiedDomainName": "llm.example.invalid", "Port": 443, "ResourcePath": "/health"}
    check = routes.create_health_check(CallerReference=cloud.account, HealthCheckConfig=asked)["HealthCheck"]
    status = routes.get_health_check_status(HealthCheckId=check["Id"])["HealthCheckObservations"]
    return status[0]["StatusReport"]["Status"].partition(":")[0]


@pytest.mark.parametrize(
    ("service", "behaviour", "on_record_only"),
    [
        ("monitoring", alarm_of_a_breach, "OK"),
        ("ecr", images_in_the_peer, []),
        ("iam", buckets_seen_without_a_right, 200),
        ("route53", health_of_what_is_not_there, "Success"),
    ],
)
def test_what_is_only_recorded_is_not_carried_out(
    cloud: Cloud, service: str, behaviour: Callable[[Cloud], object], on_record_only: object
) -> None:
    assert behaviour(cloud) == on_record_only, (
        f"the emulator carries it out by now: say no more that {service} does not"
    )
    assert service in only_recorded([service])


def test_only_the_services_that_were_used_are_spoken_of() -> None:
    assert report(services=["sns", "sts"], stood_in={}).only_recorded.keys() == {"sns"}
