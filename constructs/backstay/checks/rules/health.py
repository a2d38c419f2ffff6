"""Traffic leaves a region that cannot serve, in time, and only then."""

from collections.abc import Iterator
from dataclasses import dataclass

from backstay.checks.block import Block
from backstay.checks.promise import Guarantee
from backstay.checks.rule import Case, Found, Severity, rule
from backstay.checks.rules.roles import only_repairs, proves_a_certificate
from backstay.checks.stacks import Stacks

_ROUTE53 = "https://docs.aws.amazon.com/Route53/latest/DeveloperGuide"
_POLICIES = (
    "failover_routing_policy",
    "geolocation_routing_policy",
    "geoproximity_routing_policy",
    "latency_routing_policy",
    "weighted_routing_policy",
)
# Those that ask nobody but other checks, alarms or people.
_INDIRECT = ("CALCULATED", "CLOUDWATCH_METRIC", "RECOVERY_CONTROL")


@dataclass(frozen=True)
class _Probe:
    """Where a type says how it asks: the arguments, and what holds when they are not given."""

    path: str
    interval: str = ""
    failures: str = ""
    seconds: int = 0
    times: int = 0
    block: str = ""


# Defaults as the providers document them.
_PROBES = {
    "aws_globalaccelerator_endpoint_group": _Probe(
        "health_check_path", "health_check_interval_seconds", "threshold_count", 30, 3
    ),
    "aws_lb_target_group": _Probe(
        "health_check.path", "health_check.interval", "health_check.unhealthy_threshold", 30, 3
    ),
    "aws_route53_health_check": _Probe("resource_path", "request_interval", "failure_threshold", 30, 3),
    "azurerm_application_gateway": _Probe("probe.path", "probe.interval", "probe.unhealthy_threshold", 30, 3, "probe"),
    "azurerm_cdn_frontdoor_origin_group": _Probe(
        "health_probe.path", "health_probe.interval_in_seconds", "", 100, 1, "health_probe"
    ),
    "azurerm_lb_probe": _Probe("request_path", "interval_in_seconds", "number_of_probes", 15, 2),
    "azurerm_traffic_manager_profile": _Probe(
        "monitor_config.path",
        "monitor_config.interval_in_seconds",
        "monitor_config.tolerated_number_of_failures",
        30,
        3,
        "monitor_config",
    ),
    **{
        type_: _Probe("{kind}.request_path", "check_interval_sec", "unhealthy_threshold", 5, 2)
        for type_ in ("google_compute_health_check", "google_compute_region_health_check")
    },
}
_GOOGLE_KINDS = ("http_health_check", "https_health_check", "http2_health_check")


def _probing(stacks: Stacks) -> Iterator[tuple[Block, _Probe]]:
    """What probes an endpoint itself."""
    for block in stacks.resources(*_PROBES):
        if block.type != "aws_route53_health_check" or block.text("type") not in _INDIRECT:
            yield block, _PROBES[block.type]


@rule(
    "record-without-health-check",
    what="a record that shares or hands over traffic has a health check",
    fix="give the record health_check_id, or evaluate_target_health of an alias",
    source=f"{_ROUTE53}/dns-failover-determining-health-of-endpoints.html",
    needs=Guarantee.REGION,
)
def record_without_health_check(case: Case) -> Found:
    """Route 53 takes a record without one for healthy, whatever has become of its region."""
    for record in _shared_records(case.stacks):
        is_last_resort = record.text("failover_routing_policy.type") == "SECONDARY"
        is_checked = (
            record.has("health_check_id") or record.flag("alias.evaluate_target_health", default=False) is not False
        )
        if not is_checked and not is_last_resort:
            yield record, f"record {record.known_as or record.name} is answered with whether its region serves or not"
    for record in case.stacks.resources("google_dns_record_set"):
        if record.has("routing_policy") and not _is_checked_by_google(record):
            yield record, f"record {record.known_as or record.name} has a routing_policy without health checks"
    for group in case.stacks.resources("azurerm_cdn_frontdoor_origin_group"):
        if not group.has("health_probe"):
            yield group, "the origin group has no health_probe"


def _shared_records(stacks: Stacks) -> Iterator[Block]:
    """Records of Route 53 of which one name has several, and which share its traffic or hand it over."""
    for record in stacks.resources("aws_route53_record"):
        if any(record.has(policy) for policy in _POLICIES) and not proves_a_certificate(record):
            yield record


def _is_checked_by_google(record: Block) -> bool:
    return record.has("routing_policy.health_check") or any(
        "health_checked_targets" in path for path, _ in record.strings
    )


@rule(
    "health-check-shallow",
    what="a health check asks whether the service can answer, not whether a port is open",
    fix="probe a path that is answered with 200 only when model, GPU and stores are there, such as /health",
    source="https://aws.amazon.com/builders-library/implementing-health-checks/",
    severity=Severity.WARNING,
)
def health_check_shallow(case: Case) -> Found:
    """A server that is up without its model takes its share of the traffic and fails all of it."""
    for block, probe in _probing(case.stacks):
        if said := _shallow(block, probe):
            yield block, said


def _shallow(block: Block, probe: _Probe) -> str | None:
    if probe.block and not block.has(probe.block):
        return None
    if block.type.startswith("google_"):
        kinds = [kind for kind in _GOOGLE_KINDS if block.has(kind)]
        path = block.values(f"{kinds[0]}.request_path") if kinds else []
        # gRPC has a health protocol of its own.
        if not kinds:
            return None if block.has("grpc_health_check") else "it only opens a connection"
    else:
        protocol = next(iter(block.texts("health_check.protocol") + block.texts("type") + block.texts("protocol")), "")
        if block.type != "aws_globalaccelerator_endpoint_group" and protocol.upper() in ("TCP", "TLS", "UDP"):
            return "it only opens a connection"
        path = block.values(probe.path)
    if not path and block.type == "aws_globalaccelerator_endpoint_group":
        # An endpoint that is a load balancer brings its own check.
        return None
    if not path or path[0] == "/":
        return "it asks for /, which says nothing of the service behind"
    return None


@rule(
    "health-check-slow",
    what="a lost region is noticed within a tenth of the RTO",
    fix="lower the interval or the number of failures; Route 53 offers 10 seconds",
    source=f"{_ROUTE53}/health-checks-creating-values.html",
    severity=Severity.WARNING,
    needs=Guarantee.REGION,
)
def health_check_slow(case: Case) -> Found:
    """What is spent on noticing is missing for promoting the database and bringing up GPU nodes."""
    allowed = case.promise.detection_seconds
    for block, probe in _probing(case.stacks):
        if only_repairs(block, case.stacks) or (probe.block and not block.has(probe.block)):
            continue
        interval = block.number(probe.interval, probe.seconds)
        failures = block.number(probe.failures, probe.times) if probe.failures else probe.times
        if interval is not None and failures is not None and interval * failures > allowed:
            yield (
                block,
                f"{failures:g} failures every {interval:g} s take {interval * failures:g} s; "
                f"an RTO of {case.promise.rto} allows {allowed:g} s",
            )


@rule(
    "ttl-above-budget",
    what="clients ask again for a record soon enough to leave a lost region",
    fix="lower the TTL to the figure given, 60 seconds at most",
    source=f"{_ROUTE53}/resource-record-sets-values-weighted.html",
    severity=Severity.WARNING,
    needs=Guarantee.REGION,
)
def ttl_above_budget(case: Case) -> Found:
    """Until the TTL has passed, clients go on asking the region that is gone."""
    allowed = case.promise.ttl_seconds
    for record, argument in _moving_records(case.stacks):
        ttl = record.number(argument, 0)
        if ttl is not None and ttl > allowed:
            yield record, f"{argument} is {ttl:g} s; an RTO of {case.promise.rto} allows {allowed:g} s"


def _moving_records(stacks: Stacks) -> Iterator[tuple[Block, str]]:
    for record in _shared_records(stacks):
        yield record, "ttl"
    for record in stacks.resources("google_dns_record_set"):
        if record.has("routing_policy"):
            yield record, "ttl"
    for profile in stacks.resources("azurerm_traffic_manager_profile"):
        yield profile, "dns_config.ttl"


@rule(
    "fail-open-undecided",
    what="a load balancer is told how few healthy targets are too few",
    fix="add target_group_health with thresholds for unhealthy_state_routing and dns_failover",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health.html",
    severity=Severity.WARNING,
)
def fail_open_undecided(case: Case) -> Found:
    """By itself the last healthy target of a fleet gets all the traffic, and falls to it."""
    for group in case.stacks.resources("aws_lb_target_group"):
        is_told = group.has("target_group_health.unhealthy_state_routing") or group.has(
            "target_group_health.dns_failover"
        )
        if group.text("target_type") != "lambda" and not is_told:
            yield group, "target_group_health is not given"


@rule(
    "fleet-blind-to-its-health-check",
    what="a fleet replaces machines that do not serve",
    fix='set health_check_type = "ELB", with a grace period that covers loading the model',
    source="https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-health-checks.html",
    severity=Severity.WARNING,
)
def fleet_blind_to_its_health_check(case: Case) -> Found:
    """A machine whose server died goes on counting as capacity, and is never replaced."""
    for group in case.stacks.resources("aws_autoscaling_group"):
        is_behind = group.has("target_group_arns") or group.has("traffic_source")
        is_behind = is_behind or bool(
            case.stacks.concerning(group, "aws_autoscaling_attachment", "autoscaling_group_name")
        )
        if is_behind and (given := group.text("health_check_type") or "EC2") == "EC2":
            yield group, f"it is behind a load balancer and its health_check_type is {given}"
    for group in case.stacks.resources("google_compute_region_instance_group_manager"):
        if not group.has("auto_healing_policies"):
            yield group, "there are no auto_healing_policies"
