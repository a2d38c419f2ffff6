"""What constructs of one region find there, for tests that need none of it to be real."""

from collections.abc import Callable

from cdktf import TerraformStack
from constructs import Construct

from backstay.google.provider import attach_provider
from backstay.outputs import KeyOutputs, NetworkOutputs
from backstay.testing import Synthesized
from backstay.topology import GoogleSpec, Names, google_region

PROJECT = "acme-production"
REGION = google_region("europe-west4")
NAMES = Names("acme", "production")
KEY = KeyOutputs(
    id=f"projects/{PROJECT}/locations/europe-west4/keyRings/acme-production--data/cryptoKeys/data",
    alias="acme-production--data",
)
NETWORK = NetworkOutputs(
    id=f"projects/{PROJECT}/global/networks/acme-production--network",
    cidr="10.128.0.0/16",
    private_subnets=(f"projects/{PROJECT}/regions/europe-west4/subnetworks/acme-production--machines",),
    public_subnets=(f"projects/{PROJECT}/regions/europe-west4/subnetworks/acme-production--proxies",),
    zones=("europe-west4-a", "europe-west4-b", "europe-west4-c"),
)


def in_region(build: Callable[[TerraformStack], Construct | None]) -> Synthesized:
    """What a construct becomes in a stack of the region."""

    def stack(scope: TerraformStack) -> Construct | None:
        attach_provider(scope, region=REGION, account=GoogleSpec(project=PROJECT), tags={})
        return build(scope)

    return Synthesized(stack)
