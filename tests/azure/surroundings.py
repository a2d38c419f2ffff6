"""What constructs of one region find there, for tests that need none of it to be real."""

from collections.abc import Callable

from cdktf import TerraformStack
from constructs import Construct

from backstay.azure.provider import attach_provider
from backstay.outputs import KeyOutputs, NetworkOutputs
from backstay.testing import Synthesized
from backstay.topology import Names, azure_region

REGION = azure_region("westeurope")
NAMES = Names("acme", "production")
TAGS = {"Application": "ai-llm"}

SUBSCRIPTION = "/subscriptions/00000000-0000-0000-0000-000000000000"
_NETWORK = f"{SUBSCRIPTION}/resourceGroups/network/providers/Microsoft.Network/virtualNetworks/network"
NETWORK = NetworkOutputs(
    id=_NETWORK,
    cidr="10.64.0.0/16",
    private_subnets=(f"{_NETWORK}/subnets/machines",),
    public_subnets=(f"{_NETWORK}/subnets/gateway",),
    zones=("1", "2", "3"),
)
KEY = KeyOutputs(
    id="https://acme-data.vault.azure.net/keys/data",
    alias="data",
    disk_encryption=f"{SUBSCRIPTION}/resourceGroups/keys/providers/Microsoft.Compute/diskEncryptionSets/data",
)


def in_region(build: Callable[[TerraformStack], Construct]) -> Synthesized:
    """What a construct becomes in a stack of the region."""

    def stack(scope: TerraformStack) -> Construct:
        attach_provider(scope, region=REGION, tags=TAGS)
        return build(scope)

    return Synthesized(stack)
