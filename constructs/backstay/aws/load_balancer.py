"""A region's entrance: TLS, and requests only for machines that can serve them."""

from cdktf import TerraformResourceLifecycle
from cdktf_cdktf_provider_aws.lb import Lb, LbAccessLogs
from cdktf_cdktf_provider_aws.lb_listener import (
    LbListener,
    LbListenerDefaultAction,
    LbListenerDefaultActionRedirect,
)
from cdktf_cdktf_provider_aws.lb_target_group import (
    LbTargetGroup,
    LbTargetGroupHealthCheck,
    LbTargetGroupStickiness,
    LbTargetGroupTargetGroupHealth,
    LbTargetGroupTargetGroupHealthDnsFailover,
    LbTargetGroupTargetGroupHealthUnhealthyStateRouting,
)
from cdktf_cdktf_provider_aws.route53_record import Route53Record, Route53RecordAlias
from cdktf_cdktf_provider_aws.security_group import SecurityGroup
from cdktf_cdktf_provider_aws.vpc_security_group_egress_rule import VpcSecurityGroupEgressRule
from cdktf_cdktf_provider_aws.vpc_security_group_ingress_rule import VpcSecurityGroupIngressRule
from constructs import Construct

from backstay.aws.access_logs import AccessLogs
from backstay.aws.certificate import Certificate
from backstay.aws.zone import zone_id
from backstay.outputs import FleetOutputs, LoadBalancerOutputs, NetworkOutputs
from backstay.topology import Cloud, CloudRegion, HealthCheckSpec, Names, ZoneSpec

# TLS 1.2 with forward secrecy and AEAD ciphers only, and 1.3.
_TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
# A model may think for minutes before the first byte of a long answer; the load balancer's own default is 60 s.
_ANSWER_SECONDS = 300


class LoadBalancer(Construct):
    """Give a region one address with TLS that sends requests only to machines that can serve them.

    It answers under the clients' host name and under the region's own, which is also where the region's health is
    asked for from outside.

    Survives: the loss of a machine, and of a zone: it stands in all of the network's zones.
    Does not survive: the loss of its region. When no machine is healthy, requests go to all of them: a health
    check that errs does not take the region down, and one that is right shows outside as a region that fails.
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
            zone: the public DNS zone that holds the name.
            health_check: the question that decides whether a machine serves; a machine needs at least two failures.
            port: the port on which machines serve.
            certificate: the ARN of a certificate for the host name; by default one is requested, which takes a zone
                of Route 53.
            region: the region.
            names: the environment's names.
            network: where it stands.
            purpose: tells this load balancer from others of the environment.
            internal: whether only the network reaches it.
            disposable: whether it may be deleted without turning its protection off first, and its logs with it.
        """
        super().__init__(scope, id_)
        self.port = port
        if certificate is None:
            self.certificate = Certificate(self, "certificate", host=host, zone=zone, region=region, names=names)
            certificate = self.certificate.arn
        self.logs = AccessLogs(
            self, "logs", purpose=f"{purpose}-requests", region=region, names=names, disposable=disposable
        )
        name = names.load_balancer(purpose)
        self.security_group = self._security_group(names.machine(f"{purpose}-clients"), network=network)
        clients = network.cidr if internal else "0.0.0.0/0"
        self.https_clients = self._ingress("https-clients", 443, clients)
        self.http_clients = self._ingress("http-clients", 80, clients)
        self.http_clients.add_override(
            "//.checkov", {"CKV_AWS_260": "the only answer on port 80 is a redirect to HTTPS"}
        )
        self.load_balancer = Lb(
            self,
            "load-balancer",
            name=name,
            load_balancer_type="application",
            internal=internal,
            subnets=list(network.private_subnets if internal else network.public_subnets),
            security_groups=[self.security_group.id],
            access_logs=LbAccessLogs(bucket=self.logs.bucket.id, enabled=True),
            drop_invalid_header_fields=True,
            enable_deletion_protection=not disposable,
            enable_zonal_shift=True,
            idle_timeout=_ANSWER_SECONDS,
            depends_on=[self.logs.policy],
        )
        self.load_balancer.add_override(
            "//.checkov",
            {
                "CKV2_AWS_28": "rules that block prompts need to know the service; attach a web ACL of your own "
                "to the load balancer's ARN"
            },
        )
        self.target_group = self._target_group(names.load_balancer(f"{purpose}-{port}"), port, health_check, network)
        self.https = LbListener(
            self,
            "https",
            load_balancer_arn=self.load_balancer.arn,
            port=443,
            protocol="HTTPS",
            ssl_policy=_TLS_POLICY,
            certificate_arn=certificate,
            default_action=[LbListenerDefaultAction(type="forward", target_group_arn=self.target_group.arn)],
        )
        self.redirect = LbListener(
            self,
            "redirect",
            load_balancer_arn=self.load_balancer.arn,
            port=80,
            protocol="HTTP",
            default_action=[
                LbListenerDefaultAction(
                    type="redirect",
                    redirect=LbListenerDefaultActionRedirect(protocol="HTTPS", port="443", status_code="HTTP_301"),
                )
            ],
        )
        if zone.cloud is Cloud.AWS:
            self.record = self._record(names.regional_host(host, region), zone)
        self.outputs = LoadBalancerOutputs(
            id=self.load_balancer.arn,
            host=self.load_balancer.dns_name,
            zone=self.load_balancer.zone_id,
            target_group=self.target_group.arn,
            security_group=self.security_group.id,
            listener=self.https.arn,
            certificate=certificate,
        )

    def serve(self, fleet: FleetOutputs) -> None:
        """Let requests and health checks through to a fleet, which registers its machines by itself."""
        self.targets = VpcSecurityGroupEgressRule(
            self,
            "targets",
            security_group_id=self.security_group.id,
            description="Requests and health checks to machines",
            referenced_security_group_id=fleet.security_group,
            ip_protocol="tcp",
            from_port=self.port,
            to_port=self.port,
        )

    def _record(self, host: str, zone: ZoneSpec) -> Route53Record:
        return Route53Record(
            self,
            "record",
            zone_id=zone_id(self, zone),
            name=host,
            type="A",
            alias=Route53RecordAlias(
                name=self.load_balancer.dns_name, zone_id=self.load_balancer.zone_id, evaluate_target_health=True
            ),
        )

    def _security_group(self, name: str, *, network: NetworkOutputs) -> SecurityGroup:
        return SecurityGroup(
            self,
            "security-group",
            name=name,
            description="Clients of the load balancer",
            vpc_id=network.id,
            tags={"Name": name},
        )

    def _ingress(self, id_: str, port: int, cidr: str) -> VpcSecurityGroupIngressRule:
        return VpcSecurityGroupIngressRule(
            self,
            id_,
            security_group_id=self.security_group.id,
            description=f"Clients on port {port}",
            cidr_ipv4=cidr,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
        )

    def _target_group(
        self, name: str, port: int, health_check: HealthCheckSpec, network: NetworkOutputs
    ) -> LbTargetGroup:
        return LbTargetGroup(
            self,
            "target-group",
            name=name,
            vpc_id=network.id,
            target_type="instance",
            protocol="HTTP",
            port=port,
            # Answers differ a thousandfold in length: taking turns would pile long ones up on one machine.
            load_balancing_algorithm_type="least_outstanding_requests",
            deregistration_delay=str(_ANSWER_SECONDS),
            stickiness=LbTargetGroupStickiness(type="lb_cookie", enabled=False),
            health_check=LbTargetGroupHealthCheck(
                path=health_check.path,
                interval=health_check.interval.seconds,
                timeout=health_check.interval.seconds // 2,
                healthy_threshold=2,
                # The least that a load balancer allows is two.
                unhealthy_threshold=max(2, health_check.threshold),
                matcher="200",
            ),
            target_group_health=LbTargetGroupTargetGroupHealth(
                dns_failover=LbTargetGroupTargetGroupHealthDnsFailover(
                    minimum_healthy_targets_count="1", minimum_healthy_targets_percentage="off"
                ),
                unhealthy_state_routing=LbTargetGroupTargetGroupHealthUnhealthyStateRouting(
                    minimum_healthy_targets_count=1, minimum_healthy_targets_percentage="off"
                ),
            ),
            # A target group cannot change its port. The port is in its name, so that the new one can be there,
            # and the listener point at it, before the old one goes.
            lifecycle=TerraformResourceLifecycle(create_before_destroy=True),
        )
