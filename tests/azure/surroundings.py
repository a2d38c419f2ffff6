"""What constructs of one region find there, for tests that need none of it to be real."""

from collections.abc import Callable
from ipaddress import IPv4Network

from cdktf import TerraformStack
from constructs import Construct

from backstay.azure.provider import attach_provider
from backstay.outputs import KeyOutputs
from backstay.testing import Synthesized
from backstay.topology import AzureSpec, Names, azure_region

REGION = azure_region("westeurope")
NAMES = Names("acme", "production")
SUBSCRIPTION = "00000000-1111-2222-3333-444444444444"
TENANT = "55555555-6666-7777-8888-999999999999"
ACCOUNT = AzureSpec(subscription=SUBSCRIPTION, tenant=TENANT)
ACCOUNT_BEHIND_NETWORKS = AzureSpec(
    subscription=SUBSCRIPTION,
    tenant=TENANT,
    deploy_from=(IPv4Network("203.0.113.0/24"), IPv4Network("198.51.100.7/32")),
)
GROUPS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"
KEY = KeyOutputs(id="https://acme-logs.vault.azure.net/keys/logs", alias=f"{GROUPS}/acme-logs-key")
TAGS = {"Environment": "production"}


def in_region(build: Callable[[TerraformStack], Construct], account: AzureSpec | None = ACCOUNT) -> Synthesized:
    """What a construct becomes in a stack of the region."""

    def stack(scope: TerraformStack) -> Construct:
        attach_provider(scope, region=REGION, account=account, tags=TAGS)
        return build(scope)

    return Synthesized(stack)
