"""Who may reach the machines of a network."""

from cdktf_cdktf_provider_google.compute_firewall import (
    ComputeFirewall,
    ComputeFirewallDeny,
    ComputeFirewallLogConfig,
)
from constructs import Construct

from backstay.topology import CloudRegion, Names

# Where the probes of Google's load balancers and instance groups come from
# (https://docs.cloud.google.com/load-balancing/docs/health-check-concepts#ip-ranges).
HEALTH_CHECKS = ("35.191.0.0/16", "130.211.0.0/22")

# Where Identity-Aware Proxy forwards TCP from (https://docs.cloud.google.com/iap/docs/using-tcp-forwarding).
IDENTITY_AWARE_PROXY = ("35.235.240.0/20",)

# Before the two rules that every network ends with, so that what is refused is also logged.
_LAST = 65_534


class Firewall(Construct):
    """Refuse and log every connection to a machine that nothing else allows.

    What stands in the network brings the rules that it needs, for its own service account and ports. GKE makes those
    of nodes, pods, services and gateways by itself, and its control plane reaches webhooks and kubelets through
    connections that nodes open: https://docs.cloud.google.com/kubernetes-engine/docs/concepts/firewall-rules
    """

    def __init__(self, scope: Construct, id_: str, *, vpc: str, region: CloudRegion, names: Names) -> None:
        """Make the last rule.

        Args:
            scope: the network.
            id_: its id there.
            vpc: the network's id.
            region: where the network lives.
            names: the environment's names.
        """
        super().__init__(scope, id_)
        self.deny_ingress = ComputeFirewall(
            self,
            "deny-ingress",
            # Firewall rules have no region, and all regions of an environment share a project.
            name=names.resource(f"deny-ingress-{region.name}"),
            network=vpc,
            direction="INGRESS",
            priority=_LAST,
            source_ranges=["0.0.0.0/0"],
            deny=[ComputeFirewallDeny(protocol="all")],
            log_config=ComputeFirewallLogConfig(metadata="INCLUDE_ALL_METADATA"),
        )
