"""How clients are led to a region, and away from one that is lost."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal, get_args

from pydantic import Field

from backstay.topology.forms import Form, Label, Path
from backstay.topology.spec import Spec

# https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html (Regions)
CheckerRegion = Literal[
    "us-east-1",
    "us-west-1",
    "us-west-2",
    "eu-west-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "sa-east-1",
]
_FEWEST_CHECKERS = 3

LoadBalancerArn = Annotated[
    str,
    Form(
        "the ARN of a load balancer",
        r"arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:loadbalancer/(app|net)/[A-Za-z0-9-]{1,32}/[0-9a-f]{16}",
        ("arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/acme-production/50dc6c495c0c9188",),
    ),
]


class Policy(StrEnum):
    """How a region is chosen among those that are healthy."""

    WEIGHTED = "weighted"
    FAILOVER = "failover"
    LATENCY = "latency"


class AcceleratorSpec(Spec):
    """AWS Global Accelerator: two fixed addresses in front of the regions, so that no resolver keeps an old answer.

    It takes each client to the nearest active region and knows no shares, moves new connections within about 30 seconds
    (https://docs.aws.amazon.com/global-accelerator/latest/dg/about-endpoints-endpoint-weights.unhealthy-endpoints.html)
    and leaves those that are open where they are. Should the accelerator itself fail, DNS leads to the regions.
    """

    endpoints: Mapping[Label, LoadBalancerArn] = Field(min_length=1)
    """The load balancer of each region, by the region's role. It is named here, once the region is deployed, because
    routing may not read it from a region that may be lost."""


class RoutingSpec(Spec):
    """How clients are led to a region, where Route 53 holds the zone."""

    policy: Policy | None = None
    """`weighted` shares clients by `traffic`, `failover` sends all to the first healthy region, active ones first and
    else in the file's order, `latency` sends each to the nearest active one. By default `failover` in mode
    active-passive and else `weighted`."""

    home: Label | None = None
    """The role of the region that keeps the Terraform state of routing, by default the first on the zone's cloud.
    While that region is lost, routing cannot be planned; what is deployed goes on."""

    checkers: tuple[CheckerRegion, ...] = get_args(CheckerRegion)
    """The regions from which Route 53 asks, by default all that it has. A region counts as healthy while more than
    18% of the checkers find it so
    (https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html)."""

    signals: Mapping[Label, Path] = Field(default_factory=dict)
    """Paths beside the health check's own that must answer 200 too for the region to serve, by what they tell of."""

    drain_switch: bool = Field(default=True, strict=True)
    """Whether each region's load balancer has a switch by which people, or a failover, keep clients away from another
    region. It needs the region that it is in, and neither the drained one nor an API of Route 53."""

    accelerator: AcceleratorSpec | None = None
    """AWS Global Accelerator in front of the regions; by default DNS alone leads to them."""

    def contradiction(self) -> str | None:
        """Health is asked for from enough places."""
        if len(set(self.checkers)) < _FEWEST_CHECKERS:
            given = ", ".join(self.checkers) or "none"
            return f"checkers has {given}; name at least {_FEWEST_CHECKERS} different regions, or leave it out for all"
        return None
