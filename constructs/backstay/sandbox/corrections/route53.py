"""Route 53: private zones and health checks."""

from __future__ import annotations

from typing import Any

from backstay.sandbox.corrections.registry import around, correction, instead

# Kinds of health check that make no requests of their own, and what only the others have.
_WITHOUT_REQUESTS = frozenset({"CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL"})
_OF_REQUESTS = (
    "EnableSNI",
    "FailureThreshold",
    "IPAddress",
    "MeasureLatency",
    "Port",
    "Regions",
    "RequestInterval",
)


@correction
def make_zones_of_networks_private() -> None:
    """A zone that is made for a network is private.

    Moto makes it public and forgets the network, unless the request says so twice.
    """
    from moto.route53.responses import Route53

    @around(Route53, "create_hosted_zone")
    def create_hosted_zone(original: Any, self: Any) -> Any:
        if self._get_param("VPC.VPCId"):
            self.params["HostedZoneConfig"] = (self._get_param("HostedZoneConfig") or {}) | {"PrivateZone": True}
        return original(self)


@correction
def keep_health_checks_without_requests() -> None:
    """A health check of an alarm, a routing control or other checks has what it was given.

    Moto forgets the alarm and the control and adds the settings of requests, so the next plan replaces it.
    """
    from moto.route53.models import HealthCheck
    from moto.route53.responses import Route53

    @around(Route53, "create_health_check")
    def create_health_check(original: Any, self: Any) -> Any:
        answer = original(self)
        keep(answer.result["HealthCheck"], self._get_param("HealthCheckConfig"))
        return answer

    @around(Route53, "update_health_check")
    def update_health_check(original: Any, self: Any) -> Any:
        answer = original(self)
        keep(answer.result["HealthCheck"], self.params)
        return answer

    def keep(check: Any, sent: Any) -> None:
        kept = check.__dict__.setdefault("kept", {})
        for setting in ("AlarmIdentifier", "InsufficientDataHealthStatus", "RoutingControlArn"):
            if setting in sent:
                kept[setting] = sent[setting]

    @instead(HealthCheck, "health_check_config")
    @property
    def health_check_config(self: Any, original: Any = HealthCheck.health_check_config) -> dict[str, Any]:
        config = original.fget(self) | getattr(self, "kept", {})
        if self.type_ in _WITHOUT_REQUESTS:
            return {setting: value for setting, value in config.items() if setting not in _OF_REQUESTS}
        return config
