"""Switches in one region that keep clients away from another."""

from typing import Any

import pytest
from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.lb import Lb
from cdktf_cdktf_provider_aws.lb_listener import (
    LbListener,
    LbListenerDefaultAction,
    LbListenerDefaultActionFixedResponse,
)

from backstay.aws.drain_switch import DrainSwitches, drained
from backstay.terraform import Action, Outcome
from tests.aws.deployment import Deployment
from tests.aws.routing import THREE, synthesized
from tests.aws.surroundings import in_region

RULE = "aws_lb_listener_rule"
ROLES = ("primary", "tertiary")
MADE = in_region(lambda scope: DrainSwitches(scope, "drain", listener="arn:listener", roles=ROLES))


def test_every_other_region_has_a_switch_and_it_is_off() -> None:
    assert len(MADE.all(RULE)) == 2
    for rule in MADE.all(RULE).values():
        (action,) = rule["action"]
        assert (action["type"], action["fixed_response"]["status_code"]) == ("fixed-response", "404")


def test_a_switch_stays_as_it_was_set() -> None:
    assert all(rule["lifecycle"]["ignore_changes"] == ["action"] for rule in MADE.all(RULE).values())


def test_health_checks_ask_where_the_switches_are() -> None:
    asked = synthesized(THREE).one("aws_route53_health_check", "health-primary_switch-secondary")
    (condition,) = MADE.one(RULE, "primary")["condition"]
    assert condition["path_pattern"]["values"] == [asked["resource_path"]]


def test_a_switch_that_is_off_says_nothing_that_a_health_check_waits_for() -> None:
    (action,) = MADE.one(RULE, "primary")["action"]
    assert drained("primary") not in action["fixed_response"].get("message_body", "")


def build(scope: TerraformStack, subnets: list[str]) -> None:
    balancer = Lb(scope, "balancer", name="regional", internal=True, subnets=subnets)
    plain = LbListenerDefaultActionFixedResponse(content_type="text/plain", status_code="200")
    listener = LbListener(
        scope,
        "listener",
        load_balancer_arn=balancer.arn,
        port=80,
        protocol="HTTP",
        default_action=[LbListenerDefaultAction(type="fixed-response", fixed_response=plain)],
    )
    DrainSwitches(scope, "drain", listener=listener.arn, roles=ROLES)


def rule_for(client: Any, role: str) -> dict[str, Any]:
    (balancer,) = client.describe_load_balancers()["LoadBalancers"]
    (listener,) = client.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    rules = client.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
    (found,) = (rule for rule in rules if any(role in str(condition) for condition in rule["Conditions"]))
    return found


@pytest.mark.sandbox
def test_a_switch_that_was_turned_on_is_not_turned_off_by_the_next_deployment(deployment: Deployment) -> None:
    subnets = [subnet["SubnetId"] for subnet in deployment.client("ec2").describe_subnets()["Subnets"]][:2]
    deployment.synthesize(lambda scope: build(scope, subnets))
    applied = deployment.run(Action.APPLY)
    assert applied.outcome is Outcome.CHANGED, applied.errors
    assert deployment.run(Action.PLAN).outcome is Outcome.UNCHANGED

    client = deployment.client("elbv2")
    answer = {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": drained("primary")}
    actions = [{"Type": "fixed-response", "FixedResponseConfig": answer}]
    client.modify_rule(RuleArn=rule_for(client, "primary")["RuleArn"], Actions=actions)
    assert deployment.run(Action.PLAN).outcome is Outcome.UNCHANGED
    assert deployment.run(Action.APPLY).outcome is Outcome.UNCHANGED
    (action,) = rule_for(client, "primary")["Actions"]
    assert action["FixedResponseConfig"] == answer
    assert deployment.run(Action.DESTROY).outcome is Outcome.CHANGED
