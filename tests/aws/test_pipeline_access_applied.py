"""The pipeline's roles in the embedded cloud, which refuses policies that are no policies."""

import pytest
from cdktf import TerraformStack

from backstay.aws.pipeline_access import PipelineAccess
from backstay.terraform import Action, Outcome
from backstay.topology import Names
from tests.aws.deployment import REGION, Deployment
from tests.aws.surroundings import REGION as HERE
from tests.pipeline_tokens import BY_NUMBER


@pytest.mark.sandbox
def test_roles_and_policies_are_made_kept_and_deleted(deployment: Deployment) -> None:
    names = Names("acme", "staging")

    def build(scope: TerraformStack) -> PipelineAccess:
        return PipelineAccess(
            scope, "access", spec=BY_NUMBER, region=HERE, regions=[HERE], names=names, disposable=True
        )

    assert HERE.name == REGION
    deployment.synthesize(build)
    applied = deployment.run(Action.APPLY)
    assert applied.outcome is Outcome.CHANGED, applied.errors
    assert deployment.run(Action.PLAN).outcome is Outcome.UNCHANGED

    iam = deployment.client("iam")
    provider = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"][0]["Arn"]
    for purpose in ("plan", "apply"):
        role = iam.get_role(RoleName=names.pipeline_role(purpose))["Role"]
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        assert statement["Principal"] == {"Federated": provider}
        assert iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]

    assert deployment.run(Action.DESTROY).outcome is Outcome.CHANGED
    assert iam.list_roles()["Roles"] == []
