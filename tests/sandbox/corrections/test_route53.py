"""Route 53, corrected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.sandbox.conftest import Cloud


def test_zone_of_a_network_is_private(corrects) -> None:
    def zone(cloud: Cloud) -> tuple[bool, int]:
        network = cloud.client("ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
        created = cloud.client("route53").create_hosted_zone(
            Name="internal.example.com",
            CallerReference="one",
            VPC={"VPCRegion": "eu-west-1", "VPCId": network},
        )
        found = cloud.client("route53").get_hosted_zone(Id=created["HostedZone"]["Id"])
        return found["HostedZone"]["Config"]["PrivateZone"], len(found.get("VPCs", []))

    corrects(zone, (True, 1))


@pytest.mark.parametrize(
    "given",
    [
        {
            "Type": "CLOUDWATCH_METRIC",
            "AlarmIdentifier": {"Region": "eu-west-1", "Name": "lag"},
            "InsufficientDataHealthStatus": "LastKnownStatus",
        },
        {
            "Type": "RECOVERY_CONTROL",
            "RoutingControlArn": "arn:aws:route53-recovery-control::123456789012:controlpanel/a/routingcontrol/b",
        },
        {"Type": "CALCULATED", "HealthThreshold": 1, "ChildHealthChecks": ["0a-1"]},
    ],
    ids=lambda given: given["Type"].lower(),
)
def test_health_check_has_what_it_was_given_and_nothing_of_other_kinds(corrects, given: dict[str, Any]) -> None:
    of_other_kinds = {"RequestInterval", "FailureThreshold", "Port", "MeasureLatency", "EnableSNI"}

    def read(cloud: Cloud) -> tuple[dict[str, Any], set[str]]:
        client = cloud.client("route53")
        id_ = client.create_health_check(CallerReference="one", HealthCheckConfig=given)["HealthCheck"]["Id"]
        found = client.get_health_check(HealthCheckId=id_)["HealthCheck"]["HealthCheckConfig"]
        return {key: found.get(key) for key in given}, of_other_kinds & found.keys()

    corrects(read, (given, set()))


def test_health_check_that_makes_requests_keeps_their_settings(cloud: Cloud) -> None:
    given = {
        "Type": "HTTPS",
        "FullyQualifiedDomainName": "llm.example.com",
        "ResourcePath": "/health",
        "Port": 443,
        "RequestInterval": 10,
        "FailureThreshold": 2,
    }
    client = cloud.client("route53")
    id_ = client.create_health_check(CallerReference="one", HealthCheckConfig=given)["HealthCheck"]["Id"]
    found = client.get_health_check(HealthCheckId=id_)["HealthCheck"]["HealthCheckConfig"]
    assert given.items() <= found.items()
