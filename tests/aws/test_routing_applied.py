"""Routing in the embedded cloud, applied by Terraform with the real AWS provider."""

from typing import Any

import pytest

from backstay.sandbox.seeds import HostedZone
from backstay.terraform import Action, Outcome
from backstay.terraform.events import Counts
from tests.aws.deployment import Deployment
from tests.aws.routing import ENDPOINTS, HOST, IN_ORDER, THREE, routing
from tests.topology.sample import environment

ZONE = HostedZone("Z0123456789EXAMPLE", "example.com")


@pytest.fixture
def in_zone(deployment: Deployment) -> Deployment:
    """A deployment into an account with the zone."""
    deployment.sandbox.seed([ZONE], account=deployment.account)
    return deployment


def synthesize(deployment: Deployment, changes: dict[str, Any]) -> None:
    deployment.synthesize(lambda scope: routing(scope, environment(changes)))


def outcome(deployment: Deployment, action: Action) -> Outcome:
    result = deployment.run(action)
    assert not result.errors, result.errors
    return result.outcome


def records(deployment: Deployment, name: str = HOST) -> dict[str, dict[str, Any]]:
    """The records of a name, by their set identifiers."""
    found = deployment.client("route53").list_resource_record_sets(HostedZoneId=ZONE.id)["ResourceRecordSets"]
    return {record["SetIdentifier"]: record for record in found if record["Name"] == f"{name}."}


def weights(deployment: Deployment) -> dict[str, int]:
    return {role: record["Weight"] for role, record in records(deployment).items()}


def destroys_all(deployment: Deployment) -> bool:
    client = deployment.client("route53")
    assert outcome(deployment, Action.DESTROY) is Outcome.CHANGED
    left = client.list_resource_record_sets(HostedZoneId=ZONE.id)["ResourceRecordSets"]
    return not client.list_health_checks()["HealthChecks"] and {record["Type"] for record in left} <= {"NS", "SOA"}


@pytest.mark.sandbox
def test_a_planned_move_changes_two_weights_and_a_lost_region_is_in_nobodys_way(in_zone: Deployment) -> None:
    synthesize(in_zone, THREE)
    assert outcome(in_zone, Action.APPLY) is Outcome.CHANGED
    assert outcome(in_zone, Action.PLAN) is Outcome.UNCHANGED
    assert weights(in_zone) == {"primary": 50, "secondary": 50, "tertiary": 0}

    in_zone.sandbox.lose("eu-west-1")
    in_zone.sandbox.lose("ap-southeast-1")
    assert outcome(in_zone, Action.PLAN) is Outcome.UNCHANGED
    synthesize(in_zone, THREE | {"regions.primary.traffic": "90%", "regions.secondary.traffic": "10%"})
    assert in_zone.run(Action.PLAN).counts == Counts(changed=2)
    assert outcome(in_zone, Action.APPLY) is Outcome.CHANGED
    assert outcome(in_zone, Action.PLAN) is Outcome.UNCHANGED
    assert weights(in_zone) == {"primary": 90, "secondary": 10, "tertiary": 0}
    assert destroys_all(in_zone)


@pytest.mark.sandbox
def test_regions_in_order_are_written_from_the_last_to_the_first(in_zone: Deployment) -> None:
    synthesize(in_zone, IN_ORDER)
    assert outcome(in_zone, Action.APPLY) is Outcome.CHANGED
    assert outcome(in_zone, Action.PLAN) is Outcome.UNCHANGED
    assert {id_: record["Failover"] for id_, record in records(in_zone).items()} == {
        "first": "PRIMARY",
        "second": "SECONDARY",
    }
    assert records(in_zone)["second"]["AliasTarget"]["DNSName"].rstrip(".") == f"standby.{HOST}"
    assert destroys_all(in_zone)


@pytest.mark.sandbox
def test_an_accelerator_with_dns_behind_it_is_made_and_unmade(in_zone: Deployment) -> None:
    synthesize(in_zone, THREE | {"service.routing": {"policy": "latency", "accelerator": {"endpoints": ENDPOINTS}}})
    assert outcome(in_zone, Action.APPLY) is Outcome.CHANGED
    assert outcome(in_zone, Action.PLAN) is Outcome.UNCHANGED
    front = records(in_zone)["first"]
    assert front["AliasTarget"]["DNSName"].rstrip(".").endswith(".awsglobalaccelerator.com")
    assert {record["Region"] for record in records(in_zone, f"active.{HOST}").values()} == {"us-east-1", "eu-west-1"}
    assert destroys_all(in_zone)


@pytest.mark.sandbox
def test_entrances_that_regions_do_not_publish_are_published(in_zone: Deployment) -> None:
    given = {"regions.primary.entrance": "203.0.113.1", "regions.secondary.entrance": "ingress-2.example.net"}
    synthesize(in_zone, given)
    assert outcome(in_zone, Action.APPLY) is Outcome.CHANGED
    assert outcome(in_zone, Action.PLAN) is Outcome.UNCHANGED
    assert destroys_all(in_zone)
