"""Environments whose regions can be reached, and what their routing becomes."""

from typing import Any

from cdktf import TerraformStack

from backstay.aws.provider import attach_provider
from backstay.aws.routing import Routing
from backstay.testing import Synthesized
from backstay.topology import Environment, aws_region
from backstay.topology.routes import routes
from tests.topology.sample import environment

HOST = "llm.example.com"
FLEET = {"start": "#!/bin/sh\nserve", "public": "clients are on the internet"}
ARN = "arn:aws:elasticloadbalancing:{}:123456789012:loadbalancer/app/acme/50dc6c495c0c9188"
ENDPOINTS = {
    role: ARN.format(region)
    for role, region in {"primary": "us-east-1", "secondary": "eu-west-1", "tertiary": "ap-southeast-1"}.items()
}
THREE: dict[str, Any] = {
    "mode": "active-active",
    "fleet": FLEET,
    "regions.primary.traffic": "50%",
    "regions.secondary.status": "active",
    "regions.secondary.traffic": "50%",
    "regions.tertiary": {"cloud": "aws", "region": "ap-southeast-1", "status": "standby", "traffic": "0%"},
}
"""Two regions that share the traffic and one that waits."""

IN_ORDER: dict[str, Any] = {
    "fleet": FLEET,
    "regions.tertiary": {"cloud": "aws", "region": "ap-southeast-1", "status": "standby", "traffic": "0%"},
}
"""One region that takes all traffic and two that wait."""


def routing(scope: TerraformStack, made: Environment) -> Routing:
    found = routes(made)
    assert found is not None
    return Routing(scope, "routing", routes=found, service=made.service, names=made.names)


def synthesized(changes: dict[str, Any]) -> Synthesized:
    """What routing becomes for the changed sample environment."""

    def stack(scope: TerraformStack) -> Routing:
        attach_provider(scope, region=aws_region("us-east-1"), tags={})
        return routing(scope, environment(changes))

    return Synthesized(stack)
