"""Two fixed addresses in front of several regions."""

from collections.abc import Collection, Mapping

from cdktf import Fn, Token
from cdktf_cdktf_provider_aws.globalaccelerator_accelerator import GlobalacceleratorAccelerator
from cdktf_cdktf_provider_aws.globalaccelerator_endpoint_group import (
    GlobalacceleratorEndpointGroup,
    GlobalacceleratorEndpointGroupEndpointConfiguration,
)
from cdktf_cdktf_provider_aws.globalaccelerator_listener import (
    GlobalacceleratorListener,
    GlobalacceleratorListenerPortRange,
)
from cdktf_cdktf_provider_aws.route53_health_check import Route53HealthCheck
from constructs import Construct

from backstay.topology import HealthCheckSpec, Names, RoutingSpec

_HTTP, _HTTPS = 80, 443


class Accelerator(Construct):
    """Take each client to the nearest region that is well, by addresses that never change.

    An active region's dial stands at 100 and a standby's at 0. A dial of 0 keeps clients away on a good day only: when
    no other region is healthy they are taken there all the same, which is what a standby is for, and why a dial is no
    way to drain a region. Whether a region is well is what its load balancer says of its machines; the health check of
    an endpoint group is for endpoints without one, and asks on the port that the load balancer answers on, since by
    default it would ask on the listener's first.

    Survives: the loss of a region, within about 30 seconds; resolvers that keep answers for too long.
    Does not survive: connections that were open to the lost region; the loss of us-west-2, as far as changes of the
    accelerator are concerned: it goes on with what it has. When it finds no healthy region among the three nearest it
    sends clients to one of them regardless.

    Attributes:
        health: asks for the service through one of the accelerator's addresses.
    """

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        host: str,
        endpoints: Mapping[str, str],
        serving: Collection[str],
        health_check: HealthCheckSpec,
        routing: RoutingSpec,
        names: Names,
    ) -> None:
        """Make the accelerator.

        Args:
            scope: what it is part of.
            id_: its id there.
            host: the name that clients use.
            endpoints: the ARN of each region's load balancer, by the region's role.
            serving: the roles of regions that take clients on a good day.
            health_check: how the service is asked for through the accelerator.
            routing: where it is asked from.
            names: the environment's names.
        """
        super().__init__(scope, id_)
        self.accelerator = GlobalacceleratorAccelerator(
            self, "accelerator", name=names.resource("clients"), ip_address_type="IPV4", enabled=True
        )
        self.accelerator.add_override(
            "//.checkov", {"CKV_AWS_75": "the load balancers behind it log every request, with its client"}
        )
        self.listener = GlobalacceleratorListener(
            self,
            "listener",
            accelerator_arn=self.accelerator.arn,
            protocol="TCP",
            port_range=[GlobalacceleratorListenerPortRange(from_port=port, to_port=port) for port in (_HTTP, _HTTPS)],
        )
        self.groups = {role: self._group(role, arn, serves=role in serving) for role, arn in endpoints.items()}
        self.health = Route53HealthCheck(
            self,
            "health",
            type="HTTPS",
            fqdn=host,
            ip_address=Token.as_string(Fn.element(self.accelerator.ip_sets.get(0).ip_addresses, 0)),
            port=_HTTPS,
            resource_path=health_check.path,
            enable_sni=True,
            request_interval=health_check.interval.seconds,
            failure_threshold=health_check.threshold,
            regions=[*routing.checkers],
            tags={"Name": names.resource("accelerator")},
        )

    def _group(self, id_: str, load_balancer: str, *, serves: bool) -> GlobalacceleratorEndpointGroup:
        return GlobalacceleratorEndpointGroup(
            self,
            id_,
            listener_arn=self.listener.arn,
            endpoint_group_region=load_balancer.split(":")[3],
            traffic_dial_percentage=100 if serves else 0,
            health_check_port=_HTTPS,
            health_check_protocol="TCP",
            health_check_interval_seconds=10,
            threshold_count=3,
            endpoint_configuration=[
                GlobalacceleratorEndpointGroupEndpointConfiguration(
                    endpoint_id=load_balancer,
                    weight=128,
                    # The load balancer's log, and what it admits, are about clients and not about the accelerator.
                    client_ip_preservation_enabled=True,
                )
            ],
        )
