"""The one provider of a stack: a region of the account that the environment names."""

from collections.abc import Mapping

from cdktf import TerraformStack
from cdktf_cdktf_provider_aws.provider import AwsProvider, AwsProviderAssumeRole, AwsProviderDefaultTags

from backstay.aws.role import set_role_boundary
from backstay.topology import AwsSpec, CloudRegion

# The bindings are made from 6.25, and many teams are still on 5: what Backstay writes is valid for both.
PROVIDER_VERSIONS = ">= 5.100.0, < 7.0.0"


def attach_provider(
    stack: TerraformStack,
    *,
    region: CloudRegion,
    account: AwsSpec | None = None,
    tags: Mapping[str, str],
    boundary: str | None = None,
) -> AwsProvider:
    """Bind a stack to one region, and to one account when it is given.

    Args:
        stack: the stack.
        region: where everything in the stack lives.
        account: the account; Terraform refuses to plan with credentials of any other.
        tags: what everything in the stack carries.
        boundary: the ARN of the policy that bounds the stack's roles, where workflows make them.
    """
    if boundary:
        set_role_boundary(stack, boundary)
    role = account.deploy_role if account else None
    provider = AwsProvider(
        stack,
        "aws",
        region=region.name,
        allowed_account_ids=[account.account] if account else None,
        assume_role=[AwsProviderAssumeRole(role_arn=role)] if role else None,
        default_tags=[AwsProviderDefaultTags(tags=dict(tags))],
    )
    stack.add_override("terraform.required_providers.aws.version", PROVIDER_VERSIONS)
    return provider
