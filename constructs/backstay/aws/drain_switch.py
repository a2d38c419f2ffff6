"""Switches in one region that keep clients away from others."""

from collections.abc import Collection

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb_listener_rule import (
    LbListenerRule,
    LbListenerRuleAction,
    LbListenerRuleActionFixedResponse,
    LbListenerRuleCondition,
    LbListenerRuleConditionPathPattern,
)
from constructs import Construct


def switch_path(role: str) -> str:
    """Where a region's load balancer says whether another region, by its role, is drained."""
    return f"/backstay/drain/{role}"


def drained(role: str) -> str:
    """What it says there when the region is drained; anything else, or no answer, means that it is not."""
    return f"drained: {role}"


class DrainSwitches(Construct):
    """Let people, or a failover, keep clients away from another region, with nothing but a region that is well.

    Each switch is an answer of this region's load balancer, which the health check of the other region asks for and
    turns around. To drain the region `primary`, in any region with a switch for it:

        aws elbv2 modify-rule --rule-arn ARN --actions '[{"Type": "fixed-response", "FixedResponseConfig":
          {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": "drained: primary"}}]'

    and back again with the status code 404. What a switch says is left alone by later deployments.

    Survives: the loss of the region that is drained, and of every API outside of this region.
    Does not survive: the loss of this region, with which its switches are off.

    Attributes:
        rules: the switches by the role of the region that they drain.
    """

    def __init__(self, scope: Construct, id_: str, *, listener: str, roles: Collection[str]) -> None:
        """Make a switch for each of the regions, all of them off.

        Args:
            scope: what the switches are part of.
            id_: their id there.
            listener: the ARN of the load balancer's HTTPS listener.
            roles: the regions.
        """
        super().__init__(scope, id_)
        self.rules = {role: self._switch(listener, role) for role in roles}

    def _switch(self, listener: str, role: str) -> LbListenerRule:
        off = LbListenerRuleActionFixedResponse(content_type="text/plain", message_body="serving", status_code="404")
        return LbListenerRule(
            self,
            role,
            listener_arn=listener,
            condition=[
                LbListenerRuleCondition(path_pattern=LbListenerRuleConditionPathPattern(values=[switch_path(role)]))
            ],
            action=[LbListenerRuleAction(type="fixed-response", fixed_response=off)],
            lifecycle=TerraformResourceLifecycle(ignore_changes=["action"]),
        )
