"""What constructs of one region find there, for tests that need none of it to be real."""

from collections.abc import Callable

from cdktf import TerraformStack
from constructs import Construct

from backstay.aws.provider import attach_provider
from backstay.outputs import KeyOutputs, NetworkOutputs
from backstay.testing import Synthesized
from backstay.topology import Names, aws_region

REGION = aws_region("us-east-1")
NAMES = Names("acme", "production")
KEY = KeyOutputs(id="arn:aws:kms:us-east-1:123456789012:key/disks", alias="alias/acme/production/disks")
NETWORK = NetworkOutputs(
    id="vpc-1",
    cidr="10.0.0.0/16",
    private_subnets=("subnet-a", "subnet-b", "subnet-c"),
    public_subnets=("subnet-x", "subnet-y", "subnet-z"),
    zones=("us-east-1a", "us-east-1b", "us-east-1c"),
)


def in_region(build: Callable[[TerraformStack], Construct]) -> Synthesized:
    """What a construct becomes in a stack of the region."""

    def stack(scope: TerraformStack) -> Construct:
        attach_provider(scope, region=REGION, tags={})
        return build(scope)

    return Synthesized(stack)
