"""What Route 53 asks a region before it sends clients there."""

from collections.abc import Mapping

from cdktf_cdktf_provider_aws.route53_health_check import Route53HealthCheck
from constructs import Construct

from backstay.aws.drain_switch import drained, switch_path
from backstay.topology import HealthCheckSpec, Names, RoutingSpec

_UNHURRIED_SECONDS = 30


class HealthCheck(Construct):
    """Ask a region from several others whether it serves, on its own name and the path that looks deep.

    Where more than one thing counts (further paths of the region, and the switches by which other regions drain it),
    all of them have to hold. The checks run where DNS is answered and know nothing of CloudWatch, whose metrics of
    health checks are in us-east-1 only.

    Survives: the loss of any region that asks, and of Route 53's API, which only changes of checks go through. The loss
    of a region with a switch leaves that switch off.
    Does not survive: a path that answers 200 whatever is broken behind it.

    Attributes:
        endpoint: the check of the health path.
        signals: those of further paths.
        switches: those of drain switches, by the role of the region that has the switch.
        combined: what is true when all others are; None where there is only the endpoint's.
        id: the check that decides.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        role: str,
        host: str,
        health_check: HealthCheckSpec,
        routing: RoutingSpec,
        switches: Mapping[str, str],
        names: Names,
    ) -> None:
        """Make the checks.

        Args:
            scope: what they are part of.
            id_: their id there.
            role: the region that is asked.
            host: its own name.
            health_check: what is asked for, and how often.
            routing: where it is asked from, and which paths count besides.
            switches: the hosts that have a drain switch for the region, by their regions' roles.
            names: the environment's names.
        """
        super().__init__(scope, id_)
        self._role, self._names, self._checkers = role, names, routing.checkers
        self._spec = health_check
        self.endpoint = self._ask("endpoint", host, health_check.path)
        self.signals = {name: self._ask(f"signal-{name}", host, path) for name, path in routing.signals.items()}
        self.switches = {peer: self._not_drained(f"switch-{peer}", host) for peer, host in switches.items()}
        all_ = [self.endpoint, *self.signals.values(), *self.switches.values()]
        self.combined = self._all("all", all_) if len(all_) > 1 else None
        self.id = (self.combined or self.endpoint).id

    def _ask(self, id_: str, host: str, path: str) -> Route53HealthCheck:
        return Route53HealthCheck(
            self,
            id_,
            type="HTTPS",
            fqdn=host,
            port=443,
            resource_path=path,
            # The load balancer has certificates for several names and shows the right one only when told.
            enable_sni=True,
            request_interval=self._spec.interval.seconds,
            failure_threshold=self._spec.threshold,
            regions=[*self._checkers],
            tags=self._named(id_),
        )

    def _not_drained(self, id_: str, host: str) -> Route53HealthCheck:
        return Route53HealthCheck(
            self,
            id_,
            # The text and not only the status: a server that answers 200 to everything must drain nobody.
            type="HTTPS_STR_MATCH",
            search_string=drained(self._role),
            invert_healthcheck=True,
            fqdn=host,
            port=443,
            resource_path=switch_path(self._role),
            enable_sni=True,
            request_interval=_UNHURRIED_SECONDS,
            failure_threshold=1,
            regions=[*self._checkers],
            tags=self._named(id_),
        )

    def _all(self, id_: str, checks: list[Route53HealthCheck]) -> Route53HealthCheck:
        return Route53HealthCheck(
            self,
            id_,
            type="CALCULATED",
            child_healthchecks=[check.id for check in checks],
            child_health_threshold=len(checks),
            tags=self._named(id_),
        )

    def _named(self, id_: str) -> dict[str, str]:
        return {"Name": self._names.resource(f"{self._role}-{id_}", limit=256)}
