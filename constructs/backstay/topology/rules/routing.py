"""Rules about how clients are led to a region."""

from collections.abc import Iterator

from backstay.topology.cloud import Cloud
from backstay.topology.entrances import entrances, is_reached, publishes_itself
from backstay.topology.routes import policy, routes
from backstay.topology.routing import Policy
from backstay.topology.rules.rule import Case, Finding, RegionCase, region_rule, rule

_ROUTING = ("service", "routing")


@rule("routing-meets-rto")
def routing_meets_rto(case: Case) -> Iterator[Finding]:
    """Clients come back when the loss was noticed and their resolvers have asked again, and no sooner."""
    service, rto = case.environment.service, case.environment.objectives.rto
    check = service.health_check
    slowest = check.slowest_detection.seconds + service.ttl.seconds
    if slowest > rto.seconds:
        yield (
            ("service", "ttl"),
            f"clients come back {slowest}s after the loss of a region at the latest, and objectives.rto is {rto}: "
            f"{check.threshold} checks every {check.interval} notice it within {check.slowest_detection}, and "
            f"resolvers keep the old answer for {service.ttl}; shorten them, or promise less",
        )


@region_rule("region-has-entrance", waivable=True)
def region_has_entrance(case: RegionCase) -> Iterator[Finding]:
    """A region that clients cannot reach takes no share of them, and takes over from none."""
    environment, region = case.environment, case.region
    if is_reached(environment, region) or routes(environment) is None:
        return
    remedy = "say in its entrance where it answers"
    if region.cloud is environment.service.zone.cloud:
        remedy = f"give its fleet a reason to be public, or, without a fleet, {remedy}"
    yield (), f"region {case.role!r} has no entrance for clients, and others have; {remedy}"


@region_rule("one-entrance")
def one_entrance(case: RegionCase) -> Iterator[Finding]:
    """A region's name leads to one place."""
    if case.region.entrance is not None and publishes_itself(case.environment, case.region):
        yield (
            ("entrance",),
            f"entrance {case.region.entrance!r} of region {case.role!r} is one too many: the name of the region leads "
            "to its fleet's load balancer; take one of them out",
        )


@rule("host-has-addresses")
def host_has_addresses(case: Case) -> Iterator[Finding]:
    """The name of a zone itself, and the name of an accelerator, hold addresses and cannot stand for another name."""
    environment = case.environment
    service = environment.service
    if not service.holds_addresses:
        return
    for role, entrance in entrances(environment).items():
        if not entrance.is_address:
            yield (
                ("regions", role, "entrance"),
                f"entrance {entrance.target!r} of region {role!r} is a name, and "
                f"{'the zone' if service.host == service.zone.name else 'a host with an accelerator'} "
                f"{service.host!r} can lead to addresses only; name an IPv4 address, or a host below the zone "
                "without an accelerator",
            )


@rule("policy-fits-regions")
def policy_fits_regions(case: Case) -> Iterator[Finding]:
    """A policy that sends clients elsewhere than the regions' shares say makes sizes wrong that follow from them."""
    environment = case.environment
    place, chosen = (*_ROUTING, "policy"), environment.service.routing.policy
    active = ", ".join(environment.active)
    if chosen is Policy.FAILOVER and len(environment.active) > 1:
        yield (
            place,
            f"policy failover sends all clients to one region, and {active} are active; write weighted or latency, "
            "or leave one region active",
        )
    elsewhere = [role for role, region in environment.regions.items() if region.cloud is not Cloud.AWS]
    if chosen is Policy.LATENCY and elsewhere:
        yield (
            place,
            f"policy latency knows regions of aws only, and {', '.join(elsewhere)} is elsewhere; write weighted",
        )


@rule("accelerator-fits-regions")
def accelerator_fits_regions(case: Case) -> Iterator[Finding]:
    """An accelerator leads to load balancers of AWS, in the regions that it was told of, and shares nothing out."""
    environment = case.environment
    accelerator = environment.service.routing.accelerator
    if accelerator is None:
        return
    place = (*_ROUTING, "accelerator", "endpoints")
    for role, region in environment.regions.items():
        arn = accelerator.endpoints.get(role)
        if region.cloud is not Cloud.AWS:
            yield place, f"an accelerator leads to regions of aws only, and {role!r} is on {region.cloud}; leave it out"
        elif arn is None:
            yield place, f"the accelerator has no endpoint in region {role!r}; name its load balancer's ARN"
        elif arn.split(":")[3] != region.region:
            yield (
                (*place, role),
                f"the load balancer of region {role!r} is in {arn.split(':')[3]!r}; it must be in {region.region!r}",
            )
    for role in accelerator.endpoints.keys() - environment.regions.keys():
        yield (*place, role), f"there is no region {role!r}; regions are {', '.join(environment.regions)}"
    if len(environment.active) > 1 and policy(environment) is not Policy.LATENCY:
        yield (
            (*_ROUTING, "accelerator"),
            "an accelerator takes each client to the nearest active region, whatever the regions' traffic says; "
            "write policy: latency, or leave it out",
        )


@rule("routing-has-home")
def routing_has_home(case: Case) -> Iterator[Finding]:
    """Routing is deployed from one region, with that cloud's credentials and into its state."""
    environment = case.environment
    cloud, named = environment.service.zone.cloud, environment.service.routing.home
    fit = [role for role, region in environment.regions.items() if region.cloud is cloud]
    if named is not None and named not in fit:
        yield (
            (*_ROUTING, "home"),
            f"home {named!r} is not a region on {cloud}, which holds the zone; write one of {', '.join(fit) or 'none'}",
        )
    elif cloud is Cloud.AWS and not fit and (routes(environment) is not None or environment.service.zone.create):
        yield (
            ("service", "zone", "cloud"),
            "the zone is on aws and no region is, so that none could write to it; add a region on aws, or leave out "
            "entrances and create",
        )
