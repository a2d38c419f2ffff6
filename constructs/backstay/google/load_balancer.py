"""A region's entrance: TLS, and requests only for machines that can serve them."""

from cdktf import Fn, TerraformResourceLifecycle
from cdktf_cdktf_provider_google.compute_address import ComputeAddress
from cdktf_cdktf_provider_google.compute_forwarding_rule import ComputeForwardingRule
from cdktf_cdktf_provider_google.compute_region_backend_service import (
    ComputeRegionBackendService,
    ComputeRegionBackendServiceBackend,
    ComputeRegionBackendServiceLogConfig,
)
from cdktf_cdktf_provider_google.compute_region_health_check import (
    ComputeRegionHealthCheck,
    ComputeRegionHealthCheckHttpHealthCheck,
    ComputeRegionHealthCheckLogConfig,
)
from cdktf_cdktf_provider_google.compute_region_ssl_policy import ComputeRegionSslPolicy
from cdktf_cdktf_provider_google.compute_region_target_http_proxy import ComputeRegionTargetHttpProxy
from cdktf_cdktf_provider_google.compute_region_target_https_proxy import ComputeRegionTargetHttpsProxy
from cdktf_cdktf_provider_google.compute_region_url_map import (
    ComputeRegionUrlMap,
    ComputeRegionUrlMapDefaultUrlRedirect,
)
from cdktf_cdktf_provider_google.data_google_compute_subnetwork import DataGoogleComputeSubnetwork
from cdktf_cdktf_provider_google.dns_record_set import DnsRecordSet
from constructs import Construct

from backstay.outputs import FleetOutputs, LoadBalancerOutputs, NetworkOutputs
from backstay.topology import Cloud, CloudRegion, HealthCheckSpec, Names, ZoneSpec

# What a group of machines calls the port on which they serve.
SERVING_PORT = "serving"

# A model may think for minutes before the first byte of a long answer; the load balancer's own default is 30 s.
_ANSWER_SECONDS = 300
# Five minutes of failures: a machine that is replaced has to load its model again.
_REPAIR_INTERVAL_SECONDS, _REPAIR_FAILURES = 30, 10


class LoadBalancer(Construct):
    """Give a region one address with TLS that sends requests only to machines that can serve them.

    It is a regional Application Load Balancer, all of which lives in the region, and answers under the clients' host
    name and under the region's own, which is also where the region's health is asked for from outside.

    Survives: the loss of a machine, and of a zone: it stands in all zones of the region.
    Does not survive: the loss of its region. When no machine is healthy, it answers 503, which shows outside as a
    region that fails.
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
            zone: the DNS zone that holds the name. The region's own name is published in a zone of Google Cloud only.
            health_check: the question that decides whether a machine serves; a machine needs at least two failures.
            port: the port on which machines serve.
            certificate: the regional certificate of Certificate Manager for the host name and the region's own, by its
                path.
            region: the region.
            names: the environment's names.
            network: where it stands; its public subnet is the one that Google Cloud's proxies send from.
            purpose: tells this load balancer from others of the environment.
            internal: whether only the network reaches it.
            disposable: whether its address may be given up.

        Raises:
            ValueError: when no certificate is given.
        """
        super().__init__(scope, id_)
        if certificate is None:
            raise ValueError(
                f"no certificate is given for {host!r}; make one in Certificate Manager, in {region}, for {host} and "
                f"{names.regional_host(host, region)}, and name its path as fleet.certificate"
            )
        self._region, self._network = region, network
        self._name = names.resource(purpose)
        self._scheme = "INTERNAL_MANAGED" if internal else "EXTERNAL_MANAGED"
        self._subnetwork = network.private_subnets[0] if internal else None

        self.proxies = DataGoogleComputeSubnetwork(
            self, "proxies", name=Fn.basename(network.public_subnets[0]), region=region.name
        )
        self.address = self._address(disposable=disposable)
        self.health_check = self._health_check(
            "health-check",
            names.resource(f"{purpose}-health"),
            health_check.path,
            port,
            interval_seconds=health_check.interval.seconds,
            failures=max(2, health_check.threshold),
        )
        self.repair_check = self._health_check(
            "repair-check",
            names.resource(f"{purpose}-repair"),
            health_check.path,
            port,
            interval_seconds=_REPAIR_INTERVAL_SECONDS,
            failures=_REPAIR_FAILURES,
        )
        self.backend_service = self._backend_service()
        self._https(names.resource(f"{purpose}-https"), certificate)
        self._redirect(names.resource(f"{purpose}-redirect"))
        if zone.cloud is Cloud.GOOGLE:
            self.record = DnsRecordSet(
                self,
                "record",
                managed_zone=str(zone.id),
                name=f"{names.regional_host(host, region)}.",
                type="A",
                ttl=60,
                rrdatas=[self.address.address],
            )
        self.outputs = LoadBalancerOutputs(
            id=self.url_map.id,
            host=self.address.address,
            zone=None,
            # For whoever watches it. `serve` makes it wait for the machines' group, so that group must not name it.
            target_group=self.backend_service.id,
            security_group=self.proxies.ip_cidr_range,
            health_check=self.repair_check.id,
        )

    def serve(self, fleet: FleetOutputs) -> None:
        """Send requests to a fleet, which lets them in by itself."""
        self.backend_service.put_backend(
            [
                ComputeRegionBackendServiceBackend(
                    group=fleet.id, balancing_mode="UTILIZATION", max_utilization=1, capacity_scaler=1
                )
            ]
        )

    def _address(self, *, disposable: bool) -> ComputeAddress:
        internal = self._subnetwork is not None
        return ComputeAddress(
            self,
            "address",
            name=self._name,
            region=self._region.name,
            address_type="INTERNAL" if internal else "EXTERNAL",
            # Two forwarding rules share it.
            purpose="SHARED_LOADBALANCER_VIP" if internal else None,
            subnetwork=self._subnetwork,
            # Google Cloud has no deletion protection for load balancers. With its address stays what answers there.
            lifecycle=None if disposable else TerraformResourceLifecycle(prevent_destroy=True),
        )

    def _health_check(
        self, id_: str, name: str, path: str, port: int, *, interval_seconds: int, failures: int
    ) -> ComputeRegionHealthCheck:
        return ComputeRegionHealthCheck(
            self,
            id_,
            name=name,
            region=self._region.name,
            check_interval_sec=interval_seconds,
            timeout_sec=interval_seconds // 2,
            healthy_threshold=2,
            unhealthy_threshold=failures,
            http_health_check=ComputeRegionHealthCheckHttpHealthCheck(port=port, request_path=path),
            log_config=ComputeRegionHealthCheckLogConfig(enable=True),
        )

    def _backend_service(self) -> ComputeRegionBackendService:
        return ComputeRegionBackendService(
            self,
            "backend-service",
            name=self._name,
            region=self._region.name,
            load_balancing_scheme=self._scheme,
            protocol="HTTP",
            port_name=SERVING_PORT,
            health_checks=[self.health_check.id],
            # Answers differ a thousandfold in length: taking turns would pile long ones up on one machine.
            locality_lb_policy="LEAST_REQUEST",
            session_affinity="NONE",
            timeout_sec=_ANSWER_SECONDS,
            connection_draining_timeout_sec=_ANSWER_SECONDS,
            log_config=ComputeRegionBackendServiceLogConfig(enable=True, sample_rate=1),
        )

    def _https(self, name: str, certificate: str) -> None:
        self.url_map = ComputeRegionUrlMap(
            self, "url-map", name=self._name, region=self._region.name, default_service=self.backend_service.id
        )
        self.tls = ComputeRegionSslPolicy(
            self, "tls", name=self._name, region=self._region.name, profile="RESTRICTED", min_tls_version="TLS_1_2"
        )
        self.https_proxy = ComputeRegionTargetHttpsProxy(
            self,
            "https-proxy",
            name=name,
            region=self._region.name,
            url_map=self.url_map.id,
            certificate_manager_certificates=[certificate],
            ssl_policy=self.tls.id,
        )
        self.https = self._forwarding_rule("https", name, port=443, target=self.https_proxy.id)

    def _redirect(self, name: str) -> None:
        self.redirect_map = ComputeRegionUrlMap(
            self,
            "redirect-map",
            name=name,
            region=self._region.name,
            default_url_redirect=ComputeRegionUrlMapDefaultUrlRedirect(
                https_redirect=True, redirect_response_code="MOVED_PERMANENTLY_DEFAULT", strip_query=False
            ),
        )
        self.http_proxy = ComputeRegionTargetHttpProxy(
            self, "http-proxy", name=name, region=self._region.name, url_map=self.redirect_map.id
        )
        self.redirect = self._forwarding_rule("redirect", name, port=80, target=self.http_proxy.id)

    def _forwarding_rule(self, id_: str, name: str, *, port: int, target: str) -> ComputeForwardingRule:
        return ComputeForwardingRule(
            self,
            id_,
            name=name,
            region=self._region.name,
            load_balancing_scheme=self._scheme,
            network=self._network.id,
            subnetwork=self._subnetwork,
            ip_address=self.address.id,
            ip_protocol="TCP",
            port_range=str(port),
            target=target,
            # Google Cloud refuses the rule until there is a subnet for the proxies.
            depends_on=[self.proxies],
        )
