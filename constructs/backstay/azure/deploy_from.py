"""The public networks that deployments come from, which a stack's vaults and storage accounts admit."""

from collections.abc import Sequence
from ipaddress import IPv4Network

from cdktf import TerraformStack
from constructs import Construct

_CONTEXT = "backstay.azure.deploy-from"
# What firewalls of vaults and storage accounts write without a mask: storage refuses /31 and /32.
_SINGLE_ADDRESSES = 31


def set_deploy_from(stack: TerraformStack, networks: Sequence[IPv4Network]) -> None:
    """Tell a stack where deployments come from; nothing said means from anywhere."""
    stack.node.set_context(_CONTEXT, [str(network) for network in networks])


def deploy_from(scope: Construct) -> list[str]:
    """The networks that the vaults and storage accounts of a construct's stack admit, as their firewalls write them.

    An empty list stands for all: whoever reaches them still needs a role in Entra.
    """
    networks = [IPv4Network(network) for network in scope.node.try_get_context(_CONTEXT) or ()]
    return [rule for network in networks for rule in _rules(network)]


def _rules(network: IPv4Network) -> list[str]:
    if network.prefixlen < _SINGLE_ADDRESSES:
        return [str(network)]
    return [str(address) for address in network]
