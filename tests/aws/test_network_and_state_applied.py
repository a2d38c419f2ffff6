"""A network and a remote state in the embedded cloud, applied by Terraform with the real AWS provider."""

import pytest
from cdktf import TerraformStack

from backstay.aws.keys import Key
from backstay.aws.network import Network
from backstay.aws.remote_state import RemoteState
from backstay.terraform import Action, Outcome
from backstay.topology import NetworkSpec
from backstay.topology.keys import KeyUse
from tests.aws.deployment import Deployment
from tests.aws.surroundings import NAMES, REGION


def synthesize(deployment: Deployment, *, disposable: bool) -> None:
    def build(scope: TerraformStack) -> None:
        here = {"region": REGION, "names": NAMES, "disposable": disposable}
        key = Key(scope, "key", purpose="all", uses=list(KeyUse), **here)
        Network(scope, "network", spec=NetworkSpec(), key=key.outputs, cluster_name=NAMES.cluster(), **here)
        RemoteState(scope, "state", **here)

    deployment.synthesize(build)


def deploy(deployment: Deployment, action: Action) -> Outcome:
    result = deployment.run(action)
    assert not result.errors, result.errors
    return result.outcome


@pytest.mark.sandbox
def test_what_is_kept_cannot_be_destroyed_until_it_is_declared_disposable(deployment: Deployment) -> None:
    synthesize(deployment, disposable=False)
    assert deploy(deployment, Action.APPLY) is Outcome.CHANGED
    assert deploy(deployment, Action.PLAN) is Outcome.UNCHANGED

    refused = deployment.run(Action.DESTROY)
    assert refused.outcome is Outcome.FAILED
    assert {error.summary for error in refused.errors} == {"Instance cannot be destroyed"}

    synthesize(deployment, disposable=True)
    assert deploy(deployment, Action.APPLY) is Outcome.CHANGED
    assert deploy(deployment, Action.PLAN) is Outcome.UNCHANGED
    assert deploy(deployment, Action.DESTROY) is Outcome.CHANGED
    assert deployment.client("s3").list_buckets()["Buckets"] == []
    assert deployment.client("dynamodb").list_tables()["TableNames"] == []
    assert deployment.client("logs").describe_log_groups()["logGroups"] == []
    assert [vpc for vpc in deployment.client("ec2").describe_vpcs()["Vpcs"] if not vpc["IsDefault"]] == []
