"""The cache, planned by Terraform with the real AWS provider, since ElastiCache is beyond the embedded cloud."""

from typing import Any

import pytest
from cdktf import TerraformStack

from backstay.aws.cache import Cache
from backstay.aws.cache_replica import CacheReplica
from backstay.terraform import Action, Outcome
from backstay.topology import aws_region
from backstay.topology.data import CacheSpec
from tests.aws.deployment import Deployment
from tests.aws.surroundings import KEY, NAMES, NETWORK, REGION

WIRING: dict[str, Any] = {
    "spec": CacheSpec(),
    "region": REGION,
    "names": NAMES,
    "network": NETWORK,
    "key": KEY,
}


@pytest.mark.sandbox
@pytest.mark.parametrize("version", ["7.2", "8.0", "8.1"])
def test_the_provider_takes_the_cache_and_its_datastore(deployment: Deployment, version: str) -> None:
    def build(stack: TerraformStack) -> None:
        Cache(stack, "cache", replicated=True, **WIRING | {"spec": CacheSpec(engine_version=version)})

    deployment.synthesize(build)
    planned = deployment.run(Action.PLAN)
    assert planned.outcome is Outcome.CHANGED, planned.errors


@pytest.mark.sandbox
def test_the_provider_takes_the_copy_beside_a_datastore(deployment: Deployment) -> None:
    def build(stack: TerraformStack) -> None:
        CacheReplica(stack, "cache", source=aws_region("eu-west-1"), **WIRING)

    deployment.synthesize(build)
    planned = deployment.run(Action.PLAN)
    assert planned.outcome is Outcome.CHANGED, planned.errors
