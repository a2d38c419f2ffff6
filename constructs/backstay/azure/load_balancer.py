"""A region's entrance: TLS, and requests only for machines that can serve them."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_azurerm.application_gateway import (
    ApplicationGateway,
    ApplicationGatewayAutoscaleConfiguration,
    ApplicationGatewayBackendAddressPool,
    ApplicationGatewayBackendHttpSettings,
    ApplicationGatewayBackendHttpSettingsConnectionDraining,
    ApplicationGatewayFrontendPort,
    ApplicationGatewayGatewayIpConfiguration,
    ApplicationGatewayHttpListener,
    ApplicationGatewayIdentity,
    ApplicationGatewayProbe,
    ApplicationGatewayProbeMatch,
    ApplicationGatewayRedirectConfiguration,
    ApplicationGatewayRequestRoutingRule,
    ApplicationGatewaySku,
    ApplicationGatewaySslCertificate,
    ApplicationGatewaySslPolicy,
)
from cdktf_cdktf_provider_azurerm.resource_group import ResourceGroup
from constructs import Construct

from backstay.azure.certificate import Certificate
from backstay.azure.default_tags import default_tags
from backstay.azure.gateway_address import FRONTEND, GatewayAddress
from backstay.azure.log_workspace import LogWorkspace
from backstay.outputs import FleetOutputs, LoadBalancerOutputs, NetworkOutputs
from backstay.topology import Cloud, CloudRegion, HealthCheckSpec, Names, ZoneSpec

# TLS 1.2 with forward secrecy and AEAD ciphers only, and 1.3.
# https://learn.microsoft.com/azure/application-gateway/application-gateway-ssl-policy-overview
_TLS_POLICY = "AppGwSslPolicy20220101S"
# A model may think for minutes before the first byte of a long answer; Application Gateway's own default is 20 s.
_ANSWER_SECONDS = 300
_LOG_DAYS = 90

# Names within the gateway, by which its parts refer to each other.
_MACHINES = "machines"
_HTTPS = "https"
_HTTP = "http"
_REDIRECT = "redirect"
_HEALTH = "health"


class LoadBalancer(Construct):
    """Give a region one address with TLS that sends requests only to machines that can serve them.

    It answers under the clients' host name and under the region's own, which is also where the region's health is
    asked for from outside; the certificate has to hold both. It stands alone in the first of the network's public
    subnets. An internal one has no public address at all, for which the subscription must have the feature
    `EnableApplicationGatewayNetworkIsolation` of Microsoft.Network registered.

    Survives: the loss of a machine, and of a zone: it stands in all of the network's zones.
    Does not survive: the loss of its region. When no machine is healthy, clients are told so by status 502, which
    shows outside as a region that fails.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        host: str,
        zone: ZoneSpec,
        health_check: HealthCheckSpec,
        port: int,
        certificate: str | None = None,
        region: CloudRegion,
        names: Names,
        network: NetworkOutputs,
        purpose: str = "gpu-fleet",
        internal: bool = False,
        disposable: bool = False,
    ) -> None:
        """Make the load balancer.

        Args:
            scope: where it belongs.
            id_: its name there.
            host: the name that clients use.
            zone: the public DNS zone that holds the name. The region publishes its own name where Azure holds the
                zone, in a resource group of the stack's subscription.
            health_check: the question that decides whether a machine serves.
            port: the port on which machines serve.
            certificate: the address of the certificate's secret in Key Vault, without a version.
            region: the region.
            names: the environment's names.
            network: where it stands.
            purpose: tells this load balancer from others of the environment.
            internal: whether only the network reaches it.
            disposable: whether an apply may delete it, and its logs with it.

        Raises:
            ValueError: when the certificate is not given, or is not the address of a secret without a version.
        """
        super().__init__(scope, id_)
        name = names.resource(f"{purpose}-gateway")
        self.group = ResourceGroup(
            self,
            "group",
            name=names.resource_group(f"{purpose}-gateway", region),
            location=region.name,
            tags=default_tags(self),
        )
        self.certificate = Certificate(
            self, "certificate", certificate=certificate, name=name, resource_group=self.group
        )
        self.address = GatewayAddress(
            self,
            "address",
            name=name,
            label=names.load_balancer(purpose),
            resource_group=self.group,
            network=network,
            internal=internal,
            disposable=disposable,
        )
        self.gateway = self._gateway(
            name, host=host, health_check=health_check, port=port, network=network, disposable=disposable
        )
        self.logs = LogWorkspace(
            self, "logs", name=name, resource_group=self.group, retain_days=_LOG_DAYS, disposable=disposable
        )
        self.access_log = self.logs.collect(
            "access", resource=self.gateway.id, categories=["ApplicationGatewayAccessLog"]
        )
        if zone.cloud is Cloud.AZURE:
            self.record = self.address.publish("record", host=names.regional_host(host, region), zone=zone)
        self.outputs = LoadBalancerOutputs(
            id=self.gateway.id,
            host=self.address.host,
            zone=None,
            target_group=f"{self.gateway.id}/backendAddressPools/{_MACHINES}",
            security_group=self.address.subnet_prefix,
        )

    def serve(self, fleet: FleetOutputs) -> None:
        """Send requests to a fleet: its machines enter the gateway's pool and admit the gateway by themselves."""

    def _gateway(
        self,
        name: str,
        *,
        host: str,
        health_check: HealthCheckSpec,
        port: int,
        network: NetworkOutputs,
        disposable: bool,
    ) -> ApplicationGateway:
        gateway = ApplicationGateway(
            self,
            "gateway",
            name=name,
            resource_group_name=self.group.name,
            location=self.group.location,
            zones=[*network.zones] or None,
            sku=ApplicationGatewaySku(name="Standard_v2", tier="Standard_v2"),
            # Two at least, in different zones.
            autoscale_configuration=ApplicationGatewayAutoscaleConfiguration(min_capacity=2, max_capacity=10),
            enable_http2=True,
            identity=ApplicationGatewayIdentity(type="UserAssigned", identity_ids=[self.certificate.identity.id]),
            gateway_ip_configuration=[
                ApplicationGatewayGatewayIpConfiguration(name="subnet", subnet_id=network.public_subnets[0])
            ],
            frontend_ip_configuration=[self.address.frontend],
            frontend_port=[
                ApplicationGatewayFrontendPort(name=_HTTPS, port=443),
                ApplicationGatewayFrontendPort(name=_HTTP, port=80),
            ],
            ssl_policy=ApplicationGatewaySslPolicy(policy_type="Predefined", policy_name=_TLS_POLICY),
            ssl_certificate=[
                ApplicationGatewaySslCertificate(name=_HTTPS, key_vault_secret_id=self.certificate.secret_id)
            ],
            http_listener=[
                _listener(_HTTPS, "Https", certificate=_HTTPS),
                _listener(_HTTP, "Http"),
            ],
            backend_address_pool=[ApplicationGatewayBackendAddressPool(name=_MACHINES)],
            backend_http_settings=[_requests(port)],
            probe=[_probe(host, health_check)],
            redirect_configuration=[
                ApplicationGatewayRedirectConfiguration(
                    name=_REDIRECT,
                    redirect_type="Permanent",
                    target_listener_name=_HTTPS,
                    include_path=True,
                    include_query_string=True,
                )
            ],
            request_routing_rule=[
                ApplicationGatewayRequestRoutingRule(
                    name=_MACHINES,
                    rule_type="Basic",
                    priority=10,
                    http_listener_name=_HTTPS,
                    backend_address_pool_name=_MACHINES,
                    backend_http_settings_name=_MACHINES,
                ),
                ApplicationGatewayRequestRoutingRule(
                    name=_REDIRECT,
                    rule_type="Basic",
                    priority=20,
                    http_listener_name=_HTTP,
                    redirect_configuration_name=_REDIRECT,
                ),
            ],
            tags=default_tags(self),
            depends_on=[self.certificate.reader],
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )
        gateway.add_override(
            "//.checkov",
            {
                "CKV_AZURE_120": "rules that block prompts need to know the service; put a gateway with a web "
                "application firewall of your own in front",
            },
        )
        return gateway


def _listener(name: str, protocol: str, *, certificate: str | None = None) -> ApplicationGatewayHttpListener:
    return ApplicationGatewayHttpListener(
        name=name,
        protocol=protocol,
        frontend_ip_configuration_name=FRONTEND,
        frontend_port_name=name,
        ssl_certificate_name=certificate,
    )


def _requests(port: int) -> ApplicationGatewayBackendHttpSettings:
    return ApplicationGatewayBackendHttpSettings(
        name=_MACHINES,
        port=port,
        protocol="Http",
        cookie_based_affinity="Disabled",
        request_timeout=_ANSWER_SECONDS,
        probe_name=_HEALTH,
        connection_draining=ApplicationGatewayBackendHttpSettingsConnectionDraining(
            enabled=True, drain_timeout_sec=_ANSWER_SECONDS
        ),
    )


def _probe(host: str, health_check: HealthCheckSpec) -> ApplicationGatewayProbe:
    return ApplicationGatewayProbe(
        name=_HEALTH,
        protocol="Http",
        host=host,
        path=health_check.path,
        interval=health_check.interval.seconds,
        timeout=max(1, health_check.interval.seconds // 2),
        unhealthy_threshold=health_check.threshold,
        match=ApplicationGatewayProbeMatch(status_code=["200"]),
    )
