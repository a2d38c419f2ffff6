"""Rules about who serves and who waits."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from backstay.topology.environment import Environment, Mode
from backstay.topology.region import Status
from backstay.topology.rules.rule import Finding, rule


@rule("traffic-sums-to-100", reads={"regions", "status", "traffic"})
def traffic_sums_to_100(environment: Environment, _today: date) -> Iterator[Finding]:
    """Clients have to go somewhere: the active regions' shares make 100%."""
    shares = {role: region.traffic for role, region in environment.active.items()}
    total = sum((share.percent for share in shares.values()), Decimal(0))
    if shares and total != 100:
        listed = " + ".join(f"{role} {share}" for role, share in shares.items())
        yield (
            ("regions", next(iter(shares)), "traffic"),
            f"traffic of the active regions is {listed} = {total}%; it must make 100%",
        )


@rule("standby-takes-no-traffic", reads={"regions", "status", "traffic"})
def standby_takes_no_traffic(environment: Environment, _today: date) -> Iterator[Finding]:
    """A standby that takes traffic on a good day is active, and must be sized and watched as such."""
    for role, region in environment.standby.items():
        if region.traffic.percent != 0:
            yield (
                ("regions", role, "traffic"),
                f"standby region {role!r} has traffic {region.traffic}; it must be 0%, or its status active",
            )


@rule("mode-fits-regions", reads={"mode", "regions", "status"})
def mode_fits_regions(environment: Environment, _today: date) -> Iterator[Finding]:
    """The mode says what survives a lost region, so the regions must be able to keep that promise."""
    count, active, standby = len(environment.regions), len(environment.active), len(environment.standby)
    place = ("mode",)
    match environment.mode:
        case Mode.SINGLE_REGION if count != 1:
            yield place, f"mode single-region has {count} regions; it must have one, or another mode"
        case Mode.SINGLE_REGION if not active:
            yield place, "mode single-region has a standby region only; its status must be active"
        case Mode.ACTIVE_ACTIVE | Mode.ACTIVE_PASSIVE if count < 2:
            yield (
                place,
                (
                    f"mode {environment.mode} has one region; it must have two at least, "
                    "or say mode: single-region and survive no region"
                ),
            )
        case Mode.ACTIVE_ACTIVE if active < 2:
            yield place, f"mode active-active has {active} active region(s); it must have two at least"
        case Mode.ACTIVE_PASSIVE if active != 1 or standby < 1:
            yield (
                place,
                (
                    f"mode active-passive has {active} active and {standby} standby region(s); "
                    "it must have one active and at least one standby"
                ),
            )
        case _:
            return


@rule("one-vector-db-primary", reads={"regions", "status", "vector_db"})
def one_vector_db_primary(environment: Environment, _today: date) -> Iterator[Finding]:
    """Two primaries are two truths, and none is no database."""
    holders = [role for role, region in environment.regions.items() if region.vector_db]
    primaries = [role for role in holders if environment.regions[role].vector_db == "primary"]
    if holders and len(primaries) != 1:
        given = ", ".join(repr(role) for role in primaries) or "none"
        place = ("regions", (primaries[1:] or holders)[0], "vector_db")
        yield place, f"vector_db: primary stands in {given}; exactly one region must have it"
    for role in primaries[:1]:
        if environment.regions[role].status is Status.STANDBY:
            yield (
                ("regions", role, "vector_db"),
                f"vector_db: primary stands in standby region {role!r}; it must be in an active region",
            )


@rule("health-check-interval", reads={"service", "health_check", "interval"})
def health_check_interval(environment: Environment, _today: date) -> Iterator[Finding]:
    """Route 53 checks every 10 or every 30 seconds, and nothing between."""
    interval = environment.service.health_check.interval
    if interval.seconds not in (10, 30):
        yield (
            ("service", "health_check", "interval"),
            f"health check interval {interval} is not offered; write 10s or 30s",
        )
