"""The one provider of a stack: a region of the project that the environment names."""

from collections.abc import Mapping

from cdktf import TerraformStack
from cdktf_cdktf_provider_google.provider import GoogleProvider

from backstay.topology import CloudRegion, GoogleSpec
from backstay.topology.labels import labels

# The bindings are made from 6.50, and 7 is current: what Backstay writes is valid for both.
PROVIDER_VERSIONS = ">= 6.50.0, < 8.0.0"


def attach_provider(
    stack: TerraformStack, *, region: CloudRegion, account: GoogleSpec | None = None, tags: Mapping[str, str]
) -> GoogleProvider:
    """Bind a stack to one region, and to one project when it is given.

    Args:
        stack: the stack.
        region: where everything in the stack lives.
        account: the project; by default the one that the credentials or the environment of Terraform name.
        tags: what everything in the stack carries, as labels.

    Raises:
        ValueError: when the tags cannot become labels.
    """
    provider = GoogleProvider(
        stack,
        "google",
        project=account.project if account else None,
        region=region.name,
    )
    # As an argument its keys would be rewritten to snake case, and differ from the labels that machines are given.
    provider.add_override("default_labels", labels(tags))
    stack.add_override("terraform.required_providers.google.version", PROVIDER_VERSIONS)
    return provider
