"""Who may reach the machines of a network."""

from collections.abc import Sequence
from ipaddress import IPv4Network

from cdktf_cdktf_provider_google.compute_firewall import (
    ComputeFirewall,
    ComputeFirewallAllow,
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
_LOGGED = ComputeFirewallLogConfig(metadata="INCLUDE_ALL_METADATA")


class Firewall(Construct):
    """Refuse every connection from outside but those of Google's own front doors, and log what was refused.

    Administrators come in by SSH through Identity-Aware Proxy, which asks IAM about each of them.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        vpc: str,
        inside: Sequence[IPv4Network],
        proxies: IPv4Network,
        region: CloudRegion,
        names: Names,
    ) -> None:
        """Make the rules.

        Args:
            scope: the network.
            id_: its id there.
            vpc: the network's id.
            inside: addresses of machines and pods, which may reach each other.
            proxies: addresses of the proxies of regional load balancers.
            region: where the network lives.
            names: the environment's names.
        """
        super().__init__(scope, id_)
        self._vpc, self._region, self._names = vpc, region, names
        self.deny_ingress = ComputeFirewall(
            self,
            "deny-ingress",
            name=self._name("deny-ingress"),
            network=vpc,
            direction="INGRESS",
            priority=_LAST,
            source_ranges=["0.0.0.0/0"],
            deny=[ComputeFirewallDeny(protocol="all")],
            log_config=_LOGGED,
        )
        self.allow_inside = self._allow("inside", [str(network) for network in inside], "tcp", "udp", "icmp")
        self.allow_proxies = self._allow("proxies", [str(proxies)], "tcp")
        self.allow_health_checks = self._allow("health-checks", HEALTH_CHECKS, "tcp")
        self.allow_ssh = self._allow("ssh", IDENTITY_AWARE_PROXY, "tcp", ports=["22"])

    def _allow(
        self, whom: str, sources: Sequence[str], *protocols: str, ports: Sequence[str] | None = None
    ) -> ComputeFirewall:
        return ComputeFirewall(
            self,
            f"allow-{whom}",
            name=self._name(f"allow-{whom}"),
            network=self._vpc,
            direction="INGRESS",
            source_ranges=[*sources],
            allow=[ComputeFirewallAllow(protocol=protocol, ports=ports) for protocol in protocols],
        )

    def _name(self, rule: str) -> str:
        # Firewall rules have no region, and all regions of an environment share a project.
        return self._names.resource(f"{rule}-{self._region.name}")
